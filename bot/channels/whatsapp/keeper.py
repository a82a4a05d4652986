"""What WhatsApp needs done beside sending: failed messages dealt with, held ones let go, windows kept open."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.whatsapp.choice import Sids
from bot.channels.whatsapp.held import Elsewhere
from bot.channels.whatsapp.outbound import KEEP
from bot.channels.whatsapp.settle import settle
from bot.channels.whatsapp.window import ASK_MS, OPEN_MS
from bot.clock import Clock
from bot.messages.load import reader_of
from storage import chats, outbox, whatsapp
from storage.database import Database
from storage.whatsapp import CHANNEL, Window

LOG = logging.getLogger(__name__)
EVERY_S = 60.0
SOON_S = 0.5  # after a nudge once more: the sender may not have noted yet what the report is about, or what it held
LATE_MS = 3_600_000  # how far back each round looks for messages that failed
LATEST_MS = 7 * 24 * 3_600_000  # and the first round after a start


class WhatsAppKeeper:
    """`run` until cancelled; `nudge` when a report or a message came."""

    def __init__(
        self, db: Database, clock: Clock, sids: Sids, elsewhere: Elsewhere, locale: str, timezone: str
    ) -> None:
        self._db = db
        self._clock = clock
        self._sids = sids
        self._elsewhere = elsewhere
        self._locale = locale
        self._timezone = timezone
        self._wake = asyncio.Event()
        self._soon = False

    def nudge(self) -> None:
        """A report or a message came."""
        self._wake.set()

    async def run(self) -> None:
        """Look after everything now and then, forever."""
        await self._start()
        span = LATEST_MS
        while True:
            self._wake.clear()
            if await self.look(span):
                span = LATE_MS
            pause = SOON_S if self._soon else EVERY_S
            self._soon = False
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
                self._soon = True
            except TimeoutError:
                continue

    async def look(self, span: int = LATE_MS) -> bool:
        """One round; False where the store could not be used."""
        now = self._clock.now_ms()
        try:
            async with self._db.read() as conn:
                failed = await whatsapp.unsettled(conn, now - span)
                closing = await whatsapp.closing(conn, now - OPEN_MS, now - ASK_MS)
            news = await self._release(now)
            for delivery in failed:
                async with self._db.write() as conn:
                    news += await settle(conn, delivery, now, self._elsewhere)
            for window in closing:
                async with self._db.write() as conn:
                    news += await self._ask(conn, window, now)
        except SQLAlchemyError as error:
            LOG.error("WhatsApp cannot be looked after for now: %s", error)
            return False
        if news:
            self._elsewhere.nudge()
        return True

    async def _start(self) -> None:
        """Templates may have been approved since the last start: what was held is tried again."""
        try:
            async with self._db.write() as conn:
                await whatsapp.release(conn, self._clock.now_ms())
        except SQLAlchemyError as error:
            LOG.error("held WhatsApp messages stay held for now: %s", error)

    async def _release(self, now: int) -> int:
        """Whoever wrote in the very moment in which a message was put aside has an open window after all."""
        async with self._db.read() as conn:
            if not await whatsapp.held(conn):
                return 0
        async with self._db.write() as conn:
            return await whatsapp.release_open(conn, now, now - OPEN_MS)

    async def _ask(self, conn: AsyncConnection, window: Window, now: int) -> bool:
        """An hour before a window shuts, once: asked to write, where alerts would stop without that."""
        reader = reader_of(await chats.chat(conn, CHANNEL, window.phone), self._locale, self._timezone)
        if ("signal", reader.locale) in self._sids:
            return False
        await whatsapp.asked(conn, window.phone, now)
        return await outbox.enqueue(
            conn,
            channel=CHANNEL,
            address=window.phone,
            kind="notice",
            number=None,
            state=KEEP,
            dedupe_key=f"keep:{window.last_inbound_at}",
            payload={},
            priority=outbox.PRIORITY["notice"],
            at=now,
        )
