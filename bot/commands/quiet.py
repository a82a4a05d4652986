"""/quiet: hours in which nothing rings, of a person's chat or a group."""

from __future__ import annotations

import re

from bot.commands.choices import may_choose, rows
from bot.commands.desk import Caller, Desk, reply
from bot.messages.markup import message
from bot.messages.reader import Reader
from bot.ports import Answer, Message
from storage import preferences

NAME = "quiet"
OFF = "off"
OFFERED = ("21:00-06:00", "22:00-06:00", "22:00-07:00", "23:00-07:00", OFF)
_HOURS = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]?([0-5][0-9]))?\s*[-–]\s*([01]?[0-9]|2[0-3])(?:[:.]?([0-5][0-9]))?")


async def quiet(desk: Desk, caller: Caller) -> Answer:
    """Answer /quiet HH:MM-HH:MM, /quiet off, and /quiet with buttons. In a group it is an admin's."""
    asked = caller.incoming.args.strip()
    if asked and not may_choose(caller):
        return reply(caller.reader, "denied-admin")
    if asked and not await choose(desk, caller, asked):
        return reply(caller.reader, "quiet-usage")
    return Answer(messages=(await picker(desk, caller, caller.reader),))


async def choose(desk: Desk, caller: Caller, text: str) -> bool:
    """Keep hours for this chat (in private for the person, too); False for ones that make no sense."""
    off = text.strip().lower() in (OFF, "0")
    value = None if off else read_hours(text)
    if (value is None and not off) or not may_choose(caller):
        return False
    incoming = caller.incoming
    channel = incoming.person.channel
    async with desk.db.write() as conn:
        await preferences.put(conn, "chat", channel, incoming.address, NAME, value)
        if caller.direct:
            await preferences.put(conn, "person", channel, incoming.person.user_id, NAME, value)
    return True


async def chosen(desk: Desk, caller: Caller) -> str | None:
    """The hours of this chat."""
    async with desk.db.read() as conn:
        return await preferences.get(conn, "chat", caller.incoming.person.channel, caller.incoming.address, NAME)


def read_hours(text: str) -> str | None:
    """From-to in the one form that is kept.

    >>> read_hours("22-6"), read_hours("22.30 - 07:00"), read_hours("2200-0600"), read_hours("7-7"), read_hours("25-3")
    ('22:00-06:00', '22:30-07:00', '22:00-06:00', None, None)
    """
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    start = f"{int(found[1]):02d}:{found[2] or '00'}"
    end = f"{int(found[3]):02d}:{found[4] or '00'}"
    return None if start == end else f"{start}-{end}"


async def picker(desk: Desk, caller: Caller, reader: Reader) -> Message:
    """What rings in those hours, and hours to choose from."""
    now = await chosen(desk, caller)
    values = [(one.replace(":", ""), reader.plain("choice-off") if one == OFF else one) for one in OFFERED]
    text = reader.html("quiet-now", hours=now or "none", zone=reader.zone_name(desk.clock.now_ms()))
    return message(text, rows(NAME, values, ((now or OFF).replace(":", ""),), reader))
