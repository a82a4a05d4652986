"""What the night's training found, told to the owners: only when it is news."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.jobs.report import notice_payload
from engine.learning.train import TrainReport
from storage import outbox
from storage.database import Database

LOG = logging.getLogger(__name__)

Addresses = Callable[[AsyncConnection], Awaitable[Sequence[tuple[str, str]]]]


class TrainingNews:
    """Hears every report of the night. `owners` finds where owners read; `nudge` wakes the senders.

    News is a new policy, or another reason for having none than the last time. The chats of the signals are not
    told: they hear of a policy when it takes effect.
    """

    def __init__(self, db: Database, clock: Clock, owners: Addresses, nudge: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._owners = owners
        self._nudge = nudge

    async def hear(self, report: TrainReport, news: bool) -> None:
        """Log the report, and queue a notice for each owner where it is news; one data cut is told once."""
        LOG.info("nightly training: %s (%d labels, effective %.0f)", report.reason, report.n, report.n_eff)
        if not news:
            return
        async with self._db.write() as conn:
            for channel, address in await self._owners(conn):
                await outbox.enqueue(
                    conn,
                    channel=channel,
                    address=address,
                    kind="notice",
                    number=None,
                    state="trained",
                    dedupe_key=f"trained:{report.cut}",
                    payload=notice_payload(report),
                    priority=outbox.PRIORITY["notice"],
                    at=self._clock.now_ms(),
                )
        self._nudge()
