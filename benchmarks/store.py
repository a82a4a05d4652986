"""The store: one unit of a bar of 300 pairs, and what the sender looks at while ten thousand messages wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.bars import Bars
from benchmarks.line import Line, Target
from storage import decisions, outbox
from storage.database import Database
from tests.storage.documents import decided

NOW = 1_000_000
ROUNDS = 9
ROW = outbox.NewRow("telegram", "-1", "signal", 1, "new", "", None, 1, NOW)


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds."""
    unit, look = asyncio.run(_measured(f"sqlite+aiosqlite:///{bars.folder / 'store.db'}"))
    yield Line("one transaction of 300 decisions and 300 messages", "ms", unit, target=Target(50.0))
    yield Line("a look at the outbox, 10,000 messages to 500 chats waiting", "ms", look)


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
