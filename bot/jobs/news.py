"""What a night concluded, told: owners hear of the training where it is news, the chats of what concerns readers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.jobs.report import OWNERS, PUBLIC, card_payload, event_text, notice_payload
from engine.learning.past import Conclusion
from storage import chats, outbox
from storage.database import Database

LOG = logging.getLogger(__name__)

Place = tuple[str, str]
Addresses = Callable[[AsyncConnection], Awaitable[Sequence[Place]]]


async def readers(conn: AsyncConnection) -> list[Place]:
    """Every chat that reads signals."""
    return [(chat.channel, chat.address) for chat in await chats.active_chats(conn)]


class TrainingNews:
    """Hears every conclusion. `owners` finds where owners read; `nudge` wakes the senders.

    News is that something happened to a procedure, or another reason for having no policy than the last time. A
    promotion, a way back, and books that are proven (or no more) are told to every chat, with the numbers; alarms and
    warnings to owners.
    """

    def __init__(self, db: Database, clock: Clock, owners: Addresses, nudge: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._owners = owners
        self._nudge = nudge

    async def hear(self, found: Conclusion, news: bool) -> None:
        """Log the conclusion, and queue its notices where it is news; one data cut is told once."""
        LOG.info("%s: %s (effective labels %.0f)", found.kind, found.reason, found.status.get("n_eff", 0))
        for event in found.events:
            LOG.info("learning: %s", event_text(event))
        if not news:
            return
        async with self._db.write() as conn:
            mine = await self._owners(conn)
            cards = [event for event in found.events if event.kind in (*PUBLIC, *OWNERS)]
            for number, event in enumerate(cards):
                places = dict.fromkeys([*mine, *(await readers(conn) if event.kind in PUBLIC else ())])
                await self._tell(conn, list(places), "learned", f"{found.cut}:{number}", card_payload(found, event))
            if not cards and found.kind != "watch":
                await self._tell(conn, mine, "trained", str(found.cut), notice_payload(found))
        self._nudge()

    async def _tell(
        self, conn: AsyncConnection, places: Sequence[Place], kind: str, key: str, payload: dict[str, Any]
    ) -> None:
        for channel, address in places:
            await outbox.enqueue(
                conn,
                channel=channel,
                address=address,
                kind="notice",
                number=None,
                state=kind,
                dedupe_key=f"{kind}:{key}",
                payload=payload,
                priority=outbox.PRIORITY["notice"],
                at=self._clock.now_ms(),
            )
