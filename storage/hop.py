"""A connection with a thread of its own, where a unit of work is done whole: one hop there and one back.

Over the asynchronous driver each statement is several hops between the loop and the driver's thread, and on a busy
machine each of them waits for its turn. What must be quick is done like this instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")
Work = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class _AtOnce(AsyncConnection):
    """A plain connection in the form that the queries of storage/ know; none of its answers is ever waited for."""

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        return self._proxied.execute(statement, parameters, execution_options=execution_options)

    async def run_sync(self, fn: Callable[..., Any], *arg: Any, **kw: Any) -> Any:
        return fn(self._proxied, *arg, **kw)


class Hop:
    """Runs units of work on `engine`, one after the other. `likeness`: an asynchronous engine over the same file."""

    def __init__(self, engine: Engine, likeness: AsyncEngine) -> None:
        self._engine = engine
        self._likeness = likeness
        self._thread = ThreadPoolExecutor(1, "store")
        self._closed = False

    async def run(self, work: Work[T]) -> T:
        """One transaction, committed when this returns; rolled back where `work` raises.

        Raises RuntimeError where `work` waits for anything but its connection.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._unit, work)

    async def close(self) -> None:
        """After the work that was given: the connection is closed and the thread ends."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
            self._thread.shutdown()

    def _unit(self, work: Work[T]) -> T:
        with self._engine.connect() as plain, plain.begin():
            return _result(work(_AtOnce(self._likeness, plain)))


def _result(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise RuntimeError("a unit of work may wait for nothing but its connection")
