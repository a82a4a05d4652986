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
    return _read(chat, await preferences.get(conn, "chat", "telegram", chat, NAME))


async def put(conn: AsyncConnection, chat: str, routes: Mapping[str, str]) -> None:
    """Keep the addresses in place of the ones before; none forgets them."""
    topics = {what: address.partition(":")[2] for what, address in routes.items()}
    value = json.dumps(topics, sort_keys=True) if topics else None
    await preferences.put(conn, "chat", "telegram", chat, NAME, value)


async def everywhere(conn: AsyncConnection) -> dict[str, dict[str, str]]:
    """The routes of every chat that has any, by chat."""
    named = await preferences.named(conn, "chat", NAME)
    return {chat: _read(chat, value) for (channel, chat), value in named.items() if channel == "telegram"}


def _read(chat: str, value: str | None) -> dict[str, str]:
    """What is kept is the topic alone: a group that gets a new id keeps its routes."""
    found = {} if value is None else json.loads(value)
    return {what: f"{chat}:{topic}" if topic else chat for what, topic in found.items() if what in WHATS}
