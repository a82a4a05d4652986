"""The figures of a store, against numbers worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.documents import outcome_document
from storage import outcomes, signals
from storage.database import Database
from storage.interval import DAY_MS, mean_interval
from storage.stats import Group
from tests.storage.documents import START, ZONE, ended, outcome, signal
from tests.storage.scan import figures, summary

ENDS: dict[int, tuple[str, float | None]] = {
    1: ("win", 1.5),
    2: ("lose", -1.0),
    3: ("expire", None),
    4: ("no-fill", None),
    5: ("void", None),
    6: ("lose", -1.2),
    7: ("win", 0.7),
}


async def test_every_figure_by_hand(db: Database) -> None:
    async with db.write() as conn:
        for number in range(1, 9):
            document = signal(number, side=1 if number % 2 else -1, regime="BALANCED" if number > 5 else "TRENDING")
            await signals.add(conn, document, ts_ms=START + number)
        for number, (result, r) in ENDS.items():
            await outcomes.add(conn, outcome(number, result=result, r=r), closed_ms=START + number * DAY_MS)
    async with db.read() as conn:
        found = await summary(conn)
        recent = await summary(conn, since=START + 8)
        nothing = await summary(conn, since=START + 9)
    assert (found.signals, found.open, found.filled, found.win, found.lose) == (8, 1, 4, 2, 2)
    assert (found.expire, found.no_fill, found.void, found.win_rate) == (1, 1, 1, 0.5)
    assert found.expectancy_r == pytest.approx(0.0)
    assert found.expectancy_r_theoretical == pytest.approx(0.1)
    assert found.profit_factor == pytest.approx(2.2 / 2.2)
    assert found.max_drawdown_r == pytest.approx(2.2)
    assert found.expectancy_r_low is not None
    assert found.expectancy_r_high is not None
    assert -1.2 < found.expectancy_r_low < 0 < found.expectancy_r_high < 1.5
    assert found.by_regime["BALANCED"] == Group(3, 2, 1, 0.5, (-1.2 + 0.7) / 2)
    assert found.by_side["short"] == Group(4, 2, 0, 0.0, (-1.0 - 1.2) / 2)
    assert list(found.by_mode) == ["paper"]
    assert (recent.signals, recent.open, recent.win_rate, recent.expectancy_r, recent.profit_factor) == (
        1,
        1,
        None,
        None,
        None,
    )
    assert (nothing.signals, nothing.by_regime, nothing.max_drawdown_r) == (0, {}, None)


async def test_the_followable_track_counts_not_the_theoretical(db: Database) -> None:
    document = outcome_document(ended(1, result="lose", r=-1.0), 1, ZONE)
    missed = {**document, "followable": {**document["followable"], "result": "expire"}, "followable_r": None}
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        await outcomes.add(conn, missed, closed_ms=START)
        found = await summary(conn)
    assert (found.expire, found.lose, found.filled, found.expectancy_r) == (1, 0, 0, None)
    assert found.expectancy_r_theoretical == pytest.approx(-0.9)


async def test_one_fill_has_no_interval(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        await outcomes.add(conn, outcome(1), closed_ms=START)
        found = await summary(conn)
    assert (found.expectancy_r, found.expectancy_r_low, found.expectancy_r_high) == (1.5, None, None)
    assert (found.profit_factor, found.max_drawdown_r) == (None, 0.0)


def test_the_interval_is_the_same_every_time_and_wider_when_days_share_their_luck() -> None:
    apart = [day * DAY_MS for day in range(40)]
    together = [day // 8 * DAY_MS for day in range(40)]
    r = [1.5 if day // 8 % 2 else -1.0 for day in range(40)]
    first, again, blocked = mean_interval(apart, r), mean_interval(apart, r), mean_interval(together, r)
    assert first is not None
    assert blocked is not None
    assert first == again
    assert first[0] < sum(r) / 40 < first[1]
    assert blocked[1] - blocked[0] > 1.5 * (first[1] - first[0])


def test_the_interval_of_many_independent_days_is_the_normal_one() -> None:
    r = [(-1.0, 1.0)[index % 2] for index in range(400)]
    found = mean_interval([index * DAY_MS for index in range(400)], r)
    assert found is not None
    assert found == pytest.approx((-1.645 / 20, 1.645 / 20), abs=0.012)


def test_trades_of_a_single_day_have_a_student_interval() -> None:
    found = mean_interval([0, 1, 2], [1.0, 2.0, 3.0])
    assert found == pytest.approx((2 - 2.920 / 3**0.5, 2 + 2.920 / 3**0.5))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.floats(-2, 5)), max_size=30))
def test_the_interval_stays_among_the_days(trades: list[tuple[int, float]]) -> None:
    found = mean_interval([day * DAY_MS for day, _ in trades], [r for _, r in trades])
    assert (found is None) == (len(trades) < 2)
    if found is not None and len({day for day, _ in trades}) > 1:
        values = [r for _, r in trades]
        assert min(values) - 1e-9 <= found[0] <= found[1] <= max(values) + 1e-9


def test_no_signals_have_no_figures() -> None:
    found = figures([])
    assert (found.signals, found.win_rate, found.expectancy_r, found.profit_factor, found.max_drawdown_r) == (
        0,
        *[None] * 4,
    )
