"""/last: the newest signal as it stands, with its buttons."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk, reply
from bot.messages.load import load_view
from bot.messages.signal import signal_message
from bot.ports import Answer
from storage import signals


async def last(desk: Desk, caller: Caller) -> Answer:
    """Answer /last, or /last NUMBER for any other signal."""
    asked = caller.incoming.args.strip().removeprefix("#")
    if asked and not (asked.isascii() and asked.isdigit()):
        return reply(caller.reader, "number-usage", command="last")
    async with desk.db.read() as conn:
        number = int(asked) if asked else await signals.next_number(conn) - 1
        view = await load_view(conn, number)
    if view is None:
        return reply(caller.reader, "note-signal-gone" if asked else "signals-none")
    return Answer(messages=(signal_message(view, caller.reader),))
