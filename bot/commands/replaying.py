"""/replay: a signal made again from what was stored with it; the proof that nobody wrote it afterwards."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk, reply
from bot.made_again import NotMade, made_again
from bot.ports import Answer
from storage import signals

NAMED = 8  # differing keys that are told by name


async def replayed(desk: Desk, caller: Caller) -> Answer:
    """Answer /replay [NUMBER]: the newest signal where none is named."""
    asked = caller.incoming.args.strip().removeprefix("#")
    if asked and not (asked.isascii() and asked.isdigit()):
        return reply(caller.reader, "number-usage", command="replay")
    async with desk.db.read() as conn:
        number = int(asked) if asked else await signals.next_number(conn) - 1
        stored = await signals.get(conn, number)
        if stored is None:
            return reply(caller.reader, "note-signal-gone" if asked else "signals-none")
        try:
            again = await made_again(conn, stored)
        except NotMade as error:
            return reply(caller.reader, "replay-impossible", number=str(number), lacking=error.lacking)
    if again.equal:
        return reply(caller.reader, "replay-equal", number=str(number))
    names = ", ".join([*again.changed][:NAMED])
    return reply(caller.reader, "replay-differs", number=str(number), names=names)
