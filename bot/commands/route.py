"""/route: signals, results or ops of a group into the topic in which it is written."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk, reply
from bot.ports import Answer
from storage import audit, quiet, routes
from storage.routes import WHATS


async def route(desk: Desk, caller: Caller) -> Answer:
    """Answer /route [signals|results|ops|off]."""
    incoming, wanted = caller.incoming, caller.incoming.args.strip().lower()
    here, chat = incoming.address, incoming.address.partition(":")[0]
    if incoming.person.channel != "telegram" or wanted not in ("", "off", *WHATS):
        return reply(caller.reader, "route-usage")
    async with desk.db.write() as conn:
        now = await routes.of(conn, chat)
        if not wanted:
            return _shown(caller, now, here)
        if wanted in ("signals", "results") and (incoming.private or not await _gets_signals(conn, chat)):
            return reply(caller.reader, "route-unknown")
        fresh = {what: place for what, place in now.items() if place != here}
        await routes.put(conn, chat, fresh if wanted == "off" else {**now, wanted: here})
        await audit.record(conn, actor(caller), "route", f"telegram:{here}", wanted, desk.clock.now_ms())
    return reply(caller.reader, "route-done", what=wanted)


def _shown(caller: Caller, now: dict[str, str], here: str) -> Answer:
    signals, results, ops = ("yes" if now.get(what) == here else "no" for what in WHATS)
    return reply(caller.reader, "route-now", signals=signals, results=results, ops=ops)


async def _gets_signals(conn: AsyncConnection, chat: str) -> bool:
    return any(place.active for place in await quiet.places(conn, "telegram", chat))
