"""What one bar does: fills, stops, targets, excursions, stamps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.decision.lives import BASE, CALM, HELD, MINUTE, PAID, T0, THROUGH, Row, Walk, plan_of

SIDES = pytest.mark.parametrize("side", [1, -1], ids=["long", "short"])


@SIDES
def test_theoretical_fills_at_the_first_open_with_slippage(side: int) -> None:
    walk = Walk(side, plan_of(side, PAID)).bars((99.8, 100.2, 99.5, 100.0))
    step = walk.steps[0]
    assert (step.track, step.state, step.ts, step.r) == ("theoretical", "filled", T0, None)
    assert step.price == pytest.approx(99.8 * 1.0002 if side > 0 else 100.2 * 0.9998)


@SIDES
def test_first_open_at_or_beyond_sl_fills_at_near_and_is_out_at_the_open(side: int) -> None:
    walk = Walk(side).bars((96.5, 99.0, 96.0, 98.0))
    theory = walk.outcome().theoretical
    assert (theory.result, theory.exit_reason, theory.filled_at, theory.closed_at) == ("lose", "sl", T0, T0 + BASE)
    assert theory.fill_price == 100.0
    assert theory.rr == pytest.approx(-3.5 / 3)
    assert walk.outcome().mae == pytest.approx(-3.5)
    assert not walk.outcome().ambiguous


def test_a_later_open_beyond_the_zone_fills_at_near_only() -> None:
    walk = Walk().bars(CALM, (99.0, 99.5, 98.5, 99.2))
    assert [(step.track, step.price, step.ts) for step in walk.steps] == [
        ("theoretical", 100.0, T0 + 2 * BASE),
        ("followable", 100.0, T0 + 2 * BASE),
    ]


def test_a_later_gap_through_zone_and_stop_is_filled_and_out_at_the_open() -> None:
    walk = Walk().bars(CALM, (96.0, 98.0, 95.0, 97.0))
    assert walk.ends() == (("lose", "sl"), ("lose", "sl"))
    assert walk.outcome().followable.rr == pytest.approx(-4 / 3)


def test_touch_is_not_a_fill_and_the_margin_is_one_tick_or_one_basis_point() -> None:
    tick, basis = 0.05, 0.1
    plan = replace(plan_of(), tick=tick)
    near = plan.near
    wide = replace(plan, entry_low=near * 10 - 1, entry_high=near * 10, sl=970.0, tp1=1030.0, tp2=1060.0)
    assert Walk(plan=plan).bars(CALM, (100.4, 100.4, 99.96, 100.2)).steps == []
    assert len(Walk(plan=plan).bars(CALM, (100.4, 100.4, near - tick, 100.2)).steps) == 2
    high: list[Row] = [(1000.4, 1000.5, 1000.2, 1000.3), (1000.4, 1000.4, 1000 - tick, 1000.2)]
    assert Walk(plan=wide).bars(*high).steps == []
    assert len(Walk(plan=wide).bars(high[0], (1000.4, 1000.4, 1000 - basis, 1000.2)).steps) == 2


@SIDES
def test_a_fill_beats_missed_in_one_bar(side: int) -> None:
    walk = Walk(side).bars(CALM, (100.4, 101.5, 99.8, 101.0))
    assert [step.state for step in walk.steps] == ["filled", "filled"]


@SIDES
def test_targets_never_count_in_the_fill_bar(side: int) -> None:
    walk = Walk(side).bars(CALM, (100.4, 106.5, 99.8, 104.0))
    assert [step.state for step in walk.steps] == ["filled", "filled"]
    walk.bars((104.0, 104.0, 102.0, 102.0))
    assert [step.state for step in walk.steps[2:]] == ["tp1", "tp1"]
    assert walk.life.to_state()["theoretical"] is not None


@SIDES
def test_fill_bar_with_stop_and_tp1_is_a_loss_and_ambiguous(side: int) -> None:
    walk = Walk(side).bars(CALM, (100.4, 103.5, 96.5, 102.0))
    assert walk.ends() == (("lose", "sl"), ("lose", "sl"))
    assert walk.outcome().ambiguous
    assert walk.outcome().time_to_sl_s == 0


@SIDES
def test_stop_first_where_a_later_bar_holds_both(side: int) -> None:
    walk = Walk(side).bars(CALM, THROUGH, (100.0, 103.5, 96.5, 102.0))
    assert walk.ends() == (("lose", "sl"), ("lose", "sl"))
    assert walk.outcome().ambiguous and walk.outcome().win == 0
    assert walk.outcome().followable.rr == pytest.approx(-1.0)


def test_an_open_beyond_the_stop_is_not_ambiguous() -> None:
    walk = Walk().bars(CALM, THROUGH, (96.0, 103.5, 95.0, 102.0))
    assert not walk.outcome().ambiguous
    assert walk.outcome().followable.rr == pytest.approx(-4 / 3)


@SIDES
def test_breakeven_in_tp1s_bar_ends_leg_two(side: int) -> None:
    walk = Walk(side).bars(CALM, THROUGH, (100.5, 106.5, 99.9, 104.0))
    assert walk.ends() == (("win", "breakeven"), ("win", "breakeven"))
    assert walk.outcome().followable.rr == pytest.approx(0.5)
    assert walk.outcome().ambiguous
    assert walk.outcome().mfe == pytest.approx(3.0), "no further than the level reached"


def test_breakeven_in_tp1s_bar_is_out_at_the_fill_price_wherever_the_bar_opened() -> None:
    walk = Walk().bars(CALM, THROUGH, (98.5, 103.5, 98.0, 103.0))
    assert walk.ends()[1] == ("win", "breakeven")
    assert walk.outcome().followable.rr == pytest.approx(0.5)


def test_breakeven_and_tp1_in_one_bar_were_decided_by_the_rule() -> None:
    assert Walk().bars(CALM, THROUGH, (100.5, 103.5, 99.9, 103.0)).outcome().ambiguous


def test_followable_first_coarse_bar_is_ambiguous_even_where_it_opened_beyond_the_stop() -> None:
    walk = Walk().bars((96.5, 103.5, 96.0, 100.0))
    assert walk.ends() == (("lose", "sl"), ("lose", "sl"))
    assert walk.outcome().ambiguous, "its open was before the 45 s"


def test_breakeven_in_a_later_bar_is_the_worse_of_level_and_open() -> None:
    walk = Walk().bars(CALM, THROUGH, (101.0, 103.5, 100.9, 103.0), (99.4, 99.9, 99.0, 99.5))
    assert walk.ends()[1] == ("win", "breakeven")
    assert walk.outcome().followable.rr == pytest.approx(0.5 + 0.5 * -0.6 / 3)
    assert not walk.outcome().ambiguous


@SIDES
def test_tp2_in_tp1s_bar(side: int) -> None:
    walk = Walk(side).bars(CALM, THROUGH, (100.5, 106.5, 100.4, 106.0))
    assert walk.ends() == (("win", "tp2"), ("win", "tp2"))
    assert walk.outcome().followable.rr == pytest.approx(0.5 * 1 + 0.5 * 2)
    assert [step.state for step in walk.steps if step.track == "followable"] == ["filled", "tp1", "closed"]
    assert walk.steps[-2].r == pytest.approx(0.5) and walk.steps[-1].r == pytest.approx(1.5)
    assert walk.outcome().mfe == pytest.approx(6.0)


BLIND: dict[str, tuple[Row, tuple[str, str] | None, bool]] = {
    "stop": ((100.4, 100.5, 96.9, 98.0), ("lose", "sl"), False),
    "stop and TP1": ((100.4, 103.0, 96.9, 98.0), ("lose", "sl"), True),
    "TP1 though traded through": ((100.4, 103.0, 99.0, 102.0), ("expire", "missed"), False),
    "TP1 though touched": ((100.4, 103.0, 100.0, 102.0), ("expire", "missed"), False),
    "zone left": ((100.4, 100.8, 100.2, 100.7), ("expire", "missed"), False),
    "touched, then zone left": ((100.4, 100.8, 100.0, 100.7), ("no-fill", "touched"), False),
    "through": ((100.4, 100.9, 99.0, 100.2), None, False),
    "open inside the zone, never through": ((100.0, 100.2, 99.95, 100.1), None, False),
}


@SIDES
@pytest.mark.parametrize("name", BLIND)
def test_followable_first_coarse_bar_knows_no_order(name: str, side: int) -> None:
    row, expected, ambiguous = BLIND[name]
    walk = Walk(side).bars(row)
    closed = [step for step in walk.steps if step.track == "followable" and step.state == "closed"]
    if expected is None:
        assert not closed
        filled = [step for step in walk.steps if step.track == "followable"]
        assert [(step.price, step.ts) for step in filled] == ([(100.0, T0 + BASE)] if name == "through" else [])
        return
    walk.bars(*[CALM] * 5)
    walk.life.cancel(walk.now, "delisted")
    assert walk.ends()[1] == expected
    assert walk.outcome().ambiguous == ambiguous
    if expected[0] == "lose":
        assert walk.outcome().followable.fill_price == 100.0
        assert walk.outcome().followable.filled_at == T0 + BASE


def test_followable_on_1m_bars_starts_at_the_first_at_or_after_45_s() -> None:
    walk = Walk(base=MINUTE).bars((100.4, 100.4, 96.0, 100.0))
    assert [step.track for step in walk.steps] == ["theoretical", "theoretical"]
    walk.bars((99.7, 100.0, 99.6, 99.9))
    assert [(step.state, step.price, step.ts) for step in walk.steps[2:]] == [("filled", 99.7, T0 + MINUTE)]


def test_mfe_and_mae_of_the_fill_bar_and_of_the_stop_bar() -> None:
    walk = Walk().bars(CALM, (100.4, 102.0, 99.2, 100.2))
    walk.bars((100.2, 101.5, 98.0, 99.0), (99.0, 102.9, 96.0, 97.0))
    outcome = walk.outcome()
    assert outcome.mfe == pytest.approx(1.5), "neither the fill bar nor the stop bar extends it"
    assert outcome.mae == pytest.approx(-3.0), "no further than where it left"
    assert outcome.mfe_r == pytest.approx(0.5) and outcome.mae_r == pytest.approx(-1.0)


def test_mae_includes_the_fill_bar() -> None:
    walk = Walk().bars(CALM, (100.4, 100.4, 98.2, 100.2), (100.2, 106.0, 100.1, 105.0))
    assert walk.outcome().mae == pytest.approx(-1.8)


def test_stamps_inside_a_bar_carry_its_close() -> None:
    walk = Walk().bars(CALM, THROUGH, HELD, (101.0, 103.1, 100.9, 103.0), (103.0, 106.1, 102.0, 106.0))
    outcome = walk.outcome()
    assert outcome.theoretical.filled_at == T0 + 2 * BASE
    assert outcome.time_to_fill_s == 600 and outcome.time_to_tp1_s == 600 and outcome.time_to_sl_s is None
    assert outcome.followable.closed_at == T0 + 5 * BASE


def test_r_is_fill_to_stop_after_the_fill() -> None:
    walk = Walk().bars((98.0, 100.5, 97.9, 100.0), (100.0, 106.0, 99.0, 105.0))
    assert walk.outcome().theoretical.rr == pytest.approx(0.5 * 5 + 0.5 * 8)
    assert walk.outcome().mfe_r == pytest.approx(8.0)


def test_time_limit_leaves_at_the_close_with_slippage() -> None:
    plan = replace(plan_of(costs=PAID), limit_minutes=10)
    walk = Walk(plan=plan).bars(CALM, THROUGH, HELD, HELD)
    fill, out = 100.0, 100.5 * (1 - 0.0002)
    assert walk.outcome().followable.exit_reason == "timeout"
    assert walk.outcome().followable.closed_at == T0 + 4 * BASE
    assert walk.outcome().followable.rr == pytest.approx((out - fill - fill * 0.0002 - out * 0.0005) / 3)
    assert walk.outcome().mfe == pytest.approx(0.9)
