"""What an owner or admin did, written down: who, what, to whom."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk
from storage import audit


def actor(caller: Caller) -> tuple[str, str]:
    """Who does it, as the audit names them."""
    return caller.incoming.person.channel, caller.incoming.person.user_id


async def note(desk: Desk, caller: Caller, action: str, target: str = "", detail: str = "") -> None:
    """Write a deed down that has no transaction of its own in the store (an event for the engine, a setting)."""
    async with desk.db.write() as conn:
        await audit.record(conn, actor(caller), action, target, detail, desk.clock.now_ms())
