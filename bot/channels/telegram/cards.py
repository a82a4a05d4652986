"""Cards: one message of a kind in a chat, pinned without a sound and kept up to date in place."""

from __future__ import annotations

import logging

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.errors import translated
from bot.channels.telegram.keyboard import chat_of
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from bot.pace import Pacer
from bot.ports import Message
from storage import cards
from storage.database import Database

LOG = logging.getLogger(__name__)
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class TelegramCards:
    """Shows cards. Raises Retryable or Fatal as the channel does."""

    def __init__(self, channel: TelegramChannel, pacer: Pacer, db: Database, clock: Clock) -> None:
        self._channel = channel
        self._pacer = pacer
        self._db = db
        self._clock = clock

    async def show(self, address: str, kind: str, message: Message) -> None:
        """Bring the card up to date; where there is none (any more), post and pin a new one."""
        async with self._db.read() as conn:
            known = await cards.get(conn, "telegram", address, kind)
        await self._pacer.turn(address)
        if known is not None:
            try:
                await self._channel.edit(address, known, message)
                return
            except Fatal as error:
                if not any(words in str(error).lower() for words in GONE):
                    raise
        sent = await self._channel.send(address, message)
        async with self._db.write() as conn:
            await cards.put(conn, "telegram", address, kind, sent.message_id, self._clock.now_ms())
        await self._pin(address, sent.message_id)

    async def _pin(self, address: str, message_id: str) -> None:
        chat, _ = chat_of(address)
        line = self._channel.line
        try:
            with translated(line.token):
                await line.bot.pin_chat_message(chat, int(message_id), disable_notification=True)
        except (Fatal, Retryable) as error:
            LOG.warning("the card in %s is not pinned (the bot needs the right to pin messages): %s", address, error)
