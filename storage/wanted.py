"""Which pairs a chat wants (preference `pairs` of the chat: instruments with commas; nothing chosen is all)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import preferences
from storage.chats import Chat
from storage.schema import outbox, signals

NAME = "pairs"


def read_pairs(value: str | None) -> frozenset[str]:
    """The chosen pairs; empty means all.

    >>> sorted(read_pairs("B-USDT-SWAP, A-USDT-SWAP")), read_pairs(None)
    (['A-USDT-SWAP', 'B-USDT-SWAP'], frozenset())
    """
    return frozenset(name.strip() for name in (value or "").split(",") if name.strip())


async def wanting(conn: AsyncConnection, chats: Iterable[Chat], pair: str) -> list[Chat]:
    """Those of the chats that want this pair."""
    chosen = await preferences.named(conn, "chat", NAME)
    return [
        chat for chat in chats if not (pairs := read_pairs(chosen.get((chat.channel, chat.address)))) or pair in pairs
    ]


async def following(conn: AsyncConnection, chats: Iterable[Chat], number: int) -> list[Chat]:
    """Those that hear how a signal goes on: who wants its pair, and whoever was sent it, whatever they want now."""
    listed = list(chats)
    pair = (await conn.execute(select(signals.c.pair).where(signals.c.number == number))).scalar()
    wants = {(chat.channel, chat.address) for chat in await wanting(conn, listed, pair or "")}
    query = select(outbox.c.channel, outbox.c.address).where(outbox.c.number == number, outbox.c.kind == "signal")
    sent = {(channel, address) for channel, address in await conn.execute(query)}
    return [chat for chat in listed if (chat.channel, chat.address) in wants | sent]
