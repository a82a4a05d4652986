"""Notices for those who run the bot: in the ops topic where there is one, else to each owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.house import House
from storage import outbox, routes
from storage.outbox import NewRow

Place = tuple[str, str]


async def ops_places(house: House, conn: AsyncConnection) -> list[Place]:
    """Where they read: the topics that `/route ops` named, else the owners' own chats."""
    named = {("telegram", route["ops"]) for route in (await routes.everywhere(conn)).values() if "ops" in route}
    open_now = {line.name for line in house.people.lines}
    topics = sorted(place for place in named if place[0] in open_now)
    return topics or await house.people.owners(house.config.owner_ids, conn)


async def tell_ops(
    house: House, kind: str, key: str, payload: Mapping[str, Any], expires_at: int | None = None
) -> None:
    """One notice of a kind; the same `key` again is no news, and after `expires_at` (ms) it is none either."""
    now = house.market.clock.now_ms()
    what = (None, kind, key, payload, outbox.PRIORITY["notice"], now, None, expires_at)
    async with house.db.write() as conn:
        places = await ops_places(house, conn)
        await outbox.enqueue_many(conn, [NewRow(channel, address, "notice", *what) for channel, address in places])
    house.people.nudge()
