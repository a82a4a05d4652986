"""The night's work: wake, train on the newest data cut, and hand the policy over at its instant.

The scheduler only wakes us; what is due is read from the clock (wall time live, tape time in the demo), so a night
that was slept through is done late, and a late policy takes effect at the next 15m boundary.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.errors import SharpSignalError
from bot.jobs.training import FOLDER, Offer, offered, offered_document, withdraw, write_whole
from engine.learning.cadence import STEP, cut_before, effective_at
from engine.learning.train import TrainReport
from engine.market.events import PolicyTaken

DONE = "nightly.json"
WAKE_SECONDS = 60.0
LOG = logging.getLogger(__name__)

Train = Callable[[int], Awaitable[TrainReport]]
Submit = Callable[[PolicyTaken], Awaitable[None]]
Told = Callable[[TrainReport, bool], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    offer: Offer
    effective: int
    document: dict[str, Any]


class Nightly:
    """Run `run()` in the app's task group.

    `train(cut)` does one training (live: bot.jobs.trainer.train_apart bound to the database and the data folder),
    `submit` puts a PolicyTaken into the engine's stream, `told` hears every report and whether it is news: a policy,
    or another reason for none than the last time. `in_force` is the version of the policy in force at the start.
    """

    def __init__(
        self, clock: Clock, data_dir: Path, train: Train, submit: Submit, told: Told, in_force: str | None = None
    ) -> None:
        self._clock = clock
        self._data_dir = data_dir
        self._train = train
        self._submit = submit
        self._told = told
        self._in_force = in_force
        self._bell = asyncio.Event()
        self._waiting: _Waiting | None = None
        self._done, self._reason = self._last_night()

    async def run(self, wake_seconds: float = WAKE_SECONDS) -> None:
        """Work until cancelled; APScheduler rings every `wake_seconds` and right after each data cut."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        defaults = {"misfire_grace_time": 60, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        scheduler.add_job(self._ring, "interval", seconds=wake_seconds)
        scheduler.add_job(self._ring, "cron", hour=2, minute=0, second=5)
        scheduler.start()
        self._remember()
        try:
            while True:
                await self.wake()
                if self._waiting is None:
                    await self._bell.wait()
                else:
                    await self._clock.sleep(max(0, self._waiting.effective - self._clock.now_ms()) / 1000)
                self._bell.clear()
        finally:
            scheduler.shutdown(wait=False)

    async def wake(self) -> None:
        """Do what is due now: a policy whose instant has come, a training, a new offer."""
        await self._take_in()
        cut = cut_before(self._clock.now_ms())
        if cut > self._done:
            await self._train_on(cut)
        self._look()
        await self._take_in()

    async def _ring(self) -> None:
        self._bell.set()

    async def _train_on(self, cut: int) -> None:
        try:
            report = await self._train(cut)
        except SharpSignalError as error:
            LOG.warning("training at %d failed: %s", cut, error)
        else:
            await self._told(report, report.policy_document is not None or report.reason != self._reason)
            self._reason = report.reason
        self._done = cut
        self._remember()

    def _look(self) -> None:
        """See what is offered: by the night just done, by a person's training, or left from before a restart."""
        try:
            offer = offered(self._data_dir)
            if offer is None or (self._waiting is not None and self._waiting.offer == offer):
                return
            if offer.version == self._in_force:
                withdraw(self._data_dir)
                return
            document = offered_document(self._data_dir, offer)
        except ValueError as error:
            LOG.warning("an offered policy is refused: %s", error)
            withdraw(self._data_dir)
            return
        now = self._clock.now_ms()
        effective = effective_at(offer.cut, now) if offer.by == "night" else -(-now // STEP) * STEP
        self._waiting = _Waiting(offer, effective, document)

    async def _take_in(self) -> None:
        waiting = self._waiting
        if waiting is None or self._clock.now_ms() < waiting.effective:
            return
        await self._submit(PolicyTaken(waiting.effective, waiting.document))
        self._in_force = waiting.offer.version
        self._waiting = None
        self._look()

    def _remember(self) -> None:
        folder = self._data_dir / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / DONE, {"cut": self._done, "reason": self._reason})

    def _last_night(self) -> tuple[int, str]:
        """The last cut that was trained on and how it went; a new house begins with the next one."""
        try:
            night = json.loads((self._data_dir / FOLDER / DONE).read_text("utf-8"))
            return int(night["cut"]), str(night.get("reason", ""))
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return cut_before(self._clock.now_ms()), ""
