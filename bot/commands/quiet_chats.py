"""Chats that stop taking what we send: they fall silent, and owners are told once, with the mend."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.letters import Place, notify, owner_addresses
from storage import chats, grants, quiet

ONCE_MS = 3_600_000
TOLD = ("rights", "topic_closed", "not_found", "blocked", "left")


async def fall_silent(
    conn: AsyncConnection, owners: Set[Place], channel: str, address: str, reason: str, now: int
) -> None:
    """Stop sending to an address; for a group, its topic or a channel the owners hear why. `owners`: by setting."""
    if not await quiet.silence(conn, channel, address, reason) or _is_persons(channel, address):
        return
    if reason in TOLD:
        key = f"quiet:{address.partition(':')[0]}:{reason}:{now // ONCE_MS}"
        payload = {"reason": reason, "chat": await _named(conn, channel, address)}
        await notify(conn, await owner_addresses(conn, owners), "quiet", key, payload, now)


async def wake_up(conn: AsyncConnection, owners: Set[Place], channel: str, address: str, now: int) -> None:
    """Send to an address again; what it missed is caught up, and owners hear of a group that is back."""
    known = await chats.chat(conn, channel, address)
    await quiet.wake(conn, channel, address, now)
    if known is not None and known.reason in TOLD and not _is_persons(channel, address):
        key = f"awake:{address.partition(':')[0]}:{now // ONCE_MS}"
        payload = {"chat": await _named(conn, channel, address)}
        await notify(conn, await owner_addresses(conn, owners), "awake", key, payload, now)


async def may_wake(conn: AsyncConnection, channel: str, address: str, reasons: tuple[str, ...]) -> bool:
    """Whether a chat is silent for one of these reasons, and nothing else keeps signals from it."""
    known = await chats.chat(conn, channel, address)
    if known is None or known.active or known.reason not in reasons:
        return False
    person = await grants.member(conn, channel, address)
    return person is None or person.granted != "viewer"


def _is_persons(channel: str, address: str) -> bool:
    return channel != "telegram" or address[:1] not in ("-", "@")


async def _named(conn: AsyncConnection, channel: str, address: str) -> str:
    known = await chats.chat(conn, channel, address)
    return address if known is None or not known.title else f"{known.title} ({address})"
