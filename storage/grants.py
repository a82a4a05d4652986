"""Finer rights of those who were let in, and everyone of them with the role they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import grants, people
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who was let in or asked to be. `stored` is owner, member or pending; `granted` refines a member."""

    channel: str
    user_id: str
    name: str
    stored: str
    granted: str | None
    at: int
    locale: str | None
    timezone: str | None


async def grant(conn: AsyncConnection, channel: str, user_id: str, role: str, by: str, at: int) -> None:
    """Give a member a role (admin, analyst, subscriber, viewer) in place of the one before; `by` is `channel:user`."""
    fresh = {"role": role, "granted_by": by, "at": at}
    statement = insert(conn, grants).values(channel=channel, user_id=user_id, **fresh)
    await conn.execute(statement.on_conflict_do_update(index_elements=["channel", "user_id"], set_=fresh))


async def revoke(conn: AsyncConnection, channel: str, user_id: str) -> None:
    """Take a finer role back: what stays is what a member has."""
    await conn.execute(grants.delete().where(grants.c.channel == channel, grants.c.user_id == user_id))


async def members(conn: AsyncConnection, stored: tuple[str, ...] = ("owner", "member", "pending")) -> list[Member]:
    """Everyone with one of the stored roles, by name then id."""
    query = _members().where(people.c.role.in_(stored)).order_by(people.c.name, people.c.channel, people.c.user_id)
    return [Member(**row._mapping) for row in await conn.execute(query)]


async def kept_out(conn: AsyncConnection) -> list[Member]:
    """Everyone who was turned down or removed, by name then id; `stored` is none."""
    out = and_(people.c.role == "none", people.c.decided_by.is_not(None))
    query = _members().where(out).order_by(people.c.name, people.c.channel, people.c.user_id)
    return [Member(**row._mapping) for row in await conn.execute(query)]


async def member(conn: AsyncConnection, channel: str, user_id: str) -> Member | None:
    """One person, whatever their role."""
    query = _members().where(people.c.channel == channel, people.c.user_id == user_id)
    row = (await conn.execute(query)).first()
    return None if row is None else Member(**row._mapping)


def _members() -> Any:
    same = and_(grants.c.channel == people.c.channel, grants.c.user_id == people.c.user_id)
    columns = (people.c.channel, people.c.user_id, people.c.name, people.c.role.label("stored"))
    more = (grants.c.role.label("granted"), people.c.at, people.c.locale, people.c.timezone)
    return select(*columns, *more).select_from(people.outerjoin(grants, same))
