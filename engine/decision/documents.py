"""The public JSON of a signal and of how it ended (interfaces: "Signal and outcome").

Prices and other numbers with units are decimal strings here, times ISO 8601 with the offset of one zone. The place in
the ledger's chain is added by storage/chain.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from engine.decision.signal import LAYER_NAMES, SIDE_NAMES, Anchor, Hedge, Outcome, Plan, Signal, TrackEnd, iso

DIGITS = 12  # significant ones of a number that is no price
Document = dict[str, Any]


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


def signal_document(signal: Signal, zone: tzinfo, zone_name: str) -> Document:
    """The public JSON of a signal without its `ledger`."""
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
        **_reading(signal),
        "market": _market(signal),
        "risk": _risk(signal),
        "orders": _orders(plan, places),
        "anchors": [_anchor(anchor, places, zone) for anchor in signal.anchors],
        "invalidation": _invalidation(plan, places),
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


def _reading(signal: Signal) -> Document:
    """What the layers said, and what that is called."""
    layers, bias = signal.layers, signal.bias_1d
    return {
        "confluence_score": round(signal.confluence_score, 4),
        "layers_match": {name: layers[name].match for name in LAYER_NAMES},
        "layers_score": {name: _rounded(layers[name].score) for name in LAYER_NAMES},
        "layers_state": {name: layers[name].state for name in LAYER_NAMES},
        "coverage": round(signal.coverage, 4),
        "market_state": signal.market_state,
        "location": signal.location,
        "order_flow_confirmed": signal.order_flow_confirmed,
        "setup_15m": signal.setup_text,
        "triggers_5m": signal.triggers_text,
        "bias_1d": None if bias is None else {"side": bias[0], "strength": round(bias[1], 4)},
        "structure_4h": signal.structure_4h,
    }


def _market(signal: Signal) -> Document:
    return {
        "price": price_text(signal.price, signal.decimals),
        "spread": _price(signal.spread, signal.decimals),
        "oi": _decimal(signal.open_interest),
        "funding": _decimal(signal.funding),
    }


def _risk(signal: Signal) -> Document:
    return {
        "expiry_minutes": signal.plan.expiry_minutes,
        "rr_target": round(signal.rr_target, 4),
        "rr_tp1": round(signal.rr_tp1, 4),
        "cost_r": round(signal.cost_r, 4),
        "risk_fraction": signal.risk_fraction,
        "size_multiplier": signal.size_multiplier,
        "threshold": round(signal.threshold, 4),
    }


def _orders(plan: Plan, places: int) -> Document:
    return {
        "entry": [price_text(plan.entry_low, places), price_text(plan.entry_high, places)],
        "sl": price_text(plan.sl, places),
        "tp": [price_text(plan.tp1, places), price_text(plan.tp2, places)],
    }


def _anchor(anchor: Anchor, places: int, zone: tzinfo) -> Document:
    return {
        "kind": anchor.kind,
        "timeframe": anchor.timeframe,
        "low": price_text(anchor.low, places),
        "high": price_text(anchor.high, places),
        "known_at": iso(anchor.known_at, zone),
        "used_for": anchor.used_for,
    }


def _invalidation(plan: Plan, places: int) -> Document:
    return {
        "timeframe": plan.invalidation_timeframe,
        "close": "below" if plan.side > 0 else "above",
        "price": price_text(plan.invalidation_price, places),
    }


def _hedge(hedge: Hedge, places: int) -> Document:
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


def outcome_document(
    outcome: Outcome,
    decimals: int,
    zone: tzinfo,
    feedback: Mapping[str, int] | None = None,
    pnl_real: str | None = None,
) -> Document:
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
        "pnl_model": _decimal(outcome.pnl_model, 6),
        "pnl_real": pnl_real,
        "followable": _followable(follow, decimals, zone),
        "followable_r": _rounded(follow.rr),
        "ambiguous": outcome.ambiguous,
        "label_resolution": outcome.label_resolution,
        "win": outcome.win,
        "time_to_fill_s": outcome.time_to_fill_s,
        "time_to_tp1_s": outcome.time_to_tp1_s,
        "time_to_sl_s": outcome.time_to_sl_s,
        "feedback": counts,
    }


def _followable(end: TrackEnd, decimals: int, zone: tzinfo) -> Document:
    return {
        "result": end.result,
        "exit_reason": end.exit_reason,
        "fill_price": _price(end.fill_price, decimals),
        "filled_at": _time(end.filled_at, zone),
        "closed_at": iso(end.closed_at, zone),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) + 0.0


def _price(value: float | None, decimals: int) -> str | None:
    return None if value is None else price_text(value, decimals)


def _decimal(value: float | None, decimals: int = 8) -> str | None:
    return None if value is None else decimal_text(value, decimals)


def _time(value: int | None, zone: tzinfo) -> str | None:
    return None if value is None else iso(value, zone)
