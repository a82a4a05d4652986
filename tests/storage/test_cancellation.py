"""Cancellations of every kind, many at once: all or nothing each time, and no connection lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage import leases
from storage.database import READERS, Database

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT max(i) FROM n"


async def _pair(db: Database, name: str, done: list[str]) -> None:
    """One transaction of two rows that belong together."""
    async with db.write() as conn:
        await leases.take(conn, f"{name}-a", "me", 0, 10)
        await conn.execute(text(SLOW.format(2000)))
        await leases.take(conn, f"{name}-b", "me", 0, 10)
    done.append(name)


async def _query(db: Database) -> None:
    async with db.read() as conn:
        await conn.execute(text(SLOW.format(20_000)))


async def _within(seconds: float, db: Database, name: str, done: list[str]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await (_query(db) if name.startswith("read") else _pair(db, name, done))
    except TimeoutError:
        return


async def test_writers_and_readers_cancelled_at_random_leave_whole_pairs(db: Database) -> None:
    threads = threading.active_count()
    patience = np.random.default_rng(7).exponential(0.02, 60)
    done: list[str] = []
    async with asyncio.TaskGroup() as group:
        for index, seconds in enumerate(patience):
            name = f"read{index}" if index % 3 == 0 else f"write{index}"
            group.create_task(_within(float(seconds), db, name, done))
    await _pair(db, "last", done)
    async with db.read() as conn:
        names = {row[0] for row in await conn.execute(text("SELECT name FROM leases"))}
    kept = {name.removesuffix("-a") for name in names if name.endswith("-a")}
    assert kept == {name.removesuffix("-b") for name in names if name.endswith("-b")}
    assert set(done) <= kept
    assert "last" in kept
    assert threading.active_count() <= threads + READERS + 1


async def test_a_cancelled_reader_gives_its_place_back(db: Database) -> None:
    for _ in range(3 * READERS):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.005), db.read() as conn:
                await conn.execute(text(SLOW.format(200_000)))
    async with asyncio.timeout(5), db.read() as conn:
        assert (await conn.execute(text("SELECT 1"))).scalar() == 1


async def test_a_writer_that_swallows_a_cancellation_cannot_commit_half(db: Database) -> None:
    """The cancelled statement took the transaction with it: going on as if nothing happened is an error."""
    with pytest.raises(SQLAlchemyError):
        async with db.write() as conn:
            await leases.take(conn, "first", "me", 0, 10)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.005):
                    await conn.execute(text(SLOW.format(200_000)))
    async with db.write() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM leases"))).scalar() == 0


async def test_a_task_cancelled_again_and_again_ends_its_transaction_before_it_ends(
    db: Database, tmp_path: Path
) -> None:
    started = asyncio.Event()

    async def stubborn() -> None:
        try:
            async with db.write() as conn:
                await leases.take(conn, "lost", "me", 0, 10)
                started.set()
                await conn.execute(text(SLOW.format(400_000)))
        finally:
            with closing(sqlite3.connect(tmp_path / "store.db", timeout=0)) as plain:
                plain.execute("BEGIN IMMEDIATE")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(stubborn())
        await started.wait()
        for _ in range(3):
            await asyncio.sleep(0.002)
            task.cancel()
    async with asyncio.timeout(5), db.write() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM leases"))).scalar() == 0


async def test_the_loop_may_end_in_the_middle(url: str) -> None:
    """A whole program cancelled while it writes: close runs in its finally and waits for the rollback."""

    async def program() -> None:
        async with await Database.open(url) as db, asyncio.TaskGroup() as group:
            for index in range(5):
                group.create_task(_pair(db, f"w{index}", []))
            await asyncio.sleep(0.003)
            raise KeyError("stop")

    with pytest.raises(ExceptionGroup):
        await program()
    async with await Database.open(url) as db, db.read() as conn:
        names = [row[0] for row in await conn.execute(text("SELECT name FROM leases ORDER BY name"))]
    assert len(names) % 2 == 0
