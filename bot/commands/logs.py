"""/logs: the newest lines of the log for an admin's eyes, in a private chat only."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk, reply
from bot.messages.markup import escape, lines, message
from bot.ports import Answer

SHOWN = 15
MOST = 40
LONGEST = 3_000


async def logs(desk: Desk, caller: Caller) -> Answer:
    """Answer /logs [LINES]. Lines may name people and chats: in a group they are not shown."""
    if not caller.direct:
        return reply(caller.reader, "logs-private")
    wanted = caller.incoming.args.strip()
    count = min(MOST, max(1, int(wanted))) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else SHOWN
    said = list(desk.ops.log())[-count:]
    while said and sum(len(line) + 1 for line in said) > LONGEST:
        said.pop(0)
    if not said:
        return reply(caller.reader, "logs-none")
    shown = f"<code>{escape(chr(10).join(said))}</code>"
    return Answer(messages=(message(lines(caller.reader.html("logs-title", count=str(len(said))), shown)),))
