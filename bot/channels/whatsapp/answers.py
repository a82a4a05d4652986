"""WhatsApp's side of a talk: there are no toasts, so they become short messages."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.letters import rows_beside_votes
from bot.channels.whatsapp.outbound import outbound
from bot.channels.whatsapp.translate import read_form, translate_form
from bot.clock import Clock
from bot.commands.whatsapp_taps import NAMESPACE
from bot.errors import Fatal, Retryable
from bot.i18n import DEFAULT_LOCALE
from bot.inbox import Translated
from bot.messages.buttons import split_data
from bot.messages.load import reader_of
from bot.pace import Pacer
from bot.ports import Answer, Incoming, Message, Receipt
from storage import chats
from storage.database import Database
from storage.inbox import InboxRow

LOG = logging.getLogger(__name__)
TRIES = 4


class WhatsAppAnswers:
    """`bot.inbox.Respondent` for WhatsApp."""

    name = "whatsapp"

    def __init__(
        self, channel: WhatsAppChannel, pacer: Pacer, clock: Clock, db: Database, locale: str = DEFAULT_LOCALE
    ) -> None:
        self._channel = channel
        self._pacer = pacer
        self._clock = clock
        self._db = db
        self._locale = locale

    def translate(self, row: InboxRow) -> Translated:
        """The form's meaning."""
        return translate_form(read_form(row.payload), row.at)

    def place(self, incoming: Incoming) -> int:
        """Nothing is edited here."""
        return 0

    async def acknowledge(self, incoming: Incoming) -> None:
        """There is no spinner to end."""

    async def perform(self, answer: Answer, incoming: Incoming, place: int) -> Sequence[tuple[Message, Receipt]]:
        """Send the messages, or the toast where there is nothing else to say."""
        messages = answer.messages
        if answer.edit is not None and (answer.fallback_edit or not (messages or answer.toast)):
            messages = (*messages, answer.edit)
        if not messages and answer.toast:
            asked = rows_beside_votes(answer.edit)
            messages = (Message(html.escape(answer.toast, quote=False), answer.toast, asked),)
        sent = []
        for message in messages:
            receipt = await self._send(incoming.address, await self._listed(incoming, message))
            if receipt is not None:
                sent.append((message, receipt))
        return sent

    async def _listed(self, incoming: Incoming, message: Message) -> Message:
        """What else can be done with a signal, ready for the list's template of the reader's language."""
        parts = next((split_data(button.data) for row in message.buttons for button in row), None)
        if parts is None or parts[0] != NAMESPACE or parts[1][:1] != ("list",):
            return message
        async with self._db.read() as conn:
            person = await chats.person(conn, self.name, incoming.person.user_id)
            chat = await chats.chat(conn, self.name, incoming.address)
        own = person.locale if person is not None and person.locale else None
        locale = own or reader_of(chat, self._locale, "UTC").locale
        return outbound(message, None, "more", locale, parts[1][1:2])

    async def _send(self, address: str, message: Message) -> Receipt | None:
        """Send with a few tries after faults that pass; what may have arrived is not sent again."""
        for attempt in range(TRIES):
            await self._pacer.turn(address)
            try:
                try:
                    return await self._channel.send(address, message)
                finally:
                    self._pacer.ended(address)
            except Fatal as error:
                LOG.warning("an answer on WhatsApp was refused: %s", error)
                return None
            except Retryable as error:
                LOG.warning("an answer on WhatsApp failed: %s", error)
                if error.sent is None:
                    return None
                await self._clock.sleep(2.0**attempt)
        return None
