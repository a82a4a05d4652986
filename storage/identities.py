"""One person on several channels: linked by a code that is shown on one and typed on the other.

A linked person has one vote a signal. It stands under the identity that showed the code, whichever channel it came by.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import preferences
from storage.schema import identities, reasons, votes
from storage.upsert import insert

CODE = "link"
CODE_MS = 600_000
Identity = tuple[str, str]  # channel, user id


async def canonical(conn: AsyncConnection, channel: str, user_id: str) -> Identity:
    """The identity under which a person's votes stand: their own while nothing is linked."""
    query = select(identities.c.person).where(identities.c.channel == channel, identities.c.user_id == user_id)
    found: str | None = (await conn.execute(query)).scalar()
    if found is None:
        return channel, user_id
    first, _, rest = found.partition(":")
    return first, rest


async def everywhere(conn: AsyncConnection, channel: str, user_id: str) -> list[Identity]:
    """Every identity of a person, the one under which votes stand first."""
    first = await canonical(conn, channel, user_id)
    rows = await conn.execute(select(identities).where(identities.c.person == ":".join(first)))
    return [first, *sorted((row.channel, row.user_id) for row in rows if (row.channel, row.user_id) != first)]


async def show_code(conn: AsyncConnection, channel: str, user_id: str, code: str, at: int) -> None:
    """A code with which another channel's identity may be linked to this one for ten minutes; the one before ends."""
    await preferences.put(conn, "person", channel, user_id, CODE, f"{code}:{at}")


async def link(conn: AsyncConnection, code: str, channel: str, user_id: str, at: int) -> Identity | None:
    """Use a code: the person who types it is the one who was shown it. None where it is wrong, over or one's own."""
    for giver, value in (await preferences.named(conn, "person", CODE)).items():
        shown, _, when = value.partition(":")
        if shown != code or at - int(when) > CODE_MS or giver == (channel, user_id):
            continue
        first = await canonical(conn, *giver)
        for one in {first, giver, *await everywhere(conn, channel, user_id)}:
            row = {"channel": one[0], "user_id": one[1], "person": ":".join(first)}
            statement = insert(conn, identities).values(row)
            key = ["channel", "user_id"]
            await conn.execute(statement.on_conflict_do_update(index_elements=key, set_={"person": row["person"]}))
            if one != first:
                await _move(conn, votes, one, first)
                await _move(conn, reasons, one, first)
        await preferences.put(conn, "person", *giver, CODE, None)
        return giver
    return None


async def _move(conn: AsyncConnection, table: Table, old: Identity, new: Identity) -> None:
    """Rows of one identity become another's; where both have one for the same signal, the newer stands."""
    other = table.alias("other")
    same = [other.c[name] == table.c[name] for name in ("demo", "number", *(["slot"] if table is votes else []))]

    def beaten_by(one: Identity, later: Any) -> Any:
        return select(other.c.at).where(*same, _is(other, one), later).exists()

    await conn.execute(delete(table).where(_is(table, old), beaten_by(new, other.c.at >= table.c.at)))
    await conn.execute(delete(table).where(_is(table, new), beaten_by(old, other.c.at > table.c.at)))
    await conn.execute(update(table).where(_is(table, old)).values(channel=new[0], user_id=new[1]))


def _is(table: Any, one: Identity) -> Any:
    return and_(table.c.channel == one[0], table.c.user_id == one[1])
