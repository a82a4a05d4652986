"""What a post said each time it changed: only added to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import revisions
from storage.text import storable

_ADD = prepared(revisions.insert())
_POST = and_(
    revisions.c.channel == bindparam("where"),
    revisions.c.address == bindparam("whom"),
    revisions.c.number == bindparam("which"),
)
_OF = prepared(select(revisions).where(_POST).order_by(revisions.c.rev))


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
    await conn.execute(_ADD, row)
    return True


async def of(conn: AsyncConnection, channel: str, address: str, number: int) -> list[Revision]:
    """Everything a post ever said, oldest first."""
    rows = await conn.execute(_OF, {"where": channel, "whom": address, "which": number})
    return [Revision(row.rev, row.text, row.at) for row in rows]
