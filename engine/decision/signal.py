"""A plan, the signal made of it, and how it ended: values. Prices are floats, times integer ms UTC."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from operator import attrgetter
from typing import Any, Literal, NamedTuple

LAYER_NAMES = ("smc", "cvd", "rsi_ema_macd", "structure", "oi", "funding", "orderflow", "fibo")
Side = Literal[1, -1]
SIDE_NAMES: dict[int, str] = {1: "long", -1: "short"}
EXPIRY_MINUTES = {"15m": 30, "1h": 45, "scalp": 15}
LIMIT_MINUTES = {"15m": 12 * 60, "1h": 48 * 60, "scalp": 4 * 60}


def iso(ms: int, zone: tzinfo = UTC) -> str:
    """Milliseconds UTC as ISO 8601 with the zone's offset (milliseconds only where there are any).

    >>> iso(0)
    '1970-01-01T00:00:00+00:00'
    """
    moment = datetime.fromtimestamp(ms // 1000, tz=zone).replace(microsecond=ms % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds" if ms % 1000 else "seconds")


def signal_uuid(pair: str, ts: int, side: int, setup_model: str) -> str:
    """The name of a signal: the same setup has the same name everywhere."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sharpsignal:{pair}:{ts}:{SIDE_NAMES[side]}:{setup_model}"))


def setup_uuid(pair: str, ts: int, side: int, setup_model: str, timeframe: str) -> str:
    """The name of a judged setup: unlike `signal_uuid` it tells a 15m setup from a 1h one that closes with it."""
    return str(
        uuid.uuid5(uuid.NAMESPACE_URL, f"sharpsignal:setup:{pair}:{ts}:{SIDE_NAMES[side]}:{setup_model}:{timeframe}")
    )


@dataclass(frozen=True, slots=True)
class Costs:
    """Fees and slippage as fractions of price, per leg; `funding` is the cost in R already known at the decision."""

    taker: float
    maker: float
    slippage: float
    stop_slippage: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What is followed to its outcome, published or not: zone, stop, targets and clocks.

    `ts` is the close of the deciding bar (ms). The near edge is the zone's edge towards TP1 (high for a long).
    `invalidation_timeframe`: a bar of it closing beyond `invalidation_price` (below for a long) ends the idea.
    """

    pair: str
    side: Side
    timeframe: str
    ts: int
    entry_low: float
    entry_high: float
    sl: float
    tp1: float
    tp2: float
    expiry_minutes: int
    limit_minutes: int
    invalidation_timeframe: str
    invalidation_price: float
    tick: float
    costs: Costs

    @property
    def near(self) -> float:
        return self.entry_high if self.side > 0 else self.entry_low

    @property
    def middle(self) -> float:
        return (self.entry_low + self.entry_high) / 2

    @property
    def risk(self) -> float:
        """R before a fill: |zone middle - SL|."""
        return abs(self.middle - self.sl)


def plan_state(plan: Plan) -> dict[str, Any]:
    """A plan as plain data: what `dataclasses.asdict` gives, in a tenth of its time."""
    state = dict(zip(_PLAN, _plan_values(plan)))
    state["costs"] = dict(zip(_COSTS, _cost_values(plan.costs)))
    return state


_PLAN, _COSTS = ([field.name for field in fields(kind)] for kind in (Plan, Costs))
_plan_values, _cost_values = attrgetter(*_PLAN), attrgetter(*_COSTS)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A price area a layer vouches for; `used_for` is entry, sl, tp1, tp2 or invalidation."""

    kind: str
    timeframe: str
    low: float
    high: float
    known_at: int
    used_for: str


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer's vote at the decision: score is None where the layer is stale or unavailable."""

    score: float | None
    match: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Hedge:
    """The mirror of a signal at its invalidation, never followed; `rr` is the mean of both targets' R:R."""

    side: Side
    entry: float
    sl: float
    tp1: float
    tp2: float
    rr: float


@dataclass(frozen=True, slots=True)
class Signal:
    """One published signal. `hedge` is None where no mirror scenario passes the guardrails."""

    signal_id: str
    number: int
    plan: Plan
    decimals: int
    mode: str
    source: str
    setup_model: str
    confluence_score: float
    layers: Mapping[str, LayerView]
    coverage: float
    market_state: str
    location: str
    order_flow_confirmed: bool | None
    setup_text: str
    triggers_text: str | None
    bias_1d: tuple[str, float] | None
    structure_4h: str
    price: float
    spread: float | None
    open_interest: float | None
    funding: float | None
    rr_target: float
    rr_tp1: float
    cost_r: float
    risk_fraction: float
    size_multiplier: float
    threshold: float
    anchors: tuple[Anchor, ...]
    hedge: Hedge | None
    regime: str
    venue_session: str
    p_win: float | None
    p_win_low: float | None
    p_win_high: float | None
    p_win_n: int
    policy_version: str
    engine_version: str


class TrackEnd(NamedTuple):
    """How one track ended. Prices and times are None where the event did not happen; `rr` is net of costs."""

    result: str
    exit_reason: str
    closed_at: int
    fill_price: float | None
    filled_at: int | None
    rr: float | None


class Outcome(NamedTuple):
    """Both tracks of one plan, ended. `win` is 1, 0 or None (never filled, void); MFE and MAE are price distances."""

    signal_id: str
    number: int
    closed_at: int
    theoretical: TrackEnd
    followable: TrackEnd
    mfe: float | None
    mae: float | None
    mfe_r: float | None
    mae_r: float | None
    pnl_model: float | None
    ambiguous: bool
    label_resolution: str
    win: int | None
    time_to_fill_s: int | None
    time_to_tp1_s: int | None
    time_to_sl_s: int | None
