"""/history: everything that the post of a signal in this chat ever said, so that no edit can hide."""

from __future__ import annotations

import re

from bot.commands.desk import Caller, Desk, reply
from bot.messages.markup import escape, fold, lines, message
from bot.messages.reader import Reader
from bot.ports import Answer
from storage import posts, revisions
from storage.revisions import Revision

_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})")


async def history(desk: Desk, caller: Caller) -> Answer:
    """Answer /history [number]; without one, the newest post's."""
    incoming, args = caller.incoming, caller.incoming.args.strip()
    channel, address = incoming.person.channel, incoming.address
    found = _NUMBER.fullmatch(args)
    if args and found is None:
        return reply(caller.reader, "history-usage")
    async with desk.db.read() as conn:
        newest = None if found is not None else await posts.newest(conn, channel, address)
        number = int(found[1]) if found is not None else newest.number if newest is not None else 0
        told = await revisions.of(conn, channel, address, number)
    if not told:
        return reply(caller.reader, "history-none")
    reader = caller.reader
    title = reader.html("history-title", number=str(number), count=len(told))
    return Answer(messages=(message(lines(title, *(_revision(one, reader) for one in told[-10:]))),))


def _revision(one: Revision, reader: Reader) -> str:
    """When, and the part of the post that changes: what stands above its levels."""
    head = one.text.partition("\n\n")[0].split("\n")
    return lines(reader.html("history-row", rev=str(one.rev), at=reader.moment(one.at)), fold(map(escape, head)))
