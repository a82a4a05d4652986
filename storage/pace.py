"""What a restart must still know about pacing: chats that are to be left in peace, and how full their allowance is.

One row is one reason to wait: the chat itself (the other side asked for silence) or one place of its allowance, named
`<chat>/<place>`, that is taken until the row's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import pace
from storage.upsert import insert_for


async def keep(conn: AsyncConnection, channel: str, until: Mapping[str, int]) -> None:
    """Note until when (ms) each chat or place is taken; the newest word about it stands."""
    if not until:
        return
    rows = [{"channel": channel, "chat": chat, "held_until": moment} for chat, moment in until.items()]
    await conn.execute(_keep(conn.dialect.name), rows)


@cache
def _keep(dialect: str) -> Insert:
    statement = insert_for(dialect, pace)
    fresh = {"held_until": statement.excluded.held_until}
    return prepared(statement.on_conflict_do_update(index_elements=["channel", "chat"], set_=fresh))


async def kept(conn: AsyncConnection, channel: str, now: int) -> dict[str, int]:
    """What is still taken, by chat or place."""
    query = select(pace.c.chat, pace.c.held_until).where(pace.c.channel == channel, pace.c.held_until > now)
    return {row.chat: row.held_until for row in await conn.execute(query)}


async def forget(conn: AsyncConnection, channel: str, now: int) -> None:
    """Throw away what is over."""
    await conn.execute(delete(pace).where(pace.c.channel == channel, pace.c.held_until <= now))
