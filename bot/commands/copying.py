"""/copy: whether this chat also gets texts that copying bots read, of which form, and of which signals."""

from __future__ import annotations

from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk, reply
from bot.messages.copy_trade.check import FORMS
from bot.ports import Answer
from storage import audit, preferences

NAME = "copy"


async def copying(desk: Desk, caller: Caller) -> Answer:
    """Answer /copy [cornix|3commas|off] [all]."""
    incoming, words = caller.incoming, caller.incoming.args.lower().split()
    channel, address = incoming.person.channel, incoming.address
    if not words:
        async with desk.db.read() as conn:
            now = await preferences.get(conn, "chat", channel, address, NAME)
        return reply(caller.reader, "copy-now", form=now or "off")
    form, rest = words[0], words[1:]
    if form not in (*FORMS, "off") or rest not in ([], ["all"]) or (form == "off" and rest):
        return reply(caller.reader, "copy-usage")
    value = None if form == "off" else " ".join(words)
    async with desk.db.write() as conn:
        await preferences.put(conn, "chat", channel, address, NAME, value)
        await audit.record(conn, actor(caller), NAME, f"{channel}:{address}", value or "off", desk.clock.now_ms())
    return reply(caller.reader, "copy-now", form=value or "off")
