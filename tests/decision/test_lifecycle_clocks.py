"""Expiry, gaps, costs, funding, trades, state and symmetry."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.lifecycle import Life
from engine.decision.signal import Costs
from tests.decision.lives import BASE, CALM, HELD, MINUTE, PAID, T0, THROUGH, Row, Walk, plan_of

TP1: Row = (102.0, 103.2, 101.5, 102.8)
TP2: Row = (103.0, 106.0, 102.5, 105.0)
HOUR = 60 * MINUTE


def test_an_expiry_inside_a_bar_takes_effect_at_its_close() -> None:
    plan = replace(plan_of(), expiry_minutes=12)
    walk = Walk(plan=plan).bars(CALM, CALM, THROUGH)
    assert [step.state for step in walk.steps] == ["filled", "filled"], "the bar of the expiry may still fill"
    walk = Walk(plan=plan).bars(CALM, CALM, CALM)
    assert walk.outcome().closed_at == T0 + 15 * MINUTE


def test_a_fill_after_the_expiry_never_counts_even_where_its_bar_is_missing() -> None:
    walk = Walk().bars(*[CALM] * 4).skip(2).bars(THROUGH)
    assert walk.ends() == (("expire", "expired"), ("expire", "expired"))
    assert walk.outcome().closed_at == T0 + 30 * MINUTE


@pytest.mark.parametrize(("missing", "void"), [(1, False), (3, False), (4, True), (40, True)])
def test_more_than_three_missing_bars_void_the_plan_at_the_next_bar(missing: int, void: bool) -> None:
    walk = Walk().bars(CALM, THROUGH).skip(missing).bars(HELD)
    assert walk.life.ended == void
    if void:
        assert walk.ends() == (("void", "data_gap"), ("void", "data_gap"))
        assert walk.outcome().closed_at == T0 + (2 + missing + 1) * BASE


def test_a_gap_right_after_publication_counts_too() -> None:
    assert Walk().skip(4).bars(CALM).ends()[0] == ("void", "data_gap")


def test_a_gap_voids_only_the_track_that_is_open() -> None:
    walk = Walk().bars((99.8, 100.2, 96.9, 98.0))
    assert [step.track for step in walk.steps if step.state == "closed"] == ["theoretical", "followable"]
    walk = Walk().bars((99.98, 100.2, 99.96, 100.0), (100.0, 103.1, 100.3, 103.0), (103.0, 106.0, 102.0, 105.0))
    assert walk.ends() == (("win", "tp2"), ("no-fill", "touched"))


def test_bars_before_the_plan_and_bars_seen_twice_change_nothing() -> None:
    walk = Walk()
    assert not walk.life.on_bar(T0 - BASE, 100.0, 107.0, 90.0, 95.0, BASE)
    walk.bars(CALM, THROUGH)
    state = walk.life.to_state()
    assert not walk.life.on_bar(T0 + BASE, 100.0, 107.0, 90.0, 95.0, BASE)
    assert walk.life.to_state() == state


def test_finer_bars_walk_a_downtime_and_name_the_resolution() -> None:
    walk = Walk().bars(*[CALM] * 9, (100.4, 100.4, 99.5, 100.0), bar=MINUTE)
    assert [step.ts for step in walk.steps] == [T0 + 10 * MINUTE] * 2
    walk.bars(TP1, TP2, bar=MINUTE)
    assert walk.outcome().label_resolution == "1m"
    assert Walk().bars(*[CALM] * 6).outcome().label_resolution == "5m"
    assert Walk(base=3 * BASE).bars(*[CALM] * 2).outcome().label_resolution == "15m"


def test_every_cost_of_a_win_by_hand() -> None:
    walk = Walk(plan=plan_of(costs=PAID)).bars(CALM, THROUGH, TP1, TP2)
    entry, one, two = 100 * 0.0002, 0.5 * (3 - 103 * 0.0002), 0.5 * (6 - 106 * 0.0002)
    assert walk.outcome().followable.rr == pytest.approx((one + two - entry) / 3)
    assert walk.outcome().pnl_model == pytest.approx((one + two - entry) / 100)


def test_every_cost_of_a_loss_by_hand() -> None:
    walk = Walk(plan=plan_of(costs=PAID)).bars(CALM, THROUGH, (99.0, 99.5, 96.8, 98.0))
    out = 97 * (1 - 0.0003)
    assert walk.outcome().followable.rr == pytest.approx((out - 100 - 100 * 0.0002 - out * 0.0005) / 3)


@pytest.mark.parametrize(("side", "sign"), [(1, -1), (-1, 1)], ids=["long pays", "short receives"])
def test_funding_is_paid_on_what_is_open_when_the_tape_goes_on(side: int, sign: int) -> None:
    flat, charged = Walk(side).bars(CALM, THROUGH, HELD), Walk(side).bars(CALM, THROUGH, HELD)
    charged.life.on_funding(charged.now, 0.003)
    for walk in (flat, charged):
        walk.bars(TP1)
        walk.life.on_funding(walk.now, 0.003 if walk is charged else 0.0)
        walk.bars(TP2)
    paid = charged.outcome().followable.rr or 0.0
    free = flat.outcome().followable.rr or 0.0
    assert paid - free == pytest.approx(sign * 0.003 * (1.0 + 0.5) * 100 / 3)


def test_funding_is_not_paid_before_the_fill_nor_by_what_left_in_the_bar_before() -> None:
    walk = Walk()
    walk.life.on_funding(T0, 0.01)
    walk.bars(CALM)
    walk.life.on_funding(T0 + BASE, 0.01)
    walk.bars(THROUGH, TP1)
    walk.life.on_funding(T0 + 4 * BASE, 0.01)  # told before the bar that closes at the same instant
    walk.bars(TP2)
    assert walk.outcome().followable.rr == pytest.approx(1.5)


def test_funding_told_late_is_not_paid_by_a_later_fill() -> None:
    walk = Walk().bars(CALM, THROUGH)
    walk.life.on_funding(T0 + BASE, 0.01)
    walk.bars(TP1, TP2)
    assert walk.outcome().followable.rr == pytest.approx(1.5)


def test_trades_walk_the_same_rules_one_by_one() -> None:
    walk = Walk().trades((10, 100.4), (20, 99.9), (50, 100.3), (60, 100.0), (70, 99.9), (90, 103.0), (100, 106.0))
    assert walk.ends() == (("win", "tp2"), ("win", "tp2"))
    outcome = walk.outcome()
    assert outcome.theoretical.filled_at == T0 + 20_000 and outcome.followable.filled_at == T0 + 70_000
    assert outcome.followable.closed_at == T0 + 100_000
    assert outcome.label_resolution == "trades" and not outcome.ambiguous
    assert [step.ts for step in walk.steps] == sorted(step.ts for step in walk.steps)


def test_a_first_trade_inside_the_zone_fills_there_with_slippage() -> None:
    walk = Walk(plan=plan_of(costs=PAID)).trades((1, 99.5), (46, 99.2))
    assert [step.price for step in walk.steps] == pytest.approx([99.5 * 1.0002, 99.2 * 1.0002])


def test_trades_know_the_order_that_a_bar_does_not() -> None:
    row: Row = (100.2, 103.5, 96.5, 97.0)
    seen = Walk().trades((50, 100.4), (60, 99.9), (100, 103.0), (200, 99.0)).bars(row, covered=True)
    assert seen.ends() == (("win", "breakeven"), ("win", "breakeven"))
    assert not seen.outcome().ambiguous
    assert Walk().bars(row).outcome().ambiguous


def test_a_covered_bar_decides_only_what_a_close_decides() -> None:
    walk = Walk().trades((50, 100.4), (60, 99.9)).bars((100.2, 106.5, 96.5, 100.0), covered=True)
    assert not walk.life.ended
    walk.trades((310, 98.0)).bars((98.0, 98.0, 97.4, 97.6), covered=True)
    walk.trades((610, 97.4)).bars((97.4, 97.4, 97.4, 97.4), covered=True)
    assert walk.ends() == (("lose", "invalidated"), ("lose", "invalidated"))
    assert walk.outcome().label_resolution == "trades"
    assert walk.outcome().mae == pytest.approx(-2.6)


def test_a_bar_that_trades_covered_in_part_is_taken_against_the_plan() -> None:
    walk = Walk().trades((50, 100.4), (60, 99.9)).bars((100.2, 103.5, 99.0, 100.0))
    assert [step.state for step in walk.steps] == ["filled", "filled"], "its high may be from before the fill"
    walk = Walk().trades((50, 100.4), (60, 99.9)).bars((100.2, 103.5, 96.5, 100.0))
    assert walk.ends() == (("lose", "sl"), ("lose", "sl"))
    assert walk.outcome().label_resolution == "5m"


def test_trades_wait_for_the_clock_of_the_bar() -> None:
    plan = replace(plan_of(), expiry_minutes=5)
    walk = Walk(plan=plan).trades((10, 100.4), (50, 100.4), (299, 100.4), (301, 99.0)).bars(CALM, covered=True)
    assert walk.ends() == (("expire", "expired"), ("expire", "expired"))
    assert walk.outcome().closed_at == T0 + BASE


def test_late_trades_and_trades_after_a_hole_are_not_used() -> None:
    walk = Walk().bars(CALM, CALM).trades((100, 96.0))
    assert walk.steps == []
    walk.trades((10 * 60 + 4 * 300 + 1, 96.0)).skip(4).bars(HELD, covered=True)
    assert walk.ends()[0] == ("void", "data_gap")


def test_bars_whose_trades_waited_for_them_are_used_whole() -> None:
    walk = Walk().bars(CALM).trades((6 * 300, 99.0)).bars(THROUGH, covered=True)
    assert [step.state for step in walk.steps] == ["filled", "filled"]
    assert walk.steps[0].price == 100.0


def test_trades_of_the_next_bar_may_come_before_the_bar_itself() -> None:
    walk = Walk().trades((50, 100.4), (310, 99.9)).bars((100.4, 103.5, 96.0, 100.3))
    follow = [step for step in walk.steps if step.track == "followable"]
    assert [(step.state, step.ts) for step in follow] == [("filled", T0 + 310_000)]


def test_funding_is_settled_between_trades() -> None:
    walk = Walk().trades((50, 100.4), (60, 99.9))
    walk.life.on_funding(T0 + 100_000, 0.003)
    walk.trades((90, 103.0), (110, 106.0))
    assert walk.outcome().followable.rr == pytest.approx(1.5 - 0.003 * 0.5 * 100 / 3)


def test_a_quiet_batch_moves_the_excursions_only() -> None:
    walk = Walk().trades((50, 100.4), (60, 99.9))
    walk.trades((70, 101.0), (80, 98.5), (90, 99.0)).trades((100, 103.0), (101, 106.0))
    assert walk.outcome().mae == pytest.approx(-1.5)
    assert walk.outcome().mfe == pytest.approx(6.0)


def rows(draw: st.DrawFn) -> list[Row]:
    price = 100.4
    out: list[Row] = []
    for _ in range(draw(st.integers(6, 30))):
        opened = price
        moves = [draw(st.integers(-25, 25)) / 10 for _ in range(3)]
        price = round(opened + moves[0], 1)
        top = round(max(opened, price) + abs(moves[1]), 1)
        out.append((opened, top, round(min(opened, price) - abs(moves[2]), 1), price))
    return out


TAPES = st.composite(rows)()


@settings(max_examples=150, deadline=None)
@given(tape=TAPES, cut=st.integers(0, 30))
def test_a_restart_at_any_bar_changes_nothing(tape: list[Row], cut: int) -> None:
    whole = Walk(plan=plan_of(costs=PAID))
    whole.life.on_funding(T0 + 2 * BASE, 0.0001)
    whole.bars(*tape)
    again = Walk(plan=plan_of(costs=PAID))
    again.life.on_funding(T0 + 2 * BASE, 0.0001)
    again.bars(*tape[:cut])
    again.life = Life.from_state(again.plan, BASE, json.loads(json.dumps(again.life.to_state())))
    again.bars(*tape[cut:])
    assert again.steps == whole.steps
    assert again.life.outcome("a", 1) == whole.life.outcome("a", 1)


@settings(max_examples=150, deadline=None)
@given(tape=TAPES)
def test_mirrored_prices_give_the_mirrored_life(tape: list[Row]) -> None:
    long, short = Walk(1).bars(*tape), Walk(-1).bars(*tape)
    assert [(s.track, s.state, s.ts) for s in long.steps] == [(s.track, s.state, s.ts) for s in short.steps]
    for up, down in zip(long.steps, short.steps):
        assert (up.price is None) == (down.price is None)
        assert up.r == pytest.approx(down.r, abs=1e-9)
        if up.price is not None:
            assert up.price == pytest.approx(200 - (down.price or 0.0), abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(tape=TAPES, factor=st.sampled_from([1e-6, 0.03125, 7.3, 1000.0]))
def test_the_scale_of_prices_changes_nothing_in_r(tape: list[Row], factor: float) -> None:
    plan = plan_of(costs=PAID)
    scaled = replace(
        plan,
        entry_low=plan.entry_low * factor,
        entry_high=plan.entry_high * factor,
        sl=plan.sl * factor,
        tp1=plan.tp1 * factor,
        tp2=plan.tp2 * factor,
        invalidation_price=plan.invalidation_price * factor,
        tick=plan.tick * factor,
    )
    one = Walk(plan=plan).bars(*tape)
    other = Walk(plan=scaled).bars(*[(o * factor, h * factor, low * factor, c * factor) for o, h, low, c in tape])
    assert [(s.track, s.state, s.ts) for s in one.steps] == [(s.track, s.state, s.ts) for s in other.steps]
    assert [s.r for s in one.steps] == pytest.approx([s.r for s in other.steps], abs=1e-6)


MOVES = st.lists(st.integers(-12, 12), min_size=5, max_size=60)


@settings(max_examples=150, deadline=None)
@given(moves=MOVES, side=st.sampled_from([1, -1]), cuts=st.sets(st.integers(1, 59)), gap=st.integers(1, 90))
def test_how_trades_are_cut_into_batches_changes_nothing(moves: list[int], side: int, cuts: set[int], gap: int) -> None:
    rows, price = [], 100.4
    for number, move in enumerate(moves):
        price = round(price + move / 10, 1)
        rows.append((float(number * gap), price))
    one, other = (Walk(side, plan_of(side, PAID)) for _ in range(2))
    for walk in (one, other):
        walk.life.on_funding(T0 + 20 * gap * 1000, 0.001)
    for row in rows:
        one.trades(row)
    edges = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    for begin, end in pairwise(edges):
        other.trades(*rows[begin:end])
    assert one.steps == other.steps
    for track in ("theoretical", "followable"):
        assert one.life.to_state()[track] == other.life.to_state()[track]


@settings(max_examples=150, deadline=None)
@given(tape=TAPES)
def test_excursions_bound_every_end(tape: list[Row]) -> None:
    walk = Walk(plan=plan_of(costs=Costs(0.0, 0.0, 0.0, 0.0))).bars(*tape)
    outcome = walk.life.outcome("a", 1)
    if outcome is None or outcome.mfe is None or outcome.mae is None:
        return
    assert outcome.mfe >= 0 >= outcome.mae
    if outcome.theoretical.rr is not None and outcome.theoretical.exit_reason == "sl":
        assert outcome.mae_r == pytest.approx(outcome.theoretical.rr)
