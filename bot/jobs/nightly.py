"""The learner's work: wake, train on the newest data cut, look every hour between, hand policies over at their time.

The scheduler only wakes us; what is due is read from the clock (wall time live, tape time in the demo), so a night or
a look that was slept through is done late, and a late policy takes effect at the next 15m boundary. Of several that
were missed the newest is enough: it knows what the others would have.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.clock import Clock
from bot.errors import SharpSignalError
from bot.jobs.training import FOLDER, offered, withdraw, write_whole
from engine.learning.cadence import STEP, cut_before, look_before, taken_at
from engine.learning.past import Conclusion
from engine.market.events import PolicyTaken

DONE = "nightly.json"
WAKE_SECONDS = 60.0
LOG = logging.getLogger(__name__)

Train = Callable[[int], Awaitable[Conclusion]]
Look = Callable[[int], Awaitable[Conclusion | None]]
Keep = Callable[[Conclusion], Awaitable[Conclusion]]
Submit = Callable[[PolicyTaken], Awaitable[None]]
Told = Callable[[Conclusion, bool], Awaitable[None]]


class Nightly:
    """Run `run()` in the app's task group.

    `train(cut)` does one training (live: bot.jobs.trainer.train_apart bound to the database and the data folder),
    `look(cut)` one look between nights where there is a policy to look after (live: look_apart), `keep` stores what is
    taken in and returns it as it holds, `submit` puts a PolicyTaken into the engine's stream, `told` hears every
    conclusion and whether it is news: something happened, or there is another reason for having no policy than the
    last time. `in_force` is the version of the policy in force at the start.
    """

    def __init__(
        self,
        clock: Clock,
        data_dir: Path,
        train: Train,
        look: Look,
        keep: Keep,
        submit: Submit,
        told: Told,
        in_force: str | None = None,
    ) -> None:
        self._clock = clock
        self._data_dir = data_dir
        self._train = train
        self._look_at = look
        self._keep = keep
        self._submit = submit
        self._told = told
        self._in_force = in_force
        self._bell = asyncio.Event()
        self._waiting: Conclusion | None = None
        self._done, self._looked, self._reason = self._last()

    async def run(self, wake_seconds: float = WAKE_SECONDS) -> None:
        """Work until cancelled; APScheduler rings every `wake_seconds` and right after each full hour."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        defaults = {"misfire_grace_time": 60, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        scheduler.add_job(self._ring, "interval", seconds=wake_seconds)
        scheduler.add_job(self._ring, "cron", minute=0, second=5)
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
        await self._see()
        await self._take_in()
        hour = look_before(self._clock.now_ms())
        if hour > self._looked and self._waiting is None and self._in_force is not None:
            await self._look_between(hour)
            await self._see()
            await self._take_in()

    async def _ring(self) -> None:
        self._bell.set()

    async def _train_on(self, cut: int) -> None:
        try:
            found = await self._train(cut)
        except SharpSignalError as error:
            LOG.warning("training at %d failed: %s", cut, error)
        else:
            await self._told(found, bool(found.events) or found.reason != self._reason)
            self._reason = found.reason
        self._done = cut
        self._remember()

    async def _look_between(self, cut: int) -> None:
        try:
            found = await self._look_at(cut)
        except SharpSignalError as error:
            LOG.warning("the look at %d failed: %s", cut, error)
        else:
            if found is not None:
                await self._told(found, bool(found.events))
        self._looked = cut
        self._remember()

    async def _see(self) -> None:
        """See what is offered: by a night or look just done, by a person's training, or left from before a restart."""
        try:
            offer = offered(self._data_dir)
        except ValueError as error:
            LOG.warning("an offer is refused: %s", error)
            withdraw(self._data_dir)
            return
        if offer is None or (self._waiting is not None and self._waiting.cut == offer.conclusion.cut):
            return
        found, now = offer.conclusion, self._clock.now_ms()
        if found.version is not None and found.version == self._in_force:
            withdraw(self._data_dir)
            return
        soonest = -(-now // STEP) * STEP if offer.by == "hand" else max(taken_at(found.cut, now), found.effective)
        found = await self._keep(found.at(soonest))
        if found.version is None:
            withdraw(self._data_dir)
        else:
            self._waiting = found

    async def _take_in(self) -> None:
        waiting = self._waiting
        if waiting is None or waiting.version is None or self._clock.now_ms() < waiting.effective:
            return
        await self._submit(PolicyTaken(waiting.effective, dict(waiting.policies[waiting.version])))
        self._in_force = waiting.version
        self._waiting = None
        await self._see()

    def _remember(self) -> None:
        folder = self._data_dir / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / DONE, {"cut": self._done, "looked": self._looked, "reason": self._reason})

    def _last(self) -> tuple[int, int, str]:
        """The last cut that was trained on, the last look, and how the night went; a new house begins with the next."""
        now = self._clock.now_ms()
        try:
            done = json.loads((self._data_dir / FOLDER / DONE).read_text("utf-8"))
            return int(done["cut"]), int(done.get("looked", look_before(now))), str(done.get("reason", ""))
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return cut_before(now), look_before(now), ""
