"""Messages that are kept up to date in place, one of a kind in a chat."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import cards
from storage.upsert import insert


async def get(conn: AsyncConnection, channel: str, address: str, kind: str) -> str | None:
    """The id of the message that is the card, None where there is none yet."""
    here = and_(cards.c.channel == channel, cards.c.address == address, cards.c.kind == kind)
    found: str | None = (await conn.execute(select(cards.c.message_id).where(here))).scalar()
    return found


async def put(conn: AsyncConnection, channel: str, address: str, kind: str, message_id: str, at: int) -> None:
    """Remember the newest card."""
    fresh = {"message_id": message_id, "at": at}
    statement = insert(conn, cards).values(channel=channel, address=address, kind=kind, **fresh)
    await conn.execute(statement.on_conflict_do_update(index_elements=["channel", "address", "kind"], set_=fresh))
