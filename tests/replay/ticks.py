"""Hand-made ticks: signals and their ends as an engine would tell them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.decision.signal import (
    LAYER_NAMES,
    Anchor,
    Costs,
    LayerView,
    Outcome,
    Plan,
    Side,
    Signal,
    TrackEnd,
    signal_uuid,
)
from engine.decision.tick import Closed, Decided, Fact, Published, Tick

T0 = 1_700_006_400_000  # 2023-11-15T00:00:00Z
HOUR = 3_600_000
DAY = 24 * HOUR
PAIR = "AAA-USDT-SWAP"
COSTS = Costs(taker=0.0005, maker=0.0002, slippage=0.0001, stop_slippage=0.0003)


def plan(ts: int, pair: str = PAIR, side: Side = 1) -> Plan:
    return Plan(
        pair=pair,
        side=side,
        timeframe="15m",
        ts=ts,
        entry_low=99.8,
        entry_high=100.2,
        sl=100.0 - side * 2.0,
        tp1=100.0 + side * 2.4,
        tp2=100.0 + side * 4.0,
        expiry_minutes=30,
        limit_minutes=720,
        invalidation_timeframe="15m",
        invalidation_price=100.0 - side * 1.8,
        tick=0.1,
        costs=COSTS,
    )


def signal(number: int, ts: int, pair: str = PAIR, side: Side = 1, p_win: float | None = None) -> Signal:
    view = LayerView(score=0.5, match=1, state="live")
    return Signal(
        signal_id=signal_uuid(pair, ts, side, "trend_continuation"),
        number=number,
        plan=plan(ts, pair, side),
        decimals=1,
        mode="paper",
        source="rule_based",
        setup_model="trend_continuation",
        confluence_score=0.7,
        layers={name: view for name in LAYER_NAMES},
        coverage=0.8,
        market_state="out_of_balance_uptrend",
        location="at_order_block",
        order_flow_confirmed=None,
        setup_text="BOS + reclaim OB",
        triggers_text=None,
        bias_1d=("long", 0.6),
        structure_4h="intact",
        price=100.1,
        spread=0.1,
        open_interest=None,
        funding=0.0001,
        rr_target=1.6,
        rr_tp1=1.2,
        cost_r=0.08,
        risk_fraction=0.0025,
        size_multiplier=0.0,
        threshold=0.6,
        anchors=(Anchor("order_block", "15m", 99.8, 100.2, ts - HOUR, "entry"),),
        hedge=None,
        regime="TRENDING",
        venue_session="asia",
        p_win=p_win,
        p_win_low=None,
        p_win_high=None,
        p_win_n=0,
        policy_version="none",
        engine_version="1",
    )


ENDS: Mapping[str, str] = {"win": "tp2", "lose": "sl", "expire": "expired", "no-fill": "touched", "void": "data_gap"}


def outcome(of: Signal, closed_at: int, result: str, r: float | None, theory_r: float | None = None) -> Outcome:
    filled = result in ("win", "lose")
    theory = theory_r if theory_r is not None else r
    fill, at = (100.2, of.plan.ts + 60_000) if filled else (None, None)
    return Outcome(
        signal_id=of.signal_id,
        number=of.number,
        closed_at=closed_at,
        theoretical=TrackEnd(result, ENDS[result], closed_at, fill, at, theory if filled else None),
        followable=TrackEnd(result, ENDS[result], closed_at, fill, at, r if filled else None),
        mfe=1.0 if filled else None,
        mae=-0.5 if filled else None,
        mfe_r=0.5 if filled else None,
        mae_r=-0.25 if filled else None,
        pnl_model=0.01 if filled else None,
        ambiguous=False,
        label_resolution="5m",
        win={"win": 1, "lose": 0}.get(result),
        time_to_fill_s=60 if filled else None,
        time_to_tp1_s=None,
        time_to_sl_s=None,
    )


def decided(ts: int, verdict: str, *reasons: str, of: Signal | None = None, pair: str = PAIR) -> Decided:
    return Decided(
        decision_id=signal_uuid(pair, ts, 1, "trend_continuation"),
        ts=ts,
        pair=pair,
        timeframe="15m",
        side=1,
        setup_model="trend_continuation",
        verdict=verdict,
        reasons=reasons,
        features={"adx": 27.5, "oi_z": None},
        regime="TRENDING",
        signal_id=None if of is None else of.signal_id,
        plan=None if of is None else of.plan,
    )


class Stream:
    """Numbers ticks as the engine does."""

    def __init__(self) -> None:
        self._seq = 0

    def tick(self, ts: int, *facts: Fact, kind: str = "candle", pair: str = PAIR) -> Tick:
        self._seq += 1
        return Tick(self._seq, ts, kind, pair, facts)


def story(results: list[tuple[str, float | None]], p_win: list[float] | None = None) -> list[Tick]:
    """A signal every six hours, each closed two hours later; between them quiet ticks and refusals."""
    stream, ticks = Stream(), []
    for number, (result, r) in enumerate(results, 1):
        ts = T0 + number * 6 * HOUR
        made = signal(number, ts, side=1 if number % 2 else -1, p_win=None if p_win is None else p_win[number - 1])
        ticks.append(stream.tick(ts - HOUR))
        ticks.append(stream.tick(ts - HOUR, decided(ts - HOUR, "refuse", "costs", "rr"), kind="settle", pair=""))
        ticks.append(stream.tick(ts, decided(ts, "publish", of=made), Published(made), kind="settle", pair=""))
        if result == "open":
            continue
        ended = outcome(made, ts + 2 * HOUR, result, r)
        ticks.append(stream.tick(ts + 2 * HOUR, Closed(ended, made.plan, made.decimals)))
    return ticks
