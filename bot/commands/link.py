"""/link: one person on Telegram, WhatsApp and the web has one vote a signal."""

from __future__ import annotations

import secrets

from bot.commands.desk import Caller, Desk, reply
from bot.ports import Answer
from storage import identities

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8


async def link(desk: Desk, caller: Caller) -> Answer:
    """Answer /link (shows a code) and /link CODE (on the other channel: uses it). In private only."""
    if not caller.direct:
        return reply(caller.reader, "private-only")
    who, now = caller.incoming.person, desk.clock.now_ms()
    typed = caller.incoming.args.strip().upper()
    async with desk.db.write() as conn:
        if not typed:
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            await identities.show_code(conn, who.channel, who.user_id, code, now)
            return reply(caller.reader, "link-code", code=code, minutes=identities.CODE_MS // 60_000)
        giver = await identities.link(conn, typed[:LENGTH], who.channel, who.user_id, now)
    if giver is None:
        return reply(caller.reader, "link-wrong")
    return reply(caller.reader, "link-done", channel=giver[0])
