"""Raw updates, written before the other side is told that we have them: a kill loses no vote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.integers import fits
from storage.prepared import prepared
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
    rows = await conn.execute(_pending(), {"of": source, "most": limit})
    return [InboxRow(*row) for row in rows]


@cache
def _pending() -> Select[Any]:
    """The statement of `pending`, built once: every second somebody asks."""
    columns = [inbox.c[name] for name in InboxRow.__dataclass_fields__]
    mine = select(*columns).where(inbox.c.source == bindparam("of", type_=Text), inbox.c.done == 0)
    return prepared(mine.order_by(inbox.c.id).limit(bindparam("most", type_=Integer)))


async def done(conn: AsyncConnection, row_id: int, note: str = "") -> None:
    """An update was dealt with; `note` says how where it was refused."""
    await conn.execute(update(inbox).where(inbox.c.id == row_id).values(done=1, note=storable(note)))


async def offset(conn: AsyncConnection, source: str) -> int | None:
    """The highest numeric update_id of a source (the poller asks for the next one), None before the first."""
    query = select(func.max(inbox.c.update_number)).where(inbox.c.source == source)
    highest: int | None = (await conn.execute(query)).scalar()
    return highest
