"""What a post said each time it changed: only added to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import revisions
from storage.text import storable


@dataclass(frozen=True, slots=True)
class Revision:
    """The words of a post from `at` (ms UTC) on; `rev` counts up from 1."""

    rev: int
    text: str
    at: int


async def add(conn: AsyncConnection, channel: str, address: str, number: int, text: str, at: int) -> bool:
    """Keep what a signal's post says now; False where it said so already."""
    known = await of(conn, channel, address, number)
    kept = storable(text)
    if known and known[-1].text == kept:
        return False
    row = {"channel": channel, "address": address, "number": number, "rev": len(known) + 1, "text": kept, "at": at}
    await conn.execute(revisions.insert().values(row))
    return True


async def of(conn: AsyncConnection, channel: str, address: str, number: int) -> list[Revision]:
    """Everything a post ever said, oldest first."""
    here = and_(revisions.c.channel == channel, revisions.c.address == address, revisions.c.number == number)
    rows = await conn.execute(select(revisions).where(here).order_by(revisions.c.rev))
    return [Revision(row.rev, row.text, row.at) for row in rows]
