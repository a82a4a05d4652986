"""Messages of the web chat. Every change takes the next `rev`, so that a page asks only for what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import web_messages
from storage.text import storable, to_json

Buttons = Sequence[Sequence[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class WebMessage:
    """A message as the page shows it. `author` is bot or the person's id; `buttons` are rows of plain dicts."""

    id: int
    address: str
    author: str
    html: str
    text: str
    buttons: list[list[dict[str, str]]]
    attachments: list[str]
    force_reply: str | None
    reply_to: int | None
    rev: int
    at: int


async def add(
    conn: AsyncConnection,
    address: str,
    *,
    html: str,
    text: str,
    at: int,
    buttons: Buttons = (),
    attachments: Sequence[str] = (),
    force_reply: str | None = None,
    reply_to: int | None = None,
    author: str = "bot",
) -> WebMessage:
    """Append a message."""
    row = {
        "address": address,
        "author": author,
        "html": storable(html),
        "text": storable(text),
        "buttons": to_json(buttons),
        "attachments": to_json(list(attachments)),
        "force_reply": force_reply,
        "reply_to": reply_to,
        "rev": await _next_rev(conn),
        "at": at,
    }
    statement = web_messages.insert().values(row).returning(web_messages.c.id)
    found = await get(conn, (await conn.execute(statement)).scalar_one())
    assert found is not None
    return found


async def edit(
    conn: AsyncConnection,
    message_id: int,
    *,
    html: str,
    text: str,
    buttons: Buttons = (),
    attachments: Sequence[str] | None = None,
) -> WebMessage | None:
    """Change a message in place (attachments None: as they are); None if there is no such message."""
    change: dict[str, Any] = {"html": storable(html), "text": storable(text), "buttons": to_json(buttons)}
    if attachments is not None:
        change["attachments"] = to_json(list(attachments))
    change["rev"] = await _next_rev(conn)
    await conn.execute(update(web_messages).where(web_messages.c.id == message_id).values(change))
    return await get(conn, message_id)


async def get(conn: AsyncConnection, message_id: int) -> WebMessage | None:
    """One message."""
    row = (await conn.execute(select(web_messages).where(web_messages.c.id == message_id))).first()
    return None if row is None else _message(row)


async def since(conn: AsyncConnection, address: str, rev: int = 0, limit: int = 200) -> list[WebMessage]:
    """The messages added or changed after `rev`, in order of change; the last one's rev asks for the next page."""
    query = select(web_messages).where(web_messages.c.address == address, web_messages.c.rev > rev)
    return [_message(row) for row in await conn.execute(query.order_by(web_messages.c.rev).limit(limit))]


async def latest(conn: AsyncConnection, address: str, limit: int = 50) -> list[WebMessage]:
    """The newest messages, oldest of them first: what a page shows when it opens."""
    query = select(web_messages).where(web_messages.c.address == address)
    rows = (await conn.execute(query.order_by(web_messages.c.id.desc()).limit(limit))).all()
    return [_message(row) for row in reversed(rows)]


async def _next_rev(conn: AsyncConnection) -> int:
    highest: int | None = (await conn.execute(select(func.max(web_messages.c.rev)))).scalar()
    return (highest or 0) + 1


def _message(row: Row[Any]) -> WebMessage:
    columns = dict(row._mapping)
    return WebMessage(**{**columns, "buttons": json.loads(row.buttons), "attachments": json.loads(row.attachments)})
