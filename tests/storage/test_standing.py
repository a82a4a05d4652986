"""Running totals say what reading every outcome says, whatever came in which order, and whenever they began."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from engine.decision.documents import outcome_document
from engine.decision.signal import TrackEnd
from storage import outcomes, signals, totals
from storage.database import Database
from storage.interval import DAY_MS, DaySums, interval_of_days, mean_interval
from storage.standing import first_day, standing
from storage.stats import Stats
from tests.storage.documents import START, ZONE, ended, signal
from tests.storage.scan import summary

T = TypeVar("T")
KINDS = ("win", "win", "lose", "lose", "expire", "no-fill", "void")


def pick(dice: np.random.Generator, values: Sequence[T]) -> T:
    """One of them, each as likely."""
    return values[int(dice.integers(len(values)))]


async def fill(db: Database, count: int, days: int, seed: int = 1) -> None:
    """`count` outcomes over `days` days, and one signal that stays open."""
    dice = np.random.default_rng(seed)
    async with db.write() as conn:
        for number in range(1, count + 2):
            document = signal(number, side=pick(dice, (1, -1)), regime=pick(dice, ("TRENDING", "BALANCED")))
            document |= {"venue_session": pick(dice, ("asia", "london")), "p_win": pick(dice, (None, 0.41, 0.55))}
            await signals.add(conn, document, ts_ms=START + number)
        for number in range(1, count + 1):
            kind, closed = pick(dice, KINDS), START + number * days * DAY_MS // count
            r = {"win": dice.uniform(0.1, 3.0), "lose": -dice.uniform(0.2, 1.2)}.get(kind)
            end = ended(number, result=kind, r=r, closed_at=closed)
            if r is not None:
                track: TrackEnd = end.followable._replace(filled_at=closed - 5_400_000)
                end = end._replace(followable=track, ambiguous=number % 5 == 0)
            await outcomes.add(conn, outcome_document(end, 1, ZONE), closed_ms=closed)


def near(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=1e-9)


def assert_equal(found: Stats, wanted: Stats) -> None:
    for name in ("signals", "open", "filled", "win", "lose", "expire", "no_fill", "void"):
        assert getattr(found, name) == getattr(wanted, name), name
    for name in ("win_rate", "expectancy_r", "expectancy_r_theoretical", "profit_factor", "max_drawdown_r"):
        assert getattr(found, name) == near(getattr(wanted, name)), name
    for name in ("by_regime", "by_side", "by_mode"):
        mine, theirs = getattr(found, name), getattr(wanted, name)
        assert list(mine) == list(theirs)
        for group, figures in theirs.items():
            assert (mine[group].signals, mine[group].win) == (figures.signals, figures.win)
            assert mine[group].expectancy_r == near(figures.expectancy_r)


@pytest.mark.parametrize(("count", "days"), [(60, 20), (1, 1), (9, 1), (120, 60)])
async def test_totals_say_what_every_outcome_says(db: Database, count: int, days: int) -> None:
    await fill(db, count, days)
    async with db.read() as conn:
        found, wanted = await standing(conn), await summary(conn)
    assert_equal(found, wanted)
    assert found.expectancy_r_low == near(wanted.expectancy_r_low)
    assert found.expectancy_r_high == near(wanted.expectancy_r_high)
    if found.filled:
        assert found.hold_s == pytest.approx(5_400.0)
    assert sum(group.signals for group in found.by["session"].values()) == found.signals
    assert set(found.by["confidence"]) <= {"none", "40", "50"} and set(found.by) == set(totals.DIMENSIONS)


async def test_the_last_days_are_whole_days_with_today(db: Database) -> None:
    await fill(db, 60, 20)
    now = START + 20 * DAY_MS
    async with db.read() as conn:
        week, ever = await standing(conn, first_day(now, 7)), await standing(conn)
        by_hand = [one for one in await outcomes.latest(conn, 100) if one.closed_at // DAY_MS > now // DAY_MS - 7]
        all_of_it = await standing(conn, first_day(now, 9999))
    assert week.signals == len(by_hand) > 10
    r = [one.document["followable_r"] for one in reversed(by_hand) if one.document["win"] is not None]
    total = height = deepest = 0.0
    for value in r:
        total += value
        height = max(height, total)
        deepest = max(deepest, height - total)
    assert week.max_drawdown_r == pytest.approx(deepest) and week.expectancy_r == pytest.approx(sum(r) / len(r))
    wanted = mean_interval([one.closed_at for one in reversed(by_hand) if one.document["win"] is not None], r)
    assert (week.expectancy_r_low, week.expectancy_r_high) == pytest.approx(wanted)
    for name, group in ever.by["regime"].items():
        same = all_of_it.by["regime"][name]
        assert (same.signals, same.win, same.expectancy_r) == (group.signals, group.win, near(group.expectancy_r))
    assert all_of_it.max_drawdown_r == pytest.approx(ever.max_drawdown_r)


async def test_a_store_of_before_is_taken_in_when_it_is_opened(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/old.db"
    async with await Database.open(url) as db:
        await fill(db, 40, 10)
        async with db.read() as conn:
            wanted = await standing(conn)
        async with db.write() as conn:
            await conn.run_sync(_before_totals)
    async with await Database.open(url) as db, db.read() as conn:
        assert await standing(conn) == wanted


def _before_totals(conn: Connection) -> None:
    """The store as the version before the totals left it."""
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    command.downgrade(config, "0003")


async def test_outcomes_that_were_missed_are_taken_in_with_the_next(db: Database) -> None:
    await fill(db, 10, 3)
    async with db.write() as conn:
        await conn.execute(text("DELETE FROM totals"))
        assert await conn.run_sync(totals.catch_up) == 10
        assert await conn.run_sync(totals.catch_up) == 0
    async with db.read() as conn:
        assert_equal(await standing(conn), await summary(conn))


def test_beyond_a_quarter_the_interval_is_as_good_as_the_drawn_one() -> None:
    dice = np.random.default_rng(5)
    at = [day * DAY_MS for day in range(400) for _ in range(int(dice.integers(1, 7)))]
    r = [pick(dice, (1.5, -1.0)) + (0.3 if stamp // DAY_MS % 2 else -0.3) for stamp in at]
    days: dict[int, list[float]] = {}
    for stamp, value in zip(at, r):
        days.setdefault(stamp, []).append(value)
    each = [(sum(found), len(found)) for found in days.values()]
    squares = (sum(a * a for a, _ in each), sum(a * n for a, n in each), float(sum(n * n for _, n in each)))
    found = interval_of_days(DaySums(len(each), len(r), sum(r), sum(one * one for one in r), *squares))
    drawn = mean_interval(at, r)
    assert found is not None and drawn is not None
    width = drawn[1] - drawn[0]
    assert abs(found[0] - drawn[0]) < 0.06 * width and abs(found[1] - drawn[1]) < 0.06 * width
