"""Documents of made-up signals and outcomes, whole as the contract wants them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.messages.reader import Reader

WIB = Reader("id", ZoneInfo("Asia/Jakarta"))
LONDON = Reader("en", ZoneInfo("Europe/London"))
READERS = (WIB, LONDON)
TS = 1_796_051_700_000

_LAYERS = ("smc", "cvd", "rsi_ema_macd", "structure", "oi", "funding", "orderflow", "fibo")
_SCORES = (0.71, 0.44, 0.52, 0.83, 0.35, -0.12, 0.61, 0.7)


@dataclass(frozen=True)
class Step:
    state: str
    ts: int
    price: float
    r: float | None = None
    reason: str = ""


def signal(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "signal_id": "6f1c8b0e-0000-5000-8000-000000000017",
        "number": 1423,
        "ts": "2026-11-30T22:15:00+07:00",
        "pair": "LINK-USDT-SWAP",
        "timeframe": "15m",
        "side": "long",
        "mode": "paper",
        "source": "rule_based",
        "setup_model": "trend_continuation",
        "confluence_score": 0.78,
        "layers_match": {name: int(score > 0.2) for name, score in zip(_LAYERS, _SCORES, strict=True)},
        "layers_score": dict(zip(_LAYERS, _SCORES, strict=True)),
        "layers_state": dict.fromkeys(_LAYERS, "live"),
        "coverage": 1.0,
        "market_state": "out_of_balance_uptrend",
        "location": "at_order_block",
        "order_flow_confirmed": True,
        "setup_15m": "BOS + retest OB + delta > 0",
        "triggers_5m": "CHOCH + reclaim EMA50 + delta+",
        "bias_1d": {"side": "long", "strength": 0.64},
        "structure_4h": "intact",
        "market": {"price": "17.342", "spread": "0.001", "oi": "2345678.9", "funding": "0.00013"},
        "risk": {
            "expiry_minutes": 30,
            "rr_target": 1.71,
            "rr_tp1": 1.12,
            "cost_r": 0.11,
            "risk_fraction": 0.0025,
            "size_multiplier": 0.0,
            "threshold": 0.6,
        },
        "orders": {"entry": ["17.300", "17.360"], "sl": "17.150", "tp": ["17.532", "17.744"]},
        "anchors": [
            _anchor("order_block", "17.300", "17.360", "entry"),
            _anchor("swing_low", "17.161", "17.161", "sl"),
            _anchor("poc", "17.532", "17.540", "tp1"),
        ],
        "invalidation": {"timeframe": "15m", "close": "below", "price": "17.161"},
        "hedge": None,
        "regime": "TRENDING",
        "session": "Asia/Jakarta-evening",
        "venue_session": "overlap",
        "p_win": None,
        "p_win_low": None,
        "p_win_high": None,
        "p_win_n": 0,
        "policy_version": "prior",
        "engine_version": "0.1.0",
        "ledger": {"prev": "0" * 64, "hash": "4b1d77" + "0" * 58},
    }
    return {**copy.deepcopy(document), **changes}


def outcome(result: str = "win", reason: str = "tp2", /, **changes: Any) -> dict[str, Any]:
    filled = result in ("win", "lose")
    r = {"win": 1.37, "lose": -1.08}.get(result)
    document: dict[str, Any] = {
        "signal_id": "6f1c8b0e-0000-5000-8000-000000000017",
        "number": 1423,
        "closed_at": "2026-12-01T01:40:00+07:00",
        "result": result,
        "exit_reason": reason,
        "fill_price": "17.360" if filled else None,
        "filled_at": "2026-11-30T22:16:00+07:00" if filled else None,
        "mfe": "0.390" if filled else None,
        "mae": "-0.080" if filled else None,
        "mfe_r": 1.86 if filled else None,
        "mae_r": -0.38 if filled else None,
        "rr_realized": r,
        "pnl_model": "0.0165" if filled else None,
        "pnl_real": None,
        "followable": {
            "result": result,
            "exit_reason": reason,
            "fill_price": "17.360" if filled else None,
            "filled_at": "2026-11-30T22:18:00+07:00" if filled else None,
            "closed_at": "2026-12-01T01:40:00+07:00",
        },
        "followable_r": r,
        "ambiguous": False,
        "label_resolution": "trades",
        "win": {"win": 1, "lose": 0}.get(result),
        "time_to_fill_s": 60 if filled else None,
        "time_to_tp1_s": 3600 if result == "win" else None,
        "time_to_sl_s": 3600 if result == "lose" else None,
        "feedback": {"up": 0, "down": 0, "no_fill": 0, "notes": 0},
        "ledger": {"prev": "0" * 64, "hash": "aa" * 32},
    }
    return {**document, **changes}


def short(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same signal upside down."""
    changed = copy.deepcopy(dict(document))
    changed["side"] = "short"
    changed["layers_score"] = {
        name: None if score is None else -score for name, score in document["layers_score"].items()
    }
    changed["orders"] = {"entry": ["17.300", "17.360"], "sl": "17.510", "tp": ["17.128", "16.916"]}
    changed["invalidation"] = {"timeframe": "15m", "close": "above", "price": "17.499"}
    return changed


FILLED = Step("filled", TS + 180_000, 17.36)
TP1 = Step("tp1", TS + 4_500_000, 17.532, 0.46)


def _anchor(kind: str, low: str, high: str, use: str) -> dict[str, str]:
    known = "2026-11-30T21:45:00+07:00"
    return {"kind": kind, "timeframe": "15m", "low": low, "high": high, "known_at": known, "used_for": use}
