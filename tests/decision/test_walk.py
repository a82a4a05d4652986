"""Lives walked compiled over columns end as `Life` ends them bar by bar: the same bits, told at the same closes."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replay.run import columns_of
from engine.decision.lifecycle import Life
from engine.decision.progress import progress_of
from engine.decision.signal import Costs, Outcome, Plan
from engine.decision.telling import Step
from engine.decision.tick import EXITED, Progress
from engine.decision.walk import Floats, Ints, outcome_of_end, plan_row, steps_of, walk
from tests.decision.lives import MINUTE, PAID, T0, bar_of, plan_of
from tests.engine.runs import feed_over

Told = list[tuple[int, Step]]
Tape = tuple[Ints, Floats, Ints, Floats]


def by_life(plan: Plan, base: int, tape: Tape) -> tuple[Outcome | None, Told]:
    """The plan followed the live way: settlements as they are told, then each bar that closes at or after them."""
    ts, candles, funding_ts, funding_rate = tape
    life, told, paid = Life(plan, base), Told(), 0
    for opened, (o, h, l, c) in zip(ts.tolist(), candles.tolist()):
        while paid < len(funding_ts) and funding_ts[paid] <= opened + base:
            if funding_ts[paid] > plan.ts:
                life.on_funding(int(funding_ts[paid]), float(funding_rate[paid]))
            paid += 1
        life.on_bar(opened, o, h, l, c, base)
        told += [(opened + base, step) for step in life.steps()]
    return life.outcome("id", 7), told


def by_walk(plans: list[Plan], base: int, tape: Tape, compiled: str) -> list[tuple[Outcome | None, Told]]:
    rows = np.concatenate([plan_row(plan, base) for plan in plans])
    ends = walk(rows, base, *tape, compiled)
    return [(outcome_of_end(plan, base, end, "id", 7), steps_of(plan, end)) for plan, end in zip(plans, ends)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Plan], int, Tape]:
    """Plans of both sides at several moments of one tape with holes and settlements, prices on touching ticks."""
    base = draw(st.sampled_from([MINUTE, 5 * MINUTE, 15 * MINUTE]))
    price, now = 100.4, T0
    stamps, rows = [], []
    for _ in range(draw(st.integers(4, 40))):
        moves = [draw(st.integers(-25, 25)) / 10 for _ in range(3)]
        close = round(price + moves[0], 1)
        top = round(max(price, close) + abs(moves[1]), 1)
        stamps.append(now)
        rows.append((price, top, round(min(price, close) - abs(moves[2]), 1), close))
        price = close
        now += base * draw(st.sampled_from([1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5]))
    tape_side = draw(st.sampled_from([1, -1]))
    candles = np.array([bar_of(row, tape_side) for row in rows])
    settled = sorted(draw(st.sets(st.integers(-1, 40), max_size=6)))
    funding = np.array([T0 + at * base for at in settled], dtype=np.int64)
    rates = np.array([draw(st.integers(-30, 30)) / 10_000 for _ in settled], dtype=np.float64)
    plans = [_plan(draw, T0 + draw(st.integers(0, 12)) * base, base) for _ in range(draw(st.integers(1, 4)))]
    return plans, base, (np.array(stamps, dtype=np.int64), candles, funding, rates)


def _plan(draw: st.DrawFn, ts: int, base: int) -> Plan:
    plan = plan_of(draw(st.sampled_from([1, -1])), PAID if draw(st.booleans()) else Costs(0.0, 0.0, 0.0, 0.0))
    return replace(
        plan,
        ts=ts,
        tp2=plan.tp1 if draw(st.booleans()) else plan.tp2,
        expiry_minutes=draw(st.sampled_from([2, 5, 12, 30])) * base // (5 * MINUTE) + 1,
        limit_minutes=draw(st.sampled_from([3, 10, 120])) * base // (5 * MINUTE) + 1,
        invalidation_timeframe=draw(st.sampled_from(["15m", "1h"])),
        tick=draw(st.sampled_from([0.1, 0.001])),
    )


@settings(max_examples=400, deadline=None)
@given(case=cases())
def test_any_tape_ends_every_plan_as_life_does(case: tuple[list[Plan], int, Tape], compiled: str) -> None:
    plans, base, tape = case
    assert by_walk(plans, base, tape, compiled) == [by_life(plan, base, tape) for plan in plans]


def test_what_is_known_at_a_close_is_known_from_the_tape_up_to_it(compiled: str) -> None:
    """Cut off after any bar, an end that was seen by then is the same and a later one is not there yet."""
    rows = [(100.4, 100.5, 99.8, 100.2), (100.5, 103.2, 100.4, 103.0), (103.0, 104.0, 99.9, 101.0)]
    ts = T0 + 5 * MINUTE * np.arange(3, dtype=np.int64)
    candles, none, free = np.array(rows), np.zeros(0, dtype=np.int64), np.zeros(0)
    plan = plan_of(1, PAID)
    whole = by_walk([plan], 5 * MINUTE, (ts, candles, none, free), compiled)[0]
    assert (
        whole[0] is not None
        and [step.state for _, step in whole[1]] == ["filled", "filled", "tp1", "tp1"] + ["closed"] * 2
    )
    for bars in range(4):
        outcome, told = by_walk([plan], 5 * MINUTE, (ts[:bars], candles[:bars], none, free), compiled)[0]
        end = T0 + bars * 5 * MINUTE
        assert told == [(at, step) for at, step in whole[1] if at <= end]
        assert outcome == (whole[0] if bars == 3 else None)


def test_who_followed_is_told_of_the_exit_though_the_theoretical_track_goes_on(compiled: str) -> None:
    """At the open a lower price was had than 45 s later: the later fill is at breakeven, the earlier one is not."""
    rows = [
        (99.8, 100.5, 99.7, 100.4),
        (100.5, 103.2, 100.4, 103.0),
        (102.5, 102.6, 99.9, 101.0),
        (101.0, 106.5, 100.9, 106.0),
    ]
    tape = T0 + 5 * MINUTE * np.arange(4, dtype=np.int64), np.array(rows), np.zeros(0, dtype=np.int64), np.zeros(0)
    plan = plan_of()
    found = []
    for outcome, told in (by_life(plan, 5 * MINUTE, tape), *by_walk([plan], 5 * MINUTE, tape, compiled)):
        assert outcome is not None
        bars = groupby(told, itemgetter(0))
        moves = [(at, [step for _, step in some]) for at, some in bars]
        found.append([one for at, steps in moves for one in progress_of("id", 7, plan, steps, at == outcome.closed_at)])
        track = outcome.followable
        assert (track.exit_reason, outcome.theoretical.exit_reason) == ("breakeven", "tp2")
        assert found[-1][-1] == Progress("id", 7, plan.pair, EXITED, T0 + 15 * MINUTE, 100.0, track.rr, "breakeven")
    assert found[0] == found[1] and [one.state for one in found[0]] == ["filled", "tp1", EXITED]


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("market", "pair", "end"),
    [("okx-swap-5m-2022", "DOGE-USDT-SWAP", "2022-05-20"), ("okx-swap-15m", "PEPE-USDT-SWAP", "2023-06-20")],
)
def test_a_recorded_market_ends_every_plan_as_life_does(
    recorded_market: Path, compiled: str, market: str, pair: str, end: str
) -> None:
    tape = feed_over(recorded_market / market, (pair,), end).tapes()[pair]
    c = columns_of(tape)
    base = c.base_minutes * MINUTE
    columns = (c.ts, np.column_stack([c.open, c.high, c.low, c.close]), c.funding_ts, c.funding_rate)
    rng = np.random.default_rng(5)
    plans = [_around(c.close[at], int(c.ts[at]) + base, tape.instrument.tick, rng) for at in
             np.sort(rng.integers(0, len(c.ts) - 1, 400))]  # fmt: skip
    walked = by_walk(plans, base, columns, compiled)
    for plan, found in zip(plans, walked):
        first = int(np.searchsorted(c.ts, plan.ts))
        part = (columns[0][first : first + 600], columns[1][first : first + 600], *columns[2:])
        assert found == by_life(plan, base, part)
    reasons = {outcome.followable.exit_reason for outcome, _ in walked if outcome is not None}
    assert {"sl", "tp2", "breakeven", "missed", "touched"} <= reasons


def _around(price: float, ts: int, tick: float, rng: np.random.Generator) -> Plan:
    """A plan near a price: half a per cent of risk, a zone that the price stands in or just above."""
    side = 1 if rng.random() < 0.5 else -1
    near, step = price * (1 - side * rng.choice([0.0, 0.0005, 0.001])), price * 0.005 * side
    low, high = sorted((near, near - step * 0.2))
    return Plan(
        pair="DOGE-USDT-SWAP", side=1 if side > 0 else -1, timeframe="15m", ts=ts, entry_low=low, entry_high=high,
        sl=near - step, tp1=near + step, tp2=near + 2 * step, expiry_minutes=30, limit_minutes=720,
        invalidation_timeframe="15m", invalidation_price=near - 0.9 * step, tick=tick, costs=PAID,
    )  # fmt: skip
