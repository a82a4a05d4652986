"""A connection with a thread of its own, where a unit of work is done whole: one hop there and one back.

Over the asynchronous driver each statement is several hops between the loop and the driver's thread, and on a busy
machine each of them waits for its turn. What must be quick is done like this instead.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.prepared import ready, translated

T = TypeVar("T")
Work = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class _AtOnce(AsyncConnection):
    """A plain connection in the form that the queries of storage/ know; none of its answers is ever waited for."""

    def __init__(self, likeness: AsyncEngine, plain: Connection) -> None:
        super().__init__(likeness, plain)
        self.plain = plain
        self.driver = cast(sqlite3.Connection, plain.connection.driver_connection)

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        given = parameters or {}
        form = ready(statement, tuple(given if isinstance(given, Mapping) else given[0]), self.plain.dialect)
        if form is not None:
            return form.run(self.driver, given)
        return self.plain.execute(statement, parameters, execution_options=execution_options)

    async def run_sync(self, fn: Callable[..., Any], *arg: Any, **kw: Any) -> Any:
        return fn(self.plain, *arg, **kw)


class Hop:
    """Runs units of work on `engine`, one after the other; each begins with `begin`.

    `likeness`: an asynchronous engine over the same file. `engine` leaves it to us where a transaction begins.
    """

    def __init__(self, engine: Engine, likeness: AsyncEngine, begin: str, query_only: bool) -> None:
        self._engine = engine
        self._likeness = likeness
        self._begin = begin
        self._query_only = query_only
        self._thread = ThreadPoolExecutor(1, "store")
        self._kept: _AtOnce | None = None
        self._closed = False

    def run(self, work: Work[T]) -> asyncio.Future[T]:
        """One transaction, committed when this is done; rolled back where `work` raises.

        Raises RuntimeError where `work` waits for anything but its connection.
        """
        return asyncio.get_running_loop().run_in_executor(self._thread, self._unit, work)

    async def close(self) -> None:
        """After the work that was given: the connection is closed and the thread ends."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._end)
            self._thread.shutdown()

    def _unit(self, work: Work[T]) -> T:
        conn = self._connection()
        conn.info.clear()  # what a unit of work remembers for its own later steps
        try:
            _plainly(conn, self._begin)
            result = _result(work(conn))
            _plainly(conn, "COMMIT")
            if conn.plain.in_transaction():
                conn.plain.commit()  # SQLAlchemy has not heard of the end of what it thinks it began
        except BaseException:
            self._undo(conn)
            raise
        return result

    def _connection(self) -> _AtOnce:
        if self._kept is None:
            self._kept = _AtOnce(self._likeness, self._engine.connect())
            _plainly(self._kept, f"PRAGMA query_only={int(self._query_only)}")
        return self._kept

    def _undo(self, conn: _AtOnce) -> None:
        """Nothing of the unit stays; a connection that cannot do even that is given up."""
        try:
            conn.driver.rollback()
            conn.plain.rollback()
        except (sqlite3.Error, SQLAlchemyError):
            self._give_up()

    def _give_up(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(SQLAlchemyError):
                kept.plain.close()

    def _end(self) -> None:
        self._give_up()
        self._engine.dispose()


def _plainly(conn: _AtOnce, statement: str) -> None:
    try:
        conn.driver.execute(statement)
    except sqlite3.Error as error:
        raise translated(error, statement) from error


def _result(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise RuntimeError("a unit of work may wait for nothing but its connection")
