"""Work that is asked for over HTTP and takes minutes: done one after the other in a process of its own, told by its id.

What it leaves is offered to the live process, as with the verbs of the same names. The list is kept in memory: after a
restart nothing is known of it, and what ran is not done.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.clock import Clock
from bot.errors import SharpSignalError

LOG = logging.getLogger(__name__)
KEPT = 100
Kind = Literal["train", "evaluate"]
State = Literal["waiting", "running", "done", "failed"]
Do = Callable[[Kind, int], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class Job:
    """One piece of work: `at` and `ended` in ms, `result` where it is done, `problem` where it failed."""

    job_id: str
    kind: Kind
    at: int
    state: State = "waiting"
    ended: int | None = None
    result: dict[str, Any] | None = None
    problem: str | None = None


class AskedWork:
    """`run` it in the background; the newest KEPT jobs are remembered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._bell = asyncio.Event()

    def ask(self, kind: Kind) -> Job:
        """A job of a kind; one that has not ended yet is the same job."""
        same = next((job for job in self._jobs.values() if job.kind == kind and job.ended is None), None)
        if same is not None:
            return same
        job = Job(str(uuid.uuid4()), kind, self._clock.now_ms())
        self._jobs[job.job_id] = job
        if len(self._jobs) > KEPT:
            self._jobs.popitem(last=False)
        self._bell.set()
        return job

    def get(self, job_id: str) -> Job | None:
        """A job by its id, while it is remembered."""
        return self._jobs.get(job_id)

    async def run(self, do: Do) -> None:
        """Do what is asked for, in order, until cancelled. `do` gets the kind and the cut of the data (ms)."""
        while True:
            waiting = [job for job in self._jobs.values() if job.state == "waiting"]
            for job in waiting:
                await self._work(job, do)
            if not waiting:
                await self._bell.wait()
                self._bell.clear()

    async def _work(self, job: Job, do: Do) -> None:
        job.state = "running"
        try:
            job.result = await do(job.kind, self._clock.now_ms())
            job.state = "done"
        except (SharpSignalError, OSError) as error:
            LOG.warning("%s failed: %s", job.kind, error)
            job.problem, job.state = "the work ended without a report; the log says more", "failed"
        job.ended = self._clock.now_ms()
