"""Short notices to people about people: who reads as owner or admin, and what is put into the outbox for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import grants, outbox, people
from storage.outbox import NewRow

Place = tuple[str, str]


async def owner_addresses(conn: AsyncConnection, by_setting: Set[Place]) -> list[Place]:
    """Where owners read: a person's private chat has the person's id as address; the web has one chat, `web`."""
    claimed = {(row.channel, row.user_id) for row in await people.owners(conn)}
    return sorted({private_place(channel, user) for channel, user in claimed | by_setting})


async def keeper_addresses(conn: AsyncConnection, by_setting: Set[Place]) -> list[Place]:
    """Where those read who may let people in: owners and admins."""
    admins = [one for one in await grants.members(conn, ("member",)) if one.granted == "admin"]
    mine = {private_place(one.channel, one.user_id) for one in admins}
    return sorted(mine | set(await owner_addresses(conn, by_setting)))


def own_place(channel: str, user_id: str) -> Place | None:
    """The chat that is one person's alone; the web chat is everyone's."""
    return None if channel == "web" else (channel, user_id)


def private_place(channel: str, user_id: str) -> Place:
    """Where one person is written to."""
    return channel, "web" if channel == "web" else user_id


async def notify(
    conn: AsyncConnection, places: Iterable[Place], kind: str, key: str, payload: Mapping[str, str], now: int
) -> None:
    """A notice of a kind to each place; the same `key` again is no news."""
    what = (None, kind, key, dict(payload), outbox.PRIORITY["notice"], now)
    await outbox.enqueue_many(conn, [NewRow(channel, address, "notice", *what) for channel, address in places])
