"""Who did what to whom: rows that are only added."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import audit
from storage.text import storable

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Deed:
    """One row: `channel` and `user_id` did `action` to `target` at `at` (ms UTC); `detail` in the actor's words."""

    at: int
    channel: str
    user_id: str
    action: str
    target: str
    detail: str


async def record(
    conn: AsyncConnection, who: tuple[str, str], action: str, target: str = "", detail: str = "", at: int = 0
) -> None:
    """Write down that `who` (channel, user id) did something; in the transaction of what was done."""
    row = {"at": at, "channel": who[0], "user_id": who[1], "action": action}
    row |= {"target": storable(target[:LONGEST]), "detail": storable(detail[:LONGEST])}
    await conn.execute(audit.insert().values(row))


async def newest(conn: AsyncConnection, limit: int = 5) -> list[Deed]:
    """The newest rows, newest first."""
    columns = (audit.c.at, audit.c.channel, audit.c.user_id, audit.c.action, audit.c.target, audit.c.detail)
    rows = await conn.execute(select(*columns).order_by(audit.c.id.desc()).limit(limit))
    return [Deed(**row._mapping) for row in rows]
