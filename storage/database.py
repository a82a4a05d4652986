"""The database file: one writer, separate readers, and nothing left open when a task is cancelled.

SQLite is run with the driver in autocommit, so that a transaction begins exactly where this file says: BEGIN
IMMEDIATE for the writer (a deferred BEGIN that writes later fails at once under WAL), BEGIN for a reader (one
snapshot for all of its queries). There is only ever one writing connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from sqlite3 import Error
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage import trips
from storage.hop import Hop, Work
from storage.migrate import is_current, upgrade
from storage.totals import catch_up

READERS = 4
WAL_TRIES = 12
BUSY_MS = 5000
T = TypeVar("T")


async def _to_the_end(work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
    """Await `work` whole even when cancelled meanwhile; the cancellation is raised after it ended.

    The only task outside a TaskGroup: a group would cancel it, and this one must not be. It never outlives the call.
    """
    task = work if isinstance(work, asyncio.Future) else asyncio.get_running_loop().create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from (None if task.cancelled() else task.exception())
    return task.result()


class Database:
    """An open store. Open with `Database.open`, always `close` it (or use it as an async context manager)."""

    def __init__(self, url: URL) -> None:
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", size=1, query_only=False)
        self._reader = _engine(url, begin="BEGIN", size=READERS, query_only=True)
        plain = _plain_engine(url)
        self._write_hop = Hop(plain, self._writer, "BEGIN IMMEDIATE", query_only=False)
        self._read_hop = Hop(plain, self._reader, "BEGIN", query_only=True)
        self._lock = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open, create or bring up to date the database at `sqlite+aiosqlite:///path/file.db`.

        Raises ValueError naming DATABASE_URL for any other URL, or for a file of a newer version.
        """
        parsed = _checked(url)
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        database = cls(parsed)
        try:
            await database._bring_up_to_date()
        except BaseException:
            await database.close()
            raise
        return database

    async def _bring_up_to_date(self) -> None:
        async with self.read() as conn:
            current = await conn.run_sync(is_current)
        if not current:
            async with self.write() as conn:
                await conn.run_sync(upgrade)
                await conn.run_sync(catch_up)

    async def close(self) -> None:
        """Wait for the writer, close every connection and end their threads. May be called twice."""
        await _to_the_end(self._close())

    async def _close(self) -> None:
        async with self._lock:
            self._closed = True
            await self._read_hop.close()
            await self._write_hop.close()
            await self._reader.dispose()
            await self._writer.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that nobody writes beside: committed at the end, rolled back on error or cancellation.

        A cancellation during the commit is raised after the commit. Do not wait for anything slow inside.
        """
        async with self._lock, self._unit(self._writer) as conn:
            yield conn

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read-only view: every query inside sees the same committed state."""
        async with self._unit(self._reader) as conn:
            yield conn

    async def write_at_once(self, work: Work[T]) -> T:
        """As `write`, for what must be quick: `work(conn)` is done whole in a thread (storage/hop.py).

        Cancelled, it is done (and committed) all the same; the cancellation is raised then.
        """
        async with self._lock:
            return await self._at_once(self._write_hop, work)

    async def read_at_once(self, work: Work[T]) -> T:
        """As `read`, for what must be quick: one after the other, so nothing slow belongs here."""
        return await self._at_once(self._read_hop, work)

    async def _at_once(self, hop: Hop, work: Work[T]) -> T:
        if self._closed:
            raise RuntimeError("the database is closed")
        return await _to_the_end(hop.run(work))

    async def fold(self) -> None:
        """Move the write-ahead log into the file and empty it, as far as nobody reads what is older at this moment."""
        async with self._lock:
            if not self._closed:
                await _to_the_end(self._fold())

    async def _fold(self) -> None:
        async with self._writer.connect() as conn:
            driver = (await conn.get_raw_connection()).driver_connection
            assert driver is not None
            cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            await cursor.close()

    @asynccontextmanager
    async def _unit(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        if self._closed:
            raise RuntimeError("the database is closed")
        conn = engine.connect()
        try:
            await _to_the_end(_begin(conn))
            conn.info.clear()
            yield conn
            await _to_the_end(conn.commit())
        finally:
            if conn.sync_connection is not None:
                await _to_the_end(self._give_back(conn))

    async def _give_back(self, conn: AsyncConnection) -> None:
        """Roll back what is not committed, and give the connection to the pool, or end it when the store is closed."""
        if self._closed:
            await conn.invalidate()
        await conn.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _begin(conn: AsyncConnection) -> None:
    await conn.start()
    await conn.begin()


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError("DATABASE_URL is not a URL such as sqlite+aiosqlite:///data/sharpsignal.db") from error
    if parsed.drivername != "sqlite+aiosqlite":
        raise ValueError(f"DATABASE_URL must begin with sqlite+aiosqlite://, not {parsed.drivername}://")
    if parsed.database in (None, "", ":memory:") or parsed.query:
        raise ValueError("DATABASE_URL must name a file: sqlite+aiosqlite:///data/sharpsignal.db")
    return parsed


def _engine(url: URL, *, begin: str, size: int, query_only: bool) -> AsyncEngine:
    path = Path(str(url.database)).absolute()
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_reset_on_return=None, async_creator=lambda: trips.connect(path)
    )
    _prepare(engine.sync_engine, query_only)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    def abandoned(connection: Any, entry: ConnectionPoolEntry, error: BaseException | None) -> None:
        """A statement was cancelled and SQLAlchemy throws the connection away.

        Closing alone would keep the transaction (and its lock) for as long as the garbage holds the cursor.
        """
        with suppress(asyncio.CancelledError, Error, ValueError):
            connection.run_async(lambda driver: _to_the_end(driver.rollback()))

    event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "invalidate", abandoned)
    return engine


def _plain_engine(url: URL) -> Engine:
    """For one who writes and one who reads: each begins its transactions itself (storage/hop.py)."""
    plain = url.set(drivername="sqlite+pysqlite")
    engine = create_engine(plain, pool_size=2, max_overflow=0, connect_args={"check_same_thread": False})
    _prepare(engine, query_only=False)
    return engine


def _prepare(engine: Engine, query_only: bool) -> None:
    """Every connection of the engine: in autocommit, with our settings."""

    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        _use_wal(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA query_only={int(query_only)}")
        cursor.close()

    event.listen(engine, "connect", prepare)


def _use_wal(cursor: DBAPICursor) -> None:
    """Switch to the write-ahead log. SQLite does not wait for others in this one statement, so we do."""
    for attempt in range(WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == WAL_TRIES - 1:
                raise
            time.sleep(0.01 * (attempt + 1))
        else:
            return
