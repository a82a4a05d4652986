"""Each row of the table of results, on both tracks, for a long and for the mirrored short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.decision.track_rules import ENDED, ENDS
from tests.decision.lives import BASE, CALM, HELD, MINUTE, T0, THROUGH, Row, Walk, plan_of

TP1: Row = (102.0, 103.2, 101.5, 102.8)
TP2: Row = (103.0, 106.0, 102.5, 105.0)
BREAKEVEN: Row = (102.0, 102.5, 99.9, 100.5)
STOPPED: Row = (99.0, 99.5, 96.8, 98.0)
TOUCH: Row = (100.2, 100.3, 99.95, 100.1)
AWAY: Row = (100.3, 100.7, 100.2, 100.6)

CASES: dict[str, tuple[list[Row], tuple[str, str]]] = {
    "tp2": ([CALM, THROUGH, HELD, TP1, TP2], ("win", "tp2")),
    "breakeven": ([CALM, THROUGH, TP1, BREAKEVEN], ("win", "breakeven")),
    "win at the time limit": ([CALM, THROUGH, TP1] + [TP1] * 23, ("win", "timeout")),
    "sl": ([CALM, THROUGH, HELD, STOPPED], ("lose", "sl")),
    "sl in the fill bar": ([CALM, (100.4, 100.4, 96.9, 98.0)], ("lose", "sl")),
    "invalidated after the fill": ([CALM, THROUGH, (99.0, 99.0, 97.2, 97.4)], ("lose", "invalidated")),
    "lose at the time limit": ([CALM, THROUGH] + [HELD] * 24, ("lose", "timeout")),
    "expired": ([CALM] * 6, ("expire", "expired")),
    "missed by a quarter of R": ([CALM, AWAY], ("expire", "missed")),
    "missed at TP1": ([CALM, (100.3, 103.0, 100.2, 102.0)], ("expire", "missed")),
    "touched, then expired": ([CALM, TOUCH] + [CALM] * 4, ("no-fill", "touched")),
    "touched, then missed": ([CALM, TOUCH, AWAY], ("no-fill", "touched")),
    "touched and missed in one bar": ([CALM, (100.2, 100.7, 100.0, 100.5)], ("no-fill", "touched")),
}


@pytest.mark.parametrize("side", [1, -1], ids=["long", "short"])
@pytest.mark.parametrize("name", CASES)
def test_row_of_the_table(name: str, side: int) -> None:
    rows, expected = CASES[name]
    walk = Walk(side).bars(*rows)
    assert walk.ends() == (expected, expected)
    assert walk.outcome().win == {"win": 1, "lose": 0}.get(expected[0])
    assert walk.outcome().closed_at == T0 + len(rows) * BASE
    assert (walk.outcome().theoretical.fill_price is None) == (expected[0] in ("expire", "no-fill"))


@pytest.mark.parametrize("side", [1, -1], ids=["long", "short"])
def test_one_target_only_ends_at_tp1(side: int) -> None:
    plan = plan_of(side)
    walk = Walk(side, replace(plan, tp2=plan.tp1)).bars(CALM, THROUGH, TP1)
    assert walk.ends() == (("win", "tp1"), ("win", "tp1"))
    assert walk.outcome().theoretical.rr == pytest.approx(1.0)


@pytest.mark.parametrize("side", [1, -1], ids=["long", "short"])
def test_invalidation_while_waiting_beats_touch_and_expiry(side: int) -> None:
    plan = replace(plan_of(side), invalidation_price=100.2 if side > 0 else 99.8, expiry_minutes=15)
    rows: list[Row] = [CALM, TOUCH, (100.2, 100.3, 100.05, 100.1)]
    walk = Walk(side, plan).bars(*rows)
    assert walk.ends() == (("expire", "invalidated"), ("expire", "invalidated"))


def test_invalidation_waits_for_the_close_of_its_timeframe() -> None:
    weak: Row = (99.0, 99.0, 97.2, 97.4)
    walk = Walk().bars(THROUGH, weak)
    assert walk.steps[-1].state != "closed", "a 5m close is not a 15m close"
    walk.bars(weak)
    assert walk.ends()[0] == ("lose", "invalidated")
    assert walk.outcome().closed_at == T0 + 15 * MINUTE


def test_a_close_exactly_at_the_invalidation_price_is_not_beyond_it() -> None:
    walk = Walk().bars(CALM, THROUGH, (99.0, 99.0, 97.2, 97.5))
    assert walk.life.outcome("id", 1) is None


def test_after_tp1_no_invalidation_any_more() -> None:
    plan = replace(plan_of(), invalidation_price=102.9)
    walk = Walk(plan=plan).bars(THROUGH, TP1, TP1)
    assert walk.life.outcome("id", 1) is None


def test_cancel_ends_only_what_waits() -> None:
    waiting = Walk().bars(TOUCH, TOUCH)
    assert waiting.life.cancel(waiting.now, "cancelled")
    steps = waiting.life.steps()
    assert [step.state for step in steps] == ["closed", "closed"]
    assert waiting.ends() == (("expire", "cancelled"), ("expire", "cancelled"))
    filled = Walk().bars(CALM, THROUGH)
    assert not filled.life.cancel(filled.now, "cancelled")
    assert not filled.life.ended


@pytest.mark.parametrize("reason", ["delisted", "data_gap"])
def test_void_keeps_the_fill_and_has_no_result(reason: str) -> None:
    walk = Walk().bars(CALM, THROUGH, HELD)
    walk.life.cancel(walk.now, reason)
    outcome = walk.outcome()
    assert walk.ends() == (("void", reason), ("void", reason))
    assert outcome.win is None and outcome.theoretical.rr is None and outcome.pnl_model is None
    assert outcome.theoretical.fill_price == 100.0


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="weather"):
        Walk().life.cancel(T0, "weather")


def test_the_table_never_leaves_the_end() -> None:
    assert all(phase != ENDED for phase, _ in ENDS)


def test_an_ended_life_ignores_everything() -> None:
    walk = Walk().bars(*[CALM] * 6)
    before = walk.outcome()
    walk.bars(THROUGH, STOPPED).trades((3600, 96.0))
    walk.life.on_funding(walk.now, 0.01)
    assert not walk.life.cancel(walk.now, "delisted")
    assert walk.outcome() == before
