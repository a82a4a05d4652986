"""The store: one unit of a bar of 300 pairs, what the sender looks at while ten thousand messages wait, and /stats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection

from benchmarks.bars import Bars
from benchmarks.line import Line, Target
from storage import decisions, outbox
from storage.database import Database
from storage.interval import DAY_MS
from storage.standing import first_day, standing
from storage.totals import ALL, DIMENSIONS, Ended, take_all
from tests.storage.documents import decided

NOW = 1_000_000
ROUNDS = 9
OUTCOMES, DAYS, CHUNK = 1_000_000, 365, 20_000
ROW = outbox.NewRow("telegram", "-1", "signal", 1, "new", "", None, 1, NOW)


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds."""
    unit, look = asyncio.run(_measured(f"sqlite+aiosqlite:///{bars.folder / 'store.db'}"))
    yield Line("one transaction of 300 decisions and 300 messages", "ms", unit, target=Target(50.0))
    yield Line("a look at the outbox, 10,000 messages to 500 chats waiting", "ms", look)
    for name, figure in asyncio.run(_figures(f"sqlite+aiosqlite:///{bars.folder / 'year.db'}")).items():
        yield Line(f"the figures of {name}, 1,000,000 outcomes in a year", "ms", figure, target=Target(5.0))


async def _measured(url: str) -> tuple[float, float]:
    async with await Database.open(url) as db:
        units = sorted([await _unit(db, number) for number in range(ROUNDS)])
        async with db.write() as conn:
            for number in range(ROUNDS, ROUNDS + 20):
                key = f"signal:{number}"
                rows = [replace(ROW, number=number, address=str(chat), dedupe_key=key) for chat in range(500)]
                await outbox.enqueue_many(conn, rows)
        looks = sorted([await _look(db) for _ in range(ROUNDS)])
    return units[ROUNDS // 2] * 1e3, looks[ROUNDS // 2] * 1e3


async def _unit(db: Database, number: int) -> float:
    made = [decided(1000 * number + index, "refuse") for index in range(300)]
    rows = [replace(ROW, number=number, address=f"-{index}", dedupe_key=f"signal:{number}") for index in range(300)]
    start = time.perf_counter()
    async with db.write() as conn:
        await decisions.add_many(conn, made, policy_version="p1")
        await outbox.enqueue_many(conn, rows)
    return time.perf_counter() - start


async def _look(db: Database) -> float:
    async with db.read() as conn:
        start = time.perf_counter()
        await outbox.due(conn, "telegram", NOW, 2_000)
        return time.perf_counter() - start


async def _figures(url: str) -> dict[str, float]:
    """The median of what /stats reads, by window."""
    windows = {"7 days": 7, "30 days": 30, "90 days": 90, "all time": None}
    async with await Database.open(url) as db:
        async with db.write() as conn:
            await conn.run_sync(a_year)
        return {name: await _told(db, first_day(DAYS * DAY_MS - 1, days)) for name, days in windows.items()}


async def _told(db: Database, first: int | None) -> float:
    took = []
    for _ in range(4 * ROUNDS):
        start = time.perf_counter()
        async with db.read() as conn:
            await standing(conn, first)
        took.append(time.perf_counter() - start)
    return sorted(took)[2 * ROUNDS] * 1e3


def a_year(conn: Connection) -> None:
    """Outcomes of five groups in every dimension, without their documents."""
    dice = np.random.default_rng(1)
    for first in range(0, OUTCOMES, CHUNK):
        ends = []
        names = dice.integers(0, 5, (CHUNK, len(DIMENSIONS))).tolist()
        for number, r, mine in zip(range(first, first + CHUNK), dice.normal(0, 1, CHUNK).tolist(), names):
            groups = (ALL, *zip(DIMENSIONS, map(str, mine)))
            result = "win" if r > 0 else "lose"
            ends.append(Ended(number + 1, number * DAYS // OUTCOMES, result, r, r, 0, 60.0, None, groups))
        take_all(conn, ends)
