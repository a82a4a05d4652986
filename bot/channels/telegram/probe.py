"""Asks now and then whether a group that took nothing takes something again.

Telegram tells us when our own rights change, but not when a group's rules for everyone do. "Typing…" needs the same
right as a message and leaves nothing behind.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from telegram.constants import ChatAction

from bot.channels.telegram.errors import translated
from bot.channels.telegram.keyboard import chat_of
from bot.channels.telegram.line import TelegramLine
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from storage import quiet
from storage.database import Database

LOG = logging.getLogger(__name__)
LOOK_S = 600.0
MENDABLE = ("rights", "topic_closed")


class TelegramProbe:
    """`run` until cancelled; `wake(address)` is told of each place that takes messages again."""

    def __init__(
        self,
        line: TelegramLine,
        db: Database,
        clock: Clock,
        wake: Callable[[str], Awaitable[None]],
        look_s: float = LOOK_S,
    ) -> None:
        self._line = line
        self._db = db
        self._clock = clock
        self._wake = wake
        self._look_s = look_s

    async def run(self) -> None:
        """Look every ten minutes."""
        while True:
            await self._clock.sleep(self._look_s)
            try:
                async with self._db.read() as conn:
                    silent = await quiet.silent(conn)
                for place in silent:
                    if place.reason in MENDABLE and await self._takes(place.address):
                        await self._wake(place.address)
            except SQLAlchemyError as error:
                LOG.error("silent chats cannot be looked up: %s", error)

    async def _takes(self, address: str) -> bool:
        chat, topic = chat_of(address)
        try:
            with translated(self._line.token):
                await self._line.bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=topic)
        except (Fatal, Retryable) as error:
            LOG.info("%s still takes nothing: %s", address, error)
            return False
        return True
