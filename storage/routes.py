"""Which topic of a Telegram group gets what: signals, results and ops, where its owner said so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import preferences

What = Literal["signals", "results", "ops"]
WHATS: tuple[What, ...] = ("signals", "results", "ops")
NAME = "routes"


async def of(conn: AsyncConnection, chat: str) -> dict[str, str]:
    """The addresses in a group (its id without a topic) by what they get; what is not named stays where it is."""
    return _read(await preferences.get(conn, "chat", "telegram", chat, NAME))


async def put(conn: AsyncConnection, chat: str, routes: Mapping[str, str]) -> None:
    """Keep the addresses in place of the ones before; none forgets them."""
    value = json.dumps(dict(routes), sort_keys=True) if routes else None
    await preferences.put(conn, "chat", "telegram", chat, NAME, value)


async def everywhere(conn: AsyncConnection) -> dict[str, dict[str, str]]:
    """The routes of every chat that has any, by chat."""
    named = await preferences.named(conn, "chat", NAME)
    return {chat: _read(value) for (channel, chat), value in named.items() if channel == "telegram"}


def _read(value: str | None) -> dict[str, str]:
    found = {} if value is None else json.loads(value)
    return {what: str(address) for what, address in found.items() if what in WHATS}
