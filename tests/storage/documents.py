"""Signals, outcomes and decisions to store, made by the engine's own types."""

from __future__ import annotations

from typing import Any, Literal
from zoneinfo import ZoneInfo

from engine.decision.documents import outcome_document, signal_document
from engine.decision.signal import (
    LAYER_NAMES,
    Anchor,
    Costs,
    LayerView,
    Outcome,
    Plan,
    Signal,
    TrackEnd,
    signal_uuid,
)
from engine.decision.tick import Decided

START = 1_770_000_000_000
QUARTER = 900_000
ZONE = ZoneInfo("Asia/Jakarta")


def plan(ts: int = START, side: Literal[1, -1] = 1, pair: str = "AAA-USDT-SWAP") -> Plan:
    return Plan(
        pair=pair,
        side=side,
        timeframe="15m",
        ts=ts,
        entry_low=99.0,
        entry_high=100.0,
        sl=97.5 if side > 0 else 101.5,
        tp1=102.0 if side > 0 else 97.0,
        tp2=104.0 if side > 0 else 95.0,
        expiry_minutes=30,
        limit_minutes=720,
        invalidation_timeframe="15m",
        invalidation_price=97.9,
        tick=0.1,
        costs=Costs(0.0005, 0.0002, 0.0001, 0.0002),
    )


def uuid_of(number: int) -> str:
    return signal_uuid("AAA-USDT-SWAP", START + number * QUARTER, 1, "trend_continuation")


def signal(
    number: int = 1, *, side: Literal[1, -1] = 1, regime: str = "TRENDING", mode: str = "paper"
) -> dict[str, Any]:
    ts = START + number * QUARTER
    return signal_document(
        Signal(
            signal_id=uuid_of(number),
            number=number,
            plan=plan(ts, side),
            decimals=1,
            mode=mode,
            source="rule_based",
            setup_model="trend_continuation",
            confluence_score=0.71,
            layers={name: LayerView(0.5, 1, "live") for name in LAYER_NAMES},
            coverage=1.0,
            market_state="in_balance",
            location="at_value_edge",
            order_flow_confirmed=None,
            setup_text="BOS + reclaim é 🚀",
            triggers_text=None,
            bias_1d=("long", 0.4),
            structure_4h="intact",
            price=100.1,
            spread=None,
            open_interest=None,
            funding=0.0001,
            rr_target=1.6,
            rr_tp1=1.0,
            cost_r=0.09,
            risk_fraction=0.0025,
            size_multiplier=0.0,
            threshold=0.47,
            anchors=(Anchor("order_block", "15m", 99.0, 100.0, ts, "entry"),),
            hedge=None,
            regime=regime,
            venue_session="asia",
            p_win=None,
            p_win_low=None,
            p_win_high=None,
            p_win_n=0,
            policy_version="untrained",
            engine_version="test",
        ),
        ZONE,
        "Asia/Jakarta",
    )


def ended(number: int = 1, *, result: str = "win", r: float | None = 1.5, closed_at: int | None = None) -> Outcome:
    at = START + number * QUARTER + 60_000 if closed_at is None else closed_at
    filled = r is not None
    track = TrackEnd(
        result, "tp2" if result == "win" else "sl", at, 99.9 if filled else None, at if filled else None, r
    )
    return Outcome(
        signal_id=uuid_of(number),
        number=number,
        closed_at=at,
        theoretical=track._replace(rr=None if r is None else r + 0.1),
        followable=track,
        mfe=2.0 if filled else None,
        mae=-0.5 if filled else None,
        mfe_r=1.0 if filled else None,
        mae_r=-0.25 if filled else None,
        pnl_model=0.018 if filled else None,
        ambiguous=False,
        label_resolution="1m",
        win={"win": 1, "lose": 0}.get(result),
        time_to_fill_s=95 if filled else None,
        time_to_tp1_s=None,
        time_to_sl_s=None,
    )


def outcome(number: int = 1, *, result: str = "win", r: float | None = 1.5) -> dict[str, Any]:
    return outcome_document(ended(number, result=result, r=r), 1, ZONE)


def decided(number: int = 1, verdict: str = "publish", ts: int | None = None, reasons: tuple[str, ...] = ()) -> Decided:
    at = START + number * QUARTER
    return Decided(
        decision_id=uuid_of(number),
        ts=at if ts is None else ts,
        pair="AAA-USDT-SWAP",
        timeframe="15m",
        side=1,
        setup_model="trend_continuation",
        verdict=verdict,
        reasons=reasons,
        features={"confluence": 0.71, "oi": None, "rsi": 55.123456789012345},
        regime="TRENDING",
        signal_id=uuid_of(number) if verdict == "publish" else None,
        plan=plan(at),
    )
