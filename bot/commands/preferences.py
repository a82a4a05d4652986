"""/lang and /timezone: how a person and a chat read."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale
from babel.lists import format_list

from bot.commands.audited import actor
from bot.commands.choices import rows
from bot.commands.desk import Caller, Desk, reply
from bot.i18n import LOCALES
from bot.messages.markup import message
from bot.messages.reader import Reader
from bot.ports import Answer, Message
from storage import audit, chats, people

OFFERED_ZONES = {
    "Asia/Jakarta": "WIB Jakarta",
    "Asia/Makassar": "WITA Makassar",
    "Asia/Jayapura": "WIT Jayapura",
    "Asia/Singapore": "Singapore",
    "Asia/Tokyo": "Tokyo",
    "Asia/Dubai": "Dubai",
    "Europe/London": "London",
    "America/New_York": "New York",
    "UTC": "UTC",
}
AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_SHORT = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}


async def lang(desk: Desk, caller: Caller) -> Answer:
    """Answer /lang CODE. In a group only an owner changes it, for the group."""
    wanted = language_named(caller.incoming.args)
    if wanted is None:
        return Answer(messages=(language_picker(caller.reader),))
    if not await keep_language(desk, caller, wanted):
        return reply(caller.reader, "denied-owner")
    return reply(Reader(wanted, caller.reader.zone), "lang-done")


async def timezone(desk: Desk, caller: Caller) -> Answer:
    """Answer /timezone ZONE. In a group only an owner changes it, for the group."""
    found = zone_named(caller.incoming.args)
    if found is None and caller.incoming.args.strip():
        return reply(caller.reader, "timezone-usage")
    if found is None:
        return Answer(messages=(zone_picker(caller.reader, desk.clock.now_ms()),))
    if await keep_zone(desk, caller, found) is None:
        return reply(caller.reader, "denied-owner")
    reader = Reader(caller.reader.locale, ZoneInfo(found))
    return reply(reader, "timezone-done", zone=found, at=reader.clock(desk.clock.now_ms()))


def may_keep(caller: Caller) -> bool:
    """In private everyone for themselves, elsewhere the owner for all."""
    return caller.incoming.private or caller.is_owner


async def keep_language(desk: Desk, caller: Caller, code: str) -> bool:
    """From now on this language; False where there is none such, or where this person may not."""
    if code not in LOCALES or not may_keep(caller):
        return False
    await _keep(desk, caller, locale=code)
    return True


async def keep_zone(desk: Desk, caller: Caller, name: str) -> str | None:
    """From now on this zone; None where there is none such, or where this person may not."""
    found = zone_named(name) if may_keep(caller) else None
    if found is not None:
        await _keep(desk, caller, timezone=found)
    return found


def language_picker(reader: Reader) -> Message:
    """Every language we have, in its own words."""
    choices = format_list([f"/lang {code}" for code in LOCALES], style="or", locale=reader.locale)
    names = [(code, Reader(code, reader.zone).plain("language-name")) for code in LOCALES]
    return message(reader.html("lang-usage", choices=choices), rows("lang", names, (reader.locale,), reader))


def zone_picker(reader: Reader, now: int) -> Message:
    """The zones that most readers live in; any other is typed."""
    text = reader.html("timezone-now", zone=str(reader.zone), at=reader.clock(now))
    return message(text, rows("zone", OFFERED_ZONES.items(), (str(reader.zone),), reader))


def language_named(text: str) -> str | None:
    """The language people mean: its code, or what it is called in any of ours.

    >>> language_named(" ID "), language_named("inggris"), language_named("klingon"), language_named("")
    ('id', 'en', None, None)
    """
    return _languages().get(text.strip().lower())


@cache
def _languages() -> dict[str, str]:
    known = {code: Locale.parse(code) for code in LOCALES}
    names = {str(mine.get_language_name(other)).lower(): code for code, mine in known.items() for other in LOCALES}
    return names | {code: code for code in LOCALES}


def zone_named(text: str) -> str | None:
    """The zone people mean: an IANA name in any case, its city alone, or WIB, WITA, WIT.

    >>> zone_named("wita"), zone_named("asia/jakarta"), zone_named("kuala lumpur"), zone_named("../etc/passwd")
    ('Asia/Makassar', 'Asia/Jakarta', 'Asia/Kuala_Lumpur', None)
    """
    wanted = text.strip().lower().replace(" ", "_")
    return _SHORT.get(wanted) or _zones().get(wanted)


@cache
def _zones() -> dict[str, str]:
    whole = {name.lower(): name for name in available_timezones()}
    cities: dict[str, set[str]] = {}
    for name in whole.values():
        area, _, city = name.partition("/")
        if area in AREAS and "/" not in city:
            cities.setdefault(city.lower(), set()).add(name)
    return {city: names.pop() for city, names in cities.items() if len(names) == 1} | whole


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
        if not incoming.private:
            target, said = f"{channel}:{incoming.address}", " ".join(filter(None, (locale, timezone)))
            await audit.record(conn, actor(caller), "chat", target, said, now)
