"""Raw updates, written before the other side is told that we have them: a kill loses no vote."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.integers import fits
from storage.schema import inbox
from storage.text import storable
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A raw update of one source (telegram, twilio, …); `at` (ms) is when it came."""

    id: int
    source: str
    update_id: str
    payload: str
    at: int


async def put(conn: AsyncConnection, source: str, update_id: str, payload: str, at: int) -> bool:
    """Keep an update; False if it is already there."""
    row = {"source": source, "update_id": update_id, "payload": storable(payload), "at": at}
    row["update_number"] = _number(update_id)
    result = await conn.execute(insert(conn, inbox).values(row).on_conflict_do_nothing())
    return result.rowcount > 0


def _number(update_id: str) -> int | None:
    """Numeric ids are kept as numbers too, for `offset`.

    >>> _number("17"), _number("SM12"), _number("²")
    (17, None, None)
    """
    if not (update_id.isascii() and update_id.isdigit()):
        return None
    number = int(update_id)
    return number if fits(number) else None


async def pending(conn: AsyncConnection, source: str, limit: int = 50) -> list[InboxRow]:
    """Updates that are not done, in the order they came."""
    columns = (inbox.c.id, inbox.c.source, inbox.c.update_id, inbox.c.payload, inbox.c.at)
    query = select(*columns).where(inbox.c.source == source, inbox.c.done == 0).order_by(inbox.c.id).limit(limit)
    return [InboxRow(**row._mapping) for row in await conn.execute(query)]


async def done(conn: AsyncConnection, row_id: int, note: str = "") -> None:
    """An update was dealt with; `note` says how where it was refused."""
    await conn.execute(update(inbox).where(inbox.c.id == row_id).values(done=1, note=storable(note)))


async def offset(conn: AsyncConnection, source: str) -> int | None:
    """The highest numeric update_id of a source (the poller asks for the next one), None before the first."""
    query = select(func.max(inbox.c.update_number)).where(inbox.c.source == source)
    highest: int | None = (await conn.execute(query)).scalar()
    return highest
