"""Stored verdicts, as they come out of the store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from storage.evidence import Verdict

NOW = 1_796_051_700_000  # 30 November 2026, 22:15 in Jakarta
PLAN = {
    "entry_low": 17.3,
    "entry_high": 17.36,
    "sl": 17.51,
    "tp1": 17.128,
    "tp2": 16.916,
    "invalidation_price": 17.499,
    "tick": 0.001,
}
EVIDENCE: dict[str, Any] = {
    "layers": {
        "smc": [0.13, 0.2, "live"],
        "cvd": [-0.41, 0.12, "rebuilt"],
        "rsi_ema_macd": [0.54, 0.15, "live"],
        "structure": [0.8, 0.2, "live"],
        "oi": [None, 0.08, "stale"],
        "funding": [None, 0.05, "unavailable"],
        "orderflow": [0.21, 0.1, "live"],
        "fibo": [0.15, 0.1, "live"],
    },
    "facts": {
        "smc": {"fair_value_gap": -1.0, "sweep": 1.0, "bars_since_sweep": 5.0, "place_in_range": 0.65},
        "structure": {"last_break": -1.0},
        "rsi_ema_macd": {"rsi": 42.6},
        "orderflow": {"absorption": -0.7, "imbalance": 0.43},
    },
    "threshold": 0.6,
    "p_win": None,
    "market_state": "out_of_balance_downtrend",
    "location": "at_fvg",
    "failed_break": False,
    "order_flow": True,
    "structure_4h": "intact",
    "bias_1d": ["short", 0.4],
    "price": 17.31,
    "anchors": [
        ["fair_value_gap", "15m", 17.3, 17.4, NOW - 900_000, "entry"],
        ["swing_high", "1h", 17.499, 17.499, NOW - 7_200_000, "sl"],
        ["swing_high", "1h", 17.499, 17.499, NOW - 7_200_000, "invalidation"],
    ],
    "triggers": ["structure", "delta"],
    "until": NOW + 1_800_000,
    "refused": {"costs": {"value": 0.312, "limit": 0.25}, "confluence": {"value": 0.52, "limit": 0.6}},
}
REFUSED = Verdict(
    decision_id="2b0c8b0e-0000-5000-8000-000000000001",
    ts=NOW,
    pair="LINK-USDT-SWAP",
    timeframe="15m",
    side=-1,
    setup_model="trend_continuation",
    verdict="refuse",
    reasons=("costs", "confluence"),
    features={"confluence": 0.52, "coverage": 0.87},
    regime="TRENDING",
    signal_id=None,
    plan=PLAN,
    policy_version="none",
    explored=None,
    taken=None,
    propensity=None,
    evidence=EVIDENCE,
)
WAITING = replace(REFUSED, verdict="monitor", reasons=("trigger",), features={"confluence": 0.63, "coverage": 1.0})
PUBLISHED = replace(REFUSED, verdict="publish", reasons=(), evidence={**EVIDENCE, "p_win": 0.58, "threshold": 0.47})
BARE = replace(REFUSED, evidence={}, plan=None)
