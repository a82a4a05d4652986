"""The web chat's side of a talk: a toast to the person's pages, an edit, messages for the chat."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.channels.web.channel import WebChannel
from bot.channels.web.incoming import translate
from bot.errors import Fatal
from bot.ports import Answer, Incoming, Message, Receipt
from storage.inbox import InboxRow

LOG = logging.getLogger(__name__)


class WebAnswers:
    """`bot.inbox.Respondent` for the web chat."""

    name = "web"

    def __init__(self, channel: WebChannel) -> None:
        self._channel = channel

    def translate(self, row: InboxRow) -> Incoming:
        """The update's meaning."""
        return translate(row)

    def place(self, incoming: Incoming) -> int:
        """Edits are stored in the order in which they are made: there is no line to stand in."""
        return 0

    async def acknowledge(self, incoming: Incoming) -> None:
        """End the wait of a pressed button without a word."""
        self._channel.listeners.toast(incoming.person.user_id, "")

    async def perform(self, answer: Answer, incoming: Incoming, place: int) -> Sequence[tuple[Message, Receipt]]:
        """Toast (an empty one says that it is done), edit of the tapped message, then messages."""
        self._channel.listeners.toast(incoming.person.user_id, answer.toast)
        if answer.edit is not None and incoming.message_id:
            try:
                await self._channel.edit(incoming.address, incoming.message_id, answer.edit)
            except Fatal as error:
                LOG.warning("an answer was not shown: %s", error)
        return [(message, await self._channel.send(incoming.address, message)) for message in answer.messages]
