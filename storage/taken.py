"""Whether a person said to have taken a signal."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import takes


async def is_taken(conn: AsyncConnection, number: int, channel: str, user_id: str) -> bool:
    """The person's newest word on a signal; nothing said is no."""
    mine = and_(takes.c.demo == 0, takes.c.number == number, takes.c.channel == channel, takes.c.user_id == user_id)
    query = select(takes.c.taken).where(mine).order_by(takes.c.id.desc()).limit(1)
    return bool((await conn.execute(query)).scalar())
