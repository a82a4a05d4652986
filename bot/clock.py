"""The only place where the program reads a clock."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Wall time in ms UTC, and sleeping in it."""

    def now_ms(self) -> int: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class TapeClock:
    """A clock that another part moves: simulated time runs as fast as the simulator wants."""

    def __init__(self, start_ms: int = 0) -> None:
        self._now = start_ms

    def now_ms(self) -> int:
        return self._now

    def advance(self, ms: int) -> None:
        """Move forward to `ms`; time never goes back."""
        self._now = max(self._now, ms)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))
