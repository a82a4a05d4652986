"""People and their rights: owners by setting or by a one-time link, members by approval, everyone else none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import claims, grants, people
from storage.text import storable
from storage.upsert import insert

ROLES = ("owner", "member", "pending", "none")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone of a channel. `role` is owner, member, pending (asked to be let in) or none; `decided_by` who let in."""

    channel: str
    user_id: str
    name: str
    role: str
    locale: str | None
    timezone: str | None
    at: int
    decided_by: str | None


async def set_person(
    conn: AsyncConnection,
    channel: str,
    user_id: str,
    *,
    name: str | None = None,
    role: str | None = None,
    locale: str | None = None,
    timezone: str | None = None,
    at: int = 0,
) -> PersonRow:
    """Make a person known (role none) or change what is given; what is None stays. ValueError for an unknown role."""
    if role is not None and role not in ROLES:
        raise ValueError(f"{role!r} is not a role")
    known_name = None if name is None else storable(name)
    given = {"name": known_name, "role": role, "locale": locale, "timezone": timezone}
    change = {key: value for key, value in given.items() if value is not None}
    statement = insert(conn, people).values(channel=channel, user_id=user_id, at=at, **change)
    await conn.execute(
        statement.on_conflict_do_update(index_elements=["channel", "user_id"], set_=change)
        if change
        else statement.on_conflict_do_nothing()
    )
    found = await person(conn, channel, user_id)
    assert found is not None
    return found


async def person(conn: AsyncConnection, channel: str, user_id: str) -> PersonRow | None:
    """One person, if known."""
    row = (await conn.execute(select(people).where(_is(channel, user_id)))).first()
    return None if row is None else _person(row)


async def granted(conn: AsyncConnection, channel: str, user_id: str) -> str | None:
    """The finer role that someone was given (admin, analyst, subscriber, viewer); it counts for members only."""
    mine = and_(grants.c.channel == channel, grants.c.user_id == user_id)
    found: str | None = (await conn.execute(select(grants.c.role).where(mine))).scalar()
    return found


async def owners(conn: AsyncConnection, channel: str | None = None) -> list[PersonRow]:
    """Everyone with owner rights by claim or appointment (owners by setting are the shell's to add)."""
    return await _with_role(conn, "owner", channel)


async def pending(conn: AsyncConnection, channel: str | None = None) -> list[PersonRow]:
    """Everyone who asked to be let in, longest waiting first."""
    return await _with_role(conn, "pending", channel)


async def ask_approval(conn: AsyncConnection, channel: str, user_id: str, name: str, at: int) -> bool:
    """A stranger asks to be let in; True if that is news (the owner is told once)."""
    known = await person(conn, channel, user_id)
    if known is not None and known.role != "none":
        return False
    if known is not None and known.decided_by is not None:
        return False
    await set_person(conn, channel, user_id, name=name, role="pending", at=at)
    await conn.execute(update(people).where(_is(channel, user_id)).values(at=at))
    return True


async def decide(conn: AsyncConnection, channel: str, user_id: str, approve: bool, by: str) -> bool:
    """An owner lets a pending person in or not; False if nobody was waiting under that id."""
    waiting = and_(_is(channel, user_id), people.c.role == "pending")
    role = "member" if approve else "none"
    result = await conn.execute(update(people).where(waiting).values(role=role, decided_by=by))
    return result.rowcount > 0


async def readmit(conn: AsyncConnection, channel: str, user_id: str, by: str) -> bool:
    """Let in again whom an owner or admin turned down or removed; False if nobody of that id was."""
    out = and_(_is(channel, user_id), people.c.role == "none", people.c.decided_by.is_not(None))
    result = await conn.execute(update(people).where(out).values(role="member", decided_by=by))
    return result.rowcount > 0


async def remove(conn: AsyncConnection, channel: str, user_id: str, by: str) -> None:
    """Take a member's rights back; asking again is of no use, as after a no."""
    mine = and_(_is(channel, user_id), people.c.role == "member")
    await conn.execute(update(people).where(mine).values(role="none", decided_by=by))


async def create_claim(conn: AsyncConnection, nonce: str, at: int = 0) -> None:
    """Make a one-time claim of owner rights valid; an unused earlier one ends."""
    await conn.execute(claims.delete().where(claims.c.claimed_at.is_(None)))
    await conn.execute(claims.insert().values(nonce=nonce, at=at))


async def open_claim(conn: AsyncConnection) -> str | None:
    """The nonce that still waits for its owner (printed again at the next start)."""
    nonce: str | None = (await conn.execute(select(claims.c.nonce).where(claims.c.claimed_at.is_(None)))).scalar()
    return nonce


async def claim(conn: AsyncConnection, nonce: str, channel: str, user_id: str, at: int) -> bool:
    """Use a nonce: the person becomes owner. False if it is unknown or used (by the same person again: True)."""
    mine = and_(claims.c.nonce == nonce, claims.c.claimed_at.is_(None))
    taken = await conn.execute(update(claims).where(mine).values(channel=channel, user_id=user_id, claimed_at=at))
    if taken.rowcount == 0:
        used = and_(claims.c.nonce == nonce, claims.c.channel == channel, claims.c.user_id == user_id)
        return (await conn.execute(select(claims.c.nonce).where(used))).first() is not None
    await set_person(conn, channel, user_id, role="owner", at=at)
    return True


async def _with_role(conn: AsyncConnection, role: str, channel: str | None) -> list[PersonRow]:
    query = select(people).where(people.c.role == role).order_by(people.c.at, people.c.channel, people.c.user_id)
    if channel is not None:
        query = query.where(people.c.channel == channel)
    return [_person(row) for row in await conn.execute(query)]


def _is(channel: str, user_id: str) -> Any:
    return and_(people.c.channel == channel, people.c.user_id == user_id)


def _person(row: Row[Any]) -> PersonRow:
    return PersonRow(**row._mapping)
