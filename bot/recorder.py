"""Writes the journal of a live run: how the engine began, then every event it was handed, before it sees it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.clock import Clock
from bot.engine_start import CHECKPOINT_KIND, KIND, RULES_KIND, EngineStart
from engine.market.events import Event
from storage.journal import Journal, prune
from storage.journal_events import payload_of

LOG = logging.getLogger(__name__)
LOG_MS = 3_600_000  # a log is sealed after an hour, or when it is full
LOOK_SECONDS = 1.0
DAY_SECONDS = 86_400


class Recorder:
    """Keeps the journal of `data`. A full disk ends the recording, never what is recorded: `broken` then says why.

    `sealer` is the module that makes Parquet of full logs. Parts older than `keep_days` go, and the oldest of more than
    `most_bytes`; 0 days keeps everything.
    """

    def __init__(
        self, data: Path, clock: Clock, keep_days: int = 0, most_bytes: int = 0, sealer: str = "storage.journal"
    ) -> None:
        self.broken: OSError | None = None
        self.begun = False
        self._data = data
        self._clock = clock
        self._keep_days = keep_days
        self._most_bytes = most_bytes
        self._sealer = sealer
        self._journal = Journal(data)
        self._now: Callable[[], EngineStart] | None = None
        self._rotated = clock.now_ms()

    def __enter__(self) -> Self:
        self._journal.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._journal.__exit__(kind, error, trace)
        except OSError as failed:
            self._end(failed)

    def begin(self, start: EngineStart, now: Callable[[], EngineStart] | None = None) -> None:
        """A run begins. `now` tells how its engine stands: noted in each new log, so that old ones may go."""
        self._now, self.begun = now, True
        self._append(KIND, start.payload())
        self.flush()

    def rules(self, changed: Mapping[str, Any]) -> None:
        """The rules changed between two events."""
        self._append(RULES_KIND, changed)

    def note(self, event: Event) -> None:
        """An event that the engine is about to be handed."""
        self._append(event.kind, payload_of(event))

    def flush(self) -> None:
        """What the engine concludes from here on may be stored: the events before it cannot be lost by a kill."""
        if self.broken is None:
            try:
                self._journal.flush()
            except OSError as error:
                self._end(error)

    async def upkeep(self) -> None:
        """Flush every second, seal full and old logs, and drop what is too old; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._flushing())
            group.create_task(self._sealing())

    async def _flushing(self) -> None:
        while self.broken is None:
            await self._clock.sleep(LOOK_SECONDS)
            self.flush()

    async def _sealing(self) -> None:
        await self._sealed()
        while self.broken is None:
            await self._clock.sleep(LOOK_SECONDS)
            if self._journal.full or self._clock.now_ms() - self._rotated >= LOG_MS:
                self._turn()
                await self._sealed()

    async def finish(self) -> None:
        """Make Parquet of everything: nothing more will be noted.

        What still waits for its flush goes first: a sealed log is gone, and what is written to it later with it.
        """
        self.flush()
        await self._sealed("--whole")

    def _turn(self) -> None:
        """Begin a new log, and drop what is too old."""
        try:
            self._journal.rotate()
            if self._now is not None:
                self._append(CHECKPOINT_KIND, self._now().payload())
            self._rotated = self._clock.now_ms()
            if self._keep_days:
                since = self._clock.now_ms() / 1000 - self._keep_days * DAY_SECONDS
                for name in prune(self._data, since, self._most_bytes):
                    LOG.info("the journal's part %s was dropped: it is too old, or there is too much", name)
        except OSError as error:
            self._end(error)

    async def _sealed(self, *how: str) -> None:
        """Make Parquet of the logs that are full, in a process of its own."""
        words = ("-m", self._sealer, str(self._data), *how)
        process = await asyncio.create_subprocess_exec(sys.executable, *words, stderr=asyncio.subprocess.PIPE)
        _, said = await process.communicate()
        if process.returncode:
            reason = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
            LOG.warning("the journal could not be sealed, it stays as a log: %s", reason)

    def _append(self, kind: str, payload: Mapping[str, Any]) -> None:
        if self.broken is not None:
            return
        try:
            self._journal.append(self._clock.now_ms(), kind, payload)
        except OSError as error:
            self._end(error)

    def _end(self, error: OSError) -> None:
        if self.broken is None:
            self.broken = error
            LOG.error("recording ended, everything else goes on: %s", error)
