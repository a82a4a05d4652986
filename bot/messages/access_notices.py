"""Notices about people and chats: a chat that went quiet or is back, a role that changed, somebody who was removed.

quiet    chat, reason (rights|topic_closed|not_found|blocked|left)
awake    chat
role     role
removed  nothing
"""

from __future__ import annotations

from bot.messages.markup import message
from bot.messages.notices import Payload
from bot.messages.reader import Reader
from bot.ports import Message


def quiet(payload: Payload, reader: Reader) -> Message:
    """A chat takes nothing any more: why, and what mends it."""
    return message(reader.html("notice-quiet", chat=str(payload["chat"]), reason=str(payload["reason"])))


def awake(payload: Payload, reader: Reader) -> Message:
    """A chat takes messages again."""
    return message(reader.html("notice-awake", chat=str(payload["chat"])), silent=True)


def role(payload: Payload, reader: Reader) -> Message:
    """To whom it happened: a new role, and what it is good for."""
    return message(reader.html("notice-role", role=str(payload["role"])))


def removed(payload: Payload, reader: Reader) -> Message:
    """To whom it happened: nothing is sent any more."""
    return message(reader.html("notice-removed"))
