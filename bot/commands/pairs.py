"""/pairs: of which pairs a chat gets signals. Nothing chosen is all; what was sent is followed to its end."""

from __future__ import annotations

from bot.commands.choices import may_choose, rows
from bot.commands.desk import Caller, Desk, reply
from bot.commands.why import pair_named
from bot.messages.markup import message
from bot.messages.reader import Reader, ticker
from bot.ports import Answer, Message
from storage import preferences
from storage.wanted import NAME, read_pairs

ALL = "all"
LISTED = 60


async def pairs(desk: Desk, caller: Caller) -> Answer:
    """Answer /pairs with buttons, /pairs BTC,ETH and /pairs all. In a group it is an admin's."""
    asked = caller.incoming.args.strip()
    if asked and not may_choose(caller):
        return reply(caller.reader, "denied-admin")
    if asked:
        known = await _known(desk)
        wanted = [pair_named(word, known) for word in asked.replace(",", " ").split()]
        if asked.lower() in (ALL, "semua"):
            wanted = []
        if any(one is None for one in wanted):
            return reply(caller.reader, "pairs-usage", pairs=", ".join(ticker(one) for one in known[:12]))
        await _keep(desk, caller, {one for one in wanted if one is not None})
    return Answer(messages=(await picker(desk, caller, caller.reader),))


async def choose(desk: Desk, caller: Caller, value: str) -> bool:
    """Put a pair in or take it out (a chat that wanted all begins with this one alone)."""
    if not may_choose(caller):
        return False
    if value == ALL:
        await _keep(desk, caller, set())
        return True
    if value not in await _known(desk):
        return False
    await _keep(desk, caller, set(await chosen(desk, caller)) ^ {value})
    return True


async def chosen(desk: Desk, caller: Caller) -> frozenset[str]:
    """The pairs of this chat; empty means all."""
    async with desk.db.read() as conn:
        value = await preferences.get(conn, "chat", caller.incoming.person.channel, caller.incoming.address, NAME)
    return read_pairs(value)


async def picker(desk: Desk, caller: Caller, reader: Reader) -> Message:
    """Every watched pair as a switch."""
    now, known = await chosen(desk, caller), await _known(desk)
    choices = [(ALL, reader.plain("choice-all")), *((one, ticker(one)) for one in known[:LISTED])]
    count = len(now) or len(known)
    text = reader.html("pairs-now", count=reader.number(count), all=reader.number(len(known)))
    return message(text, rows(NAME, choices, sorted(now) or (ALL,), reader, 3))


async def _keep(desk: Desk, caller: Caller, wanted: set[str]) -> None:
    incoming = caller.incoming
    value = ",".join(sorted(wanted)) or None
    async with desk.db.write() as conn:
        await preferences.put(conn, "chat", incoming.person.channel, incoming.address, NAME, value)


async def _known(desk: Desk) -> list[str]:
    return [feed.pair for feed in (await desk.status()).feeds]
