"""What judging one side of a setup row gives: numbers and codes only, the same live and compiled."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from engine import layers
from engine.market.instrument import Instrument
from engine.params import Params
from engine.records import record

MAJORS = ("BTC", "ETH")
FEATURES: tuple[str, ...] = (
    *(f"score_{name}" for name in layers.NAMES),
    "confluence",
    "coverage",
    "rr_target",
    "rr_tp1",
    "cost_r",
    "risk_atr",
    "distance_atr",
    "atr_pct",
    "volatility_percentile",
    "efficiency_ratio",
    "adx",
    "trend_agrees",
    "trend_4h_agrees",
    "state_agrees",
    "bias_1d",
    "spread_bp",
    "flow_agrees",
    "buyers_control",
    "sellers_control",
    "funding",
    "asia_open",
    "london_open",
    "new_york_open",
    "variance_ratio",
    "hurst",
)
FEATURE_COUNT = len(FEATURES)
LOCATION_NAMES = (
    "nowhere",
    "in_value",
    "at_val",
    "at_vah",
    "at_order_block",
    "at_fvg",
    "at_ote",
    "at_lvn",
    "at_poc",
)
NOWHERE, IN_VALUE, AT_VAL, AT_VAH, AT_ORDER_BLOCK, AT_FVG, AT_OTE, AT_LVN, AT_POC = range(9)


@record
class Verdict:
    """One judged side. Prices are in side space (a short's negated): up is towards the target.

    `state`: 1, -1, 0 as market_state has it. `bias`: signed daily bias where `bias_known`. `order_flow`: 1 agrees, -1
    against, 0 unknown. `anchored` 1: there are levels, hung on the row's anchors `entry`, `stop`, `first`, `second`
    (their indices); `entry_*` name the entry's; `scalp` 1: they serve a scalp only. `refusals`: the bits of
    engine/decision/guardrails.py that depend on nothing but row, side, policy weights and parameters. `features`: the
    vector named by FEATURES, NaN where unknown.
    """

    ts: int
    minutes: int
    side: int
    regime: int
    state: int
    bias_known: int
    bias: float
    broken: int
    location: int
    failed_break: int
    order_flow: int
    confluence: float
    coverage: float
    anchored: int
    scalp: int
    zone_low: float
    zone_high: float
    middle: float
    risk: float
    sl: float
    tp1: float
    tp2: float
    invalidation: float
    entry: int
    stop: int
    first: int
    second: int
    entry_kind: int
    entry_minutes: int
    entry_known_at: int
    cost_r: float
    rr_target: float
    rr_tp1: float
    refusals: int
    features: Annotated[list[float], FEATURE_COUNT]


@record
class Contract:
    """What judging needs to know of an instrument: its tick, which is `units` / `scale` exactly, and its slippage."""

    tick: float
    units: int
    scale: float
    slippage: float


def contract_of(instrument: Instrument, params: Params) -> Contract:
    """The contract of an instrument: slippage is 2 bp for majors, 5 bp for the others."""
    base = instrument.ct_val_ccy or instrument.inst_id.split("-")[0]
    c = ticked(instrument.tick)
    c.slippage = params.slippage_major if base in MAJORS else params.slippage_alt
    return c


def ticked(tick: float) -> Contract:
    """A contract without costs.

    >>> c = ticked(0.05); c.units, c.scale
    (5, 100.0)
    """
    exact = Decimal(repr(tick)).normalize()
    places = max(0, -int(exact.as_tuple().exponent))
    c = Contract()
    c.tick, c.units, c.scale = tick, int(exact.scaleb(places)), 10.0**places
    return c
