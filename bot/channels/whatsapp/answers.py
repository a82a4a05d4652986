"""WhatsApp's side of a talk: digits become presses, toasts become short messages."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.digits import KINDS, choice_of
from bot.channels.whatsapp.translate import read_form, translate_form
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from bot.inbox import Ignored, Translated
from bot.pace import Pacer
from bot.ports import Answer, Incoming, Message, Receipt
from storage import outbox
from storage.database import Database
from storage.inbox import InboxRow

LOG = logging.getLogger(__name__)
TRIES = 4


class WhatsAppAnswers:
    """`bot.inbox.Respondent` for WhatsApp."""

    name = "whatsapp"

    def __init__(self, db: Database, channel: WhatsAppChannel, pacer: Pacer, clock: Clock) -> None:
        self._db = db
        self._channel = channel
        self._pacer = pacer
        self._clock = clock

    async def translate(self, row: InboxRow) -> Translated:
        """The form's meaning; a digit or an emoji presses a button of the message it answers, else of the newest."""
        found = translate_form(read_form(row.payload), row.at)
        if isinstance(found, Ignored):
            LOG.info("WhatsApp delivery report %s: %s", row.update_id, found.why)
            return found
        choice = choice_of(found.text) if found.kind == "text" else None
        if choice is None:
            return found
        data = await self._pressed(found, choice)
        return found if data is None else replace(found, kind="tap", data=data)

    async def _pressed(self, incoming: Incoming, choice: int) -> str | None:
        """The payload behind a digit: as shown by this process, else the signal's as the store knows it."""
        shown = self._channel.choices_of(incoming.address, incoming.reply_to)
        if shown is not None:
            return shown[choice] if choice < len(shown) else None
        async with self._db.read() as conn:
            number = await outbox.number_of(conn, self.name, incoming.address, incoming.reply_to or None)
        return None if number is None else f"1:f:{number}:{KINDS[choice]}"

    def place(self, incoming: Incoming) -> int:
        """Nothing is edited here."""
        return 0

    async def acknowledge(self, incoming: Incoming) -> None:
        """There is no spinner to end."""

    async def perform(self, answer: Answer, incoming: Incoming, place: int) -> Sequence[tuple[Message, Receipt]]:
        """Send the messages, or the toast where there is nothing else to say."""
        messages = answer.messages
        if not messages and answer.toast:
            messages = (Message(html.escape(answer.toast, quote=False), answer.toast),)
        sent = []
        for message in messages:
            receipt = await self._send(incoming.address, message)
            if receipt is not None:
                sent.append((message, receipt))
        return sent

    async def _send(self, address: str, message: Message) -> Receipt | None:
        """Send with a few tries after faults that pass; what may have arrived is not sent again."""
        for attempt in range(TRIES):
            await self._pacer.turn(address)
            try:
                return await self._channel.send(address, message)
            except Fatal as error:
                LOG.warning("an answer on WhatsApp was refused: %s", error)
                return None
            except Retryable as error:
                LOG.warning("an answer on WhatsApp failed: %s", error)
                if error.sent is None:
                    return None
                await self._clock.sleep(2.0**attempt)
        return None
