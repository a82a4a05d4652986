"""aiosqlite with one trip to the connection's thread for each statement, where it makes four.

Making a cursor, running it, fetching its rows and closing it are four hand-overs between the loop and the thread, each
dearer than most of our statements. Here a statement brings its first rows along, and its end where these were all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

FIRST = 512
CHUNK = 64
Rows = list[Any]
T = TypeVar("T")


async def connect(path: Path) -> Connection:
    """Open the file. The thread does not keep the program from ending."""
    connection = Connection(lambda: sqlite3.connect(path, check_same_thread=False), CHUNK)
    connection._thread.daemon = True
    return await connection.opened()


class Connection(aiosqlite.Connection):
    """A connection whose cursors are those below."""

    async def opened(self) -> Self:
        """Once the file is open."""
        await self
        return self

    def cursor(self) -> Any:
        """A cursor that exists only while it has rows to give."""
        return Cursor(self)

    async def trip(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have the thread do something with the connection."""
        execute: Any = self._execute
        result: T = await execute(work, self._conn)
        return result


class Cursor:
    """What SQLAlchemy asks of an aiosqlite cursor."""

    def __init__(self, connection: Connection) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._connection = connection
        self._rows: Rows = []
        self._rest: sqlite3.Cursor | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run a statement; its first rows come along."""
        return await self._run(lambda cursor: cursor.execute(sql, parameters))

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Run a statement once for each set of parameters."""
        return await self._run(lambda cursor: cursor.executemany(sql, parameters))

    async def _run(self, work: Callable[[sqlite3.Cursor], object]) -> Self:
        def run(connection: sqlite3.Connection) -> tuple[Any, int, int | None, Rows, sqlite3.Cursor | None]:
            cursor = connection.cursor()
            try:
                work(cursor)
                rows = cursor.fetchmany(FIRST) if cursor.description else []
            except BaseException:
                cursor.close()
                raise
            told = (cursor.description, cursor.rowcount, cursor.lastrowid, rows)
            if len(rows) == FIRST:
                return *told, cursor
            cursor.close()
            return *told, None

        await self.close()
        told = await self._connection.trip(run)
        self.description, self.rowcount, self.lastrowid, self._rows, self._rest = told
        return self

    async def fetchone(self) -> Any:
        """The next row, None after the last."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> Rows:
        """The next rows, none after the last."""
        count, rest = size or self.arraysize, self._rest
        if not self._rows and rest is not None:
            self._rows = await self._connection.trip(lambda _: rest.fetchmany(max(count, FIRST)))
        given, self._rows = self._rows[:count], self._rows[count:]
        return given

    async def fetchall(self) -> Rows:
        """All rows that are left."""
        given, rest, self._rows = self._rows, self._rest, []
        if rest is not None:
            given = given + await self._connection.trip(lambda _: rest.fetchall())
            await self.close()
        return given

    async def __aiter__(self) -> AsyncIterator[Any]:
        while rows := await self.fetchmany(CHUNK):
            for row in rows:
                yield row

    async def close(self) -> None:
        """Give back what is held, if anything."""
        rest, self._rest = self._rest, None
        if rest is not None:
            await self._connection.trip(lambda _: rest.close())
