"""/demo: a DEMO signal with working buttons, kept apart from everything real."""

from __future__ import annotations

from typing import Any

from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk
from bot.messages.markup import message
from bot.messages.signal import signal_message
from bot.messages.view import SignalView
from bot.ports import Answer
from engine.decision.signal import LAYER_NAMES, iso
from storage import audit, demo

_SCORES = dict(zip(LAYER_NAMES, (0.74, 0.61, 0.55, 0.8, None, -0.1, 0.66, 0.7), strict=True))
_FIGURES: dict[str, Any] = {
    "signal_id": "",
    "number": 0,
    "ts": "",
    "pair": "DEMO-USDT-SWAP",
    "timeframe": "15m",
    "side": "long",
    "mode": "paper",
    "source": "rule_based",
    "setup_model": "trend_continuation",
    "confluence_score": 0.72,
    "layers_match": {name: None if score is None else int(score > 0.2) for name, score in _SCORES.items()},
    "layers_score": _SCORES,
    "layers_state": {name: "unavailable" if score is None else "live" for name, score in _SCORES.items()},
    "coverage": 0.92,
    "market_state": "out_of_balance_uptrend",
    "location": "at_order_block",
    "order_flow_confirmed": True,
    "setup_15m": "BOS + order block + delta > 0",
    "triggers_5m": "CHOCH + EMA50 + delta",
    "bias_1d": {"side": "long", "strength": 0.6},
    "structure_4h": "intact",
    "market": {"price": "100.10", "spread": "0.01", "oi": None, "funding": "0.0001"},
    "risk": {
        "expiry_minutes": 30,
        "rr_target": 1.6,
        "rr_tp1": 1.1,
        "cost_r": 0.1,
        "risk_fraction": 0.0025,
        "size_multiplier": 0.0,
        "threshold": 0.6,
    },
    "orders": {"entry": ["99.90", "100.10"], "sl": "99.00", "tp": ["101.10", "102.10"]},
    "anchors": [],
    "invalidation": {"timeframe": "15m", "close": "below", "price": "99.05"},
    "hedge": None,
    "regime": "TRENDING",
    "session": "",
    "venue_session": "asia",
    "p_win": None,
    "p_win_low": None,
    "p_win_high": None,
    "p_win_n": 0,
    "policy_version": "",
    "engine_version": "demo",
}


async def post_demo(desk: Desk, caller: Caller) -> Answer:
    """Answer /demo."""
    now = desk.clock.now_ms()
    document = demo_document(now)
    async with desk.db.write() as conn:
        demo_id = await demo.add(conn, document, now)
        await audit.record(conn, actor(caller), "demo", at=now)
    view = SignalView(document, simulated=desk.config.simulated, demo=True, demo_id=demo_id)
    said = message(caller.reader.html("demo-done"))
    return Answer(messages=(said, signal_message(view, caller.reader)))


def demo_document(now: int) -> dict[str, Any]:
    """A signal of the public form with made-up figures; it has no number and no place in the ledger."""
    return {**_FIGURES, "ts": iso(now - now % 60_000)}
