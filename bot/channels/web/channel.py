"""The web chat as a channel: a message is sent when it is stored, and the open pages hear of it."""

from __future__ import annotations

import base64
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.web.listeners import Listeners
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from bot.ports import Button, Message, Receipt
from storage import web_chat
from storage.database import Database

ADDRESS = "web"
"""The address of the one web chat."""


class WebChannel:
    """`ports.Channel` over the stored messages of the web chat; message ids are the store's."""

    name: Literal["telegram", "whatsapp", "web"] = "web"
    can_edit = True

    def __init__(self, db: Database, clock: Clock) -> None:
        self.listeners = Listeners()
        self._db = db
        self._clock = clock

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt:
        """Store a message. Raises Retryable where the store cannot be written."""

        async def add(conn: AsyncConnection) -> web_chat.WebMessage:
            return await web_chat.add(
                conn,
                address,
                html=message.html,
                text=message.text,
                at=self._clock.now_ms(),
                buttons=plain_buttons(message),
                attachments=picture_of(message),
                force_reply=message.force_reply,
                reply_to=message_number(reply_to),
            )

        try:
            stored = await self._db.write_at_once(add)
        except SQLAlchemyError as error:
            raise Retryable(f"the web chat cannot be written: {error}") from error
        self.listeners.changed()
        return Receipt(str(stored.id))

    async def edit(self, address: str, message_id: str, message: Message) -> None:
        """Change a stored message of this chat. Raises Fatal not_found for one that is not there."""
        number = message_number(message_id)
        try:
            async with self._db.write() as conn:
                known = None if number is None else await web_chat.get(conn, number)
                if known is None or known.address != address:
                    raise Fatal(f"no message {message_id} in web chat {address}", reason="not_found")
                await web_chat.edit(
                    conn, known.id, html=message.html, text=message.text, buttons=plain_buttons(message)
                )
        except SQLAlchemyError as error:
            raise Retryable(f"the web chat cannot be written: {error}") from error
        self.listeners.changed()


def plain_buttons(message: Message) -> list[list[dict[str, str]]]:
    """The buttons as rows of plain dicts, as they are stored."""
    return [[_plain(button) for button in row] for row in message.buttons]


def _plain(button: Button) -> dict[str, str]:
    """What is empty of the newer fields is left out: older rows look the same."""
    more = {name: value for name, value in (("copy", button.copy), ("style", button.style)) if value}
    return {"label": button.label, "data": button.data, "url": button.url, **more}


def picture_of(message: Message) -> tuple[str, ...]:
    """The picture as it is stored: its words, then in base64 the PNG and its dark twin, if any; else nothing."""
    photo = message.photo
    if photo is None:
        return ()
    return (photo.alt, *(base64.b64encode(png).decode("ascii") for png in (photo.png, photo.dark) if png))


def message_number(message_id: str | None) -> int | None:
    """A message id as the store's number, None for anything else.

    >>> message_number("17"), message_number("x"), message_number(None)
    (17, None, None)
    """
    if message_id is None or not (message_id.isascii() and message_id.isdigit() and len(message_id) < 18):
        return None
    return int(message_id)
