"""Which message shows which signal: read from what the outbox sent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.quiet import within
from storage.schema import chats, outbox


@dataclass(frozen=True, slots=True)
class Post:
    """A signal's post in one chat, sent at `at` (ms UTC)."""

    channel: str
    address: str
    number: int
    message_id: str
    at: int


async def carrying(conn: AsyncConnection, number: int) -> list[Post]:
    """Every post of a signal that was sent, in sending order, without those in chats that get nothing any more."""
    chat = and_(chats.c.channel == outbox.c.channel, chats.c.address == outbox.c.address)
    closed = select(chats.c.address).where(chat, chats.c.active == 0).correlate(outbox).exists()
    return await _posts(conn, and_(outbox.c.number == number, ~closed), newest_first=False)


async def newest(conn: AsyncConnection, channel: str, address: str) -> Post | None:
    """The newest signal that was sent to a chat."""
    found = await _posts(conn, and_(outbox.c.channel == channel, outbox.c.address == address), limit=1)
    return found[0] if found else None


async def number_of(conn: AsyncConnection, channel: str, address: str, message_id: str) -> int | None:
    """The signal that one of our messages (its post or a reply to it) is about, in whichever topic of the chat."""
    here = within(outbox.c.address, address.partition(":")[0]) if channel == "telegram" else outbox.c.address == address
    mine = and_(outbox.c.channel == channel, here, outbox.c.message_id == message_id)
    query = select(outbox.c.number).where(mine, outbox.c.number.is_not(None)).limit(1)
    found: int | None = (await conn.execute(query)).scalar()
    return found


async def _posts(
    conn: AsyncConnection, which: ColumnElement[bool], *, newest_first: bool = True, limit: int | None = None
) -> list[Post]:
    sent = and_(outbox.c.kind == "signal", outbox.c.status == "sent", which)
    order = (outbox.c.sent_at.desc(), outbox.c.id.desc()) if newest_first else (outbox.c.id,)
    rows = await conn.execute(select(outbox).where(sent).order_by(*order).limit(limit))
    return [Post(row.channel, row.address, row.number, row.message_id or "", row.sent_at) for row in rows]
