"""Where Telegram groups went that got a new id: settings still name the old one."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import preferences

NAME = "moved_to"
MOST = 10


async def note(conn: AsyncConnection, channel: str, old: str, new: str) -> None:
    """A chat got a new id; topics stay what they are."""
    was, now = old.partition(":")[0], new.partition(":")[0]
    if was != now:
        await preferences.put(conn, "chat", channel, was, NAME, now)


async def newest(conn: AsyncConnection, channel: str, address: str) -> str:
    """The address under which a configured chat is known now."""
    chat, colon, topic = address.partition(":")
    for _ in range(MOST):
        moved = await preferences.get(conn, "chat", channel, chat, NAME)
        if moved is None:
            break
        chat = moved
    return f"{chat}{colon}{topic}"
