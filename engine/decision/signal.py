"""A plan, the signal made of it, and how it ended: values, and their public JSON (interfaces: "Signal and outcome").

Inside the engine prices are floats and times integer ms UTC; the documents made here carry decimal strings and
ISO 8601 times with the offset of one zone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal

DIGITS = 12  # significant ones of a number that is no price
LAYER_NAMES = ("smc", "cvd", "rsi_ema_macd", "structure", "oi", "funding", "orderflow", "fibo")
Side = Literal[1, -1]
SIDE_NAMES: dict[int, str] = {1: "long", -1: "short"}
EXPIRY_MINUTES = {"15m": 30, "1h": 45, "scalp": 15}
LIMIT_MINUTES = {"15m": 12 * 60, "1h": 48 * 60, "scalp": 4 * 60}


def price_text(value: float, decimals: int) -> str:
    """A price with the decimals of its tick, never in exponent form.

    >>> price_text(0.00001234, 8), price_text(64120.0, 1)
    ('0.00001234', '64120.0')
    """
    return f"{value:.{decimals}f}"


def decimal_text(value: float, decimals: int = 8) -> str:
    """Any other number as a decimal: no trailing zeros, no exponent, no minus zero.

    At most 12 significant digits, then at most `decimals` places (halves to even): a float knows 15, and what
    arithmetic leaves in the last of them is no part of the number.

    >>> decimal_text(0.0001), decimal_text(1234567890.70000005), decimal_text(-0.0)
    ('0.0001', '1234567890.7', '0')
    """
    text = f"{Decimal(f'{value:.{DIGITS}g}'):.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


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


def signal_document(signal: Signal, zone: tzinfo, zone_name: str) -> dict[str, Any]:
    """The public JSON of a signal without its `ledger` (storage/ledger.py adds it)."""
    plan, places = signal.plan, signal.decimals
    return {
        "signal_id": signal.signal_id,
        "number": signal.number,
        "ts": iso(plan.ts, zone),
        "pair": plan.pair,
        "timeframe": plan.timeframe,
        "side": SIDE_NAMES[plan.side],
        "mode": signal.mode,
        "source": signal.source,
        "setup_model": signal.setup_model,
        "confluence_score": round(signal.confluence_score, 4),
        "layers_match": {name: signal.layers[name].match for name in LAYER_NAMES},
        "layers_score": {name: _rounded(signal.layers[name].score) for name in LAYER_NAMES},
        "layers_state": {name: signal.layers[name].state for name in LAYER_NAMES},
        "coverage": round(signal.coverage, 4),
        "market_state": signal.market_state,
        "location": signal.location,
        "order_flow_confirmed": signal.order_flow_confirmed,
        "setup_15m": signal.setup_text,
        "triggers_5m": signal.triggers_text,
        "bias_1d": None
        if signal.bias_1d is None
        else {"side": signal.bias_1d[0], "strength": round(signal.bias_1d[1], 4)},
        "structure_4h": signal.structure_4h,
        "market": {
            "price": price_text(signal.price, places),
            "spread": None if signal.spread is None else price_text(signal.spread, places),
            "oi": None if signal.open_interest is None else decimal_text(signal.open_interest),
            "funding": None if signal.funding is None else decimal_text(signal.funding),
        },
        "risk": {
            "expiry_minutes": plan.expiry_minutes,
            "rr_target": round(signal.rr_target, 4),
            "rr_tp1": round(signal.rr_tp1, 4),
            "cost_r": round(signal.cost_r, 4),
            "risk_fraction": signal.risk_fraction,
            "size_multiplier": signal.size_multiplier,
            "threshold": round(signal.threshold, 4),
        },
        "orders": {
            "entry": [price_text(plan.entry_low, places), price_text(plan.entry_high, places)],
            "sl": price_text(plan.sl, places),
            "tp": [price_text(plan.tp1, places), price_text(plan.tp2, places)],
        },
        "anchors": [
            {
                "kind": anchor.kind,
                "timeframe": anchor.timeframe,
                "low": price_text(anchor.low, places),
                "high": price_text(anchor.high, places),
                "known_at": iso(anchor.known_at, zone),
                "used_for": anchor.used_for,
            }
            for anchor in signal.anchors
        ],
        "invalidation": {
            "timeframe": plan.invalidation_timeframe,
            "close": "below" if plan.side > 0 else "above",
            "price": price_text(plan.invalidation_price, places),
        },
        "hedge": None if signal.hedge is None else _hedge(signal.hedge, places),
        "regime": signal.regime,
        "session": session_name(plan.ts, zone, zone_name),
        "venue_session": signal.venue_session,
        "p_win": _rounded(signal.p_win),
        "p_win_low": _rounded(signal.p_win_low),
        "p_win_high": _rounded(signal.p_win_high),
        "p_win_n": signal.p_win_n,
        "policy_version": signal.policy_version,
        "engine_version": signal.engine_version,
    }


def _hedge(hedge: Hedge, places: int) -> dict[str, Any]:
    return {
        "side": SIDE_NAMES[hedge.side],
        "entry": price_text(hedge.entry, places),
        "sl": price_text(hedge.sl, places),
        "tp": [price_text(hedge.tp1, places), price_text(hedge.tp2, places)],
        "rr": round(hedge.rr, 4),
    }


def session_name(ms: int, zone: tzinfo, zone_name: str) -> str:
    """The reader's name for the time of day: zone-morning 05-11, -afternoon 11-17, -evening 17-23, -night else."""
    hour = datetime.fromtimestamp(ms // 1000, tz=zone).hour
    part = (
        "morning" if 5 <= hour < 11 else "afternoon" if 11 <= hour < 17 else "evening" if 17 <= hour < 23 else "night"
    )
    return f"{zone_name}-{part}"


@dataclass(frozen=True, slots=True)
class TrackEnd:
    """How one track ended. Prices and times are None where the event did not happen; `rr` is net of costs."""

    result: str
    exit_reason: str
    closed_at: int
    fill_price: float | None
    filled_at: int | None
    rr: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
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


def outcome_document(
    outcome: Outcome,
    decimals: int,
    zone: tzinfo,
    feedback: Mapping[str, int] | None = None,
    pnl_real: str | None = None,
) -> dict[str, Any]:
    """The public JSON of an outcome without its `ledger`."""
    theory, follow = outcome.theoretical, outcome.followable
    counts = {"up": 0, "down": 0, "no_fill": 0, "notes": 0, **(feedback or {})}
    return {
        "signal_id": outcome.signal_id,
        "number": outcome.number,
        "closed_at": iso(outcome.closed_at, zone),
        "result": theory.result,
        "exit_reason": theory.exit_reason,
        "fill_price": _price(theory.fill_price, decimals),
        "filled_at": _time(theory.filled_at, zone),
        "mfe": _price(outcome.mfe, decimals),
        "mae": _price(outcome.mae, decimals),
        "mfe_r": _rounded(outcome.mfe_r),
        "mae_r": _rounded(outcome.mae_r),
        "rr_realized": _rounded(theory.rr),
        "pnl_model": None if outcome.pnl_model is None else decimal_text(outcome.pnl_model, 6),
        "pnl_real": pnl_real,
        "followable": {
            "result": follow.result,
            "exit_reason": follow.exit_reason,
            "fill_price": _price(follow.fill_price, decimals),
            "filled_at": _time(follow.filled_at, zone),
            "closed_at": iso(follow.closed_at, zone),
        },
        "followable_r": _rounded(follow.rr),
        "ambiguous": outcome.ambiguous,
        "label_resolution": outcome.label_resolution,
        "win": outcome.win,
        "time_to_fill_s": outcome.time_to_fill_s,
        "time_to_tp1_s": outcome.time_to_tp1_s,
        "time_to_sl_s": outcome.time_to_sl_s,
        "feedback": counts,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) + 0.0


def _price(value: float | None, decimals: int) -> str | None:
    return None if value is None else price_text(value, decimals)


def _time(value: int | None, zone: tzinfo) -> str | None:
    return None if value is None else iso(value, zone)
