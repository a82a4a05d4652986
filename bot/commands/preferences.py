"""/lang and /timezone: how a person and a chat read."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.lists import format_list

from bot.commands.desk import Caller, Desk, reply
from bot.i18n import LOCALES
from bot.messages.reader import Reader
from bot.ports import Answer
from storage import chats, people

_SHORT = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}


async def lang(desk: Desk, caller: Caller) -> Answer:
    """Answer /lang CODE. In a group only an owner changes it, for the group."""
    wanted = caller.incoming.args.strip().lower()
    if wanted not in LOCALES:
        choices = format_list([f"/lang {code}" for code in LOCALES], style="or", locale=caller.reader.locale)
        return reply(caller.reader, "lang-usage", choices=choices)
    if not caller.incoming.private and not caller.is_owner:
        return reply(caller.reader, "denied-owner")
    await _keep(desk, caller, locale=wanted)
    return reply(Reader(wanted, caller.reader.zone), "lang-done")


async def timezone(desk: Desk, caller: Caller) -> Answer:
    """Answer /timezone ZONE. In a group only an owner changes it, for the group."""
    found = zone_named(caller.incoming.args)
    if found is None:
        return reply(caller.reader, "timezone-usage")
    if not caller.incoming.private and not caller.is_owner:
        return reply(caller.reader, "denied-owner")
    await _keep(desk, caller, timezone=found)
    reader = Reader(caller.reader.locale, ZoneInfo(found))
    return reply(reader, "timezone-done", zone=found, at=reader.clock(desk.clock.now_ms()))


def zone_named(text: str) -> str | None:
    """The zone people mean: an IANA name in any case, or WIB, WITA, WIT.

    >>> zone_named("wita"), zone_named("asia/jakarta"), zone_named("../etc/passwd")
    ('Asia/Makassar', 'Asia/Jakarta', None)
    """
    wanted = text.strip().lower().replace(" ", "_")
    return _SHORT.get(wanted) or _zones().get(wanted)


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


async def _keep(desk: Desk, caller: Caller, *, locale: str | None = None, timezone: str | None = None) -> None:
    """In private for the person and, where it is known, the chat; in a group for the chat."""
    incoming = caller.incoming
    channel, now = incoming.person.channel, desk.clock.now_ms()
    async with desk.db.write() as conn:
        if incoming.private:
            who = incoming.person
            await people.set_person(conn, channel, who.user_id, name=who.name, locale=locale, timezone=timezone, at=now)
        if not incoming.private or await chats.chat(conn, channel, incoming.address) is not None:
            await chats.upsert_chat(conn, channel, incoming.address, locale=locale, timezone=timezone, at=now)
