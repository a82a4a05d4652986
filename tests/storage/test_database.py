"""The database file: who writes, what a cancellation leaves behind, how it ends."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import engine_state, leases
from storage.database import Database


async def _holder(db: Database, name: str) -> str | None:
    async with db.read() as conn:
        found = await conn.execute(text("SELECT holder FROM leases WHERE name = :name"), {"name": name})
        holder: str | None = found.scalar()
        return holder


async def _take(db: Database, name: str, started: asyncio.Event, wait: asyncio.Event) -> None:
    async with db.write() as conn:
        await leases.take(conn, name, "me", 0, 10)
        started.set()
        await wait.wait()


async def test_a_write_is_seen_by_readers_only_after_its_end(db: Database) -> None:
    async with db.write() as conn:
        await leases.take(conn, "live", "me", 0, 10)
        assert await _holder(db, "live") is None
    assert await _holder(db, "live") == "me"


async def test_an_error_rolls_everything_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.write() as conn:
            await leases.take(conn, "live", "me", 0, 10)
            raise ZeroDivisionError
    assert await _holder(db, "live") is None


async def test_a_cancelled_writer_leaves_no_transaction_open(db: Database) -> None:
    started, never = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_take(db, "lost", started, never))
        await started.wait()
        task.cancel()
    async with asyncio.timeout(5), db.write() as conn:
        await leases.take(conn, "kept", "me", 0, 10)
    assert await _holder(db, "lost") is None
    assert await _holder(db, "kept") == "me"


SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600000) SELECT max(i) FROM n"


async def _slow_write(db: Database) -> None:
    async with db.write() as conn:
        await leases.take(conn, "slow", "me", 0, 10)
        await conn.execute(text(SLOW))


@pytest.mark.parametrize("after", [0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02])
async def test_a_cancellation_at_any_moment_leaves_all_or_nothing(db: Database, after: float) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(after):
            await _slow_write(db)
    async with asyncio.timeout(5), db.write() as conn:
        await leases.take(conn, "next", "me", 0, 10)
    assert await _holder(db, "slow") is None
    assert await _holder(db, "next") == "me"


async def test_many_tasks_write_one_after_the_other(db: Database) -> None:
    async def add_one() -> None:
        async with db.write() as conn:
            loaded = await engine_state.load(conn)
            count = 0 if loaded is None else loaded[1]
            await asyncio.sleep(0)
            await engine_state.save(conn, "{}", count + 1)

    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(add_one())
    async with db.read() as conn:
        assert await engine_state.load(conn) == ("{}", 50)


async def test_two_stores_on_one_file_wait_for_each_other(db: Database, url: str) -> None:
    """Another process may write (a verb of the command line): reading first and writing then must not fail."""

    async def count_up(store: Database) -> None:
        for _ in range(15):
            async with store.write() as conn:
                loaded = await engine_state.load(conn)
                await asyncio.sleep(0.001)
                await engine_state.save(conn, "{}", 1 if loaded is None else loaded[1] + 1)

    async with await Database.open(url) as other, asyncio.TaskGroup() as group:
        group.create_task(count_up(db))
        group.create_task(count_up(other))
    async with db.read() as conn:
        assert await engine_state.load(conn) == ("{}", 30)


async def test_a_reader_sees_one_moment(db: Database) -> None:
    async with db.read() as conn:
        assert await engine_state.load(conn) is None
        async with db.write() as writer:
            await engine_state.save(writer, "{}", 1)
        assert await engine_state.load(conn) is None
    async with db.read() as conn:
        assert await engine_state.load(conn) == ("{}", 1)


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(DBAPIError, match="readonly"):
        async with db.read() as conn:
            await leases.take(conn, "live", "me", 0, 10)


async def test_every_connection_has_its_pragmas(db: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 5000, "foreign_keys": 1}
    for unit in (db.read, db.write):
        async with unit() as conn:
            found = {name: (await conn.execute(text(f"PRAGMA {name}"))).scalar() for name in wanted}
        assert found == wanted


async def test_tables_are_strict(db: Database) -> None:
    insert = "INSERT INTO progress (signal_id, state, ts, price) VALUES ('a', 'tp1', 1, 'much')"
    with pytest.raises(IntegrityError, match="cannot store TEXT value in REAL"):
        async with db.write() as conn:
            await conn.execute(text(insert))


async def test_text_that_is_not_json_is_refused(db: Database) -> None:
    with pytest.raises(IntegrityError, match="document_json"):
        async with db.write() as conn:
            await conn.execute(text("INSERT INTO policies (version, document, at) VALUES ('a', '{', 1)"))


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if "connection_worker" in thread.name}


async def test_close_ends_every_thread_and_may_be_repeated(url: str) -> None:
    before = _threads()
    db = await Database.open(url)
    async with db.read() as one, db.read() as two, db.write() as three:
        for conn in (one, two, three):
            await conn.execute(text("SELECT 1"))
        assert len(_threads() - before) >= 3
    await db.close()
    await db.close()
    for thread in _threads() - before:
        thread.join(5)
    assert _threads() <= before
    with pytest.raises(RuntimeError, match="closed"):
        async with db.write():
            pass


async def test_a_reader_that_outlives_the_close_ends_its_thread_too(url: str) -> None:
    before = _threads()
    db = await Database.open(url)
    async with db.read() as conn:
        await db.close()
        assert (await conn.execute(text("SELECT 1"))).scalar() == 1
    for thread in _threads() - before:
        thread.join(5)
    assert _threads() <= before


async def test_close_waits_for_the_writer(url: str) -> None:
    db = await Database.open(url)
    started, go = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_take(db, "live", started, go))
        await started.wait()
        closing = group.create_task(db.close())
        await asyncio.sleep(0.01)
        assert not closing.done()
        go.set()
    async with await Database.open(url) as again:
        assert await _holder(again, "live") == "me"


def test_a_process_that_forgot_to_close_still_ends(url: str) -> None:
    program = (
        "import asyncio, sys\nfrom storage.database import Database\n"
        "async def main():\n    db = await Database.open(sys.argv[1])\n    async with db.write(): pass\n"
        "asyncio.run(main())\nprint('ended')"
    )
    run = subprocess.run([sys.executable, "-c", program, url], capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout == "ended\n"


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql+asyncpg://someone:secret@host/db",
        "sqlite:///file.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "not a url",
    ],
)
async def test_another_url_is_refused_by_name_without_its_secret(wrong: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as caught:
        await Database.open(wrong)
    assert "secret" not in str(caught.value)


async def test_a_file_that_is_no_database_is_refused_and_leaves_no_thread(tmp_path: Path) -> None:
    before = _threads()
    file = tmp_path / "store.db"
    file.write_bytes(b"this is certainly not a database file, only text" * 30)
    with pytest.raises(DBAPIError):
        await Database.open(f"sqlite+aiosqlite:///{file}")
    for thread in _threads() - before:
        thread.join(5)
    assert _threads() <= before


async def test_two_at_once_make_one_database(url: str) -> None:
    async with asyncio.TaskGroup() as group:
        opened = [group.create_task(Database.open(url)) for _ in range(3)]
    for task in opened:
        async with task.result() as db, db.write() as conn:
            assert await leases.take(conn, "live", "me", 0, 10)


async def test_folders_are_made(tmp_path: Path) -> None:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path}/a b%/deep/store.db"):
        pass
    with sqlite3.connect(tmp_path / "a b%" / "deep" / "store.db") as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()
