"""/risk: what one R is for a person, for the size card and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.commands.choices import rows
from bot.commands.desk import Caller, Desk, reply
from bot.commands.size import risk_of
from bot.commands.typed import readings
from bot.messages.markup import message
from bot.messages.reader import Reader
from bot.messages.size_card import amount, plain_number
from bot.ports import Answer, Message
from storage import preferences

NAME = "risk"
OFFERED = ("10", "25", "50", "100", "250", "0")
MOST = Decimal(1_000_000)
_AMOUNT = re.compile(r"\$?\s*([0-9.,]{1,20})\s*(?:\$|usdt|usd)?", re.IGNORECASE)


async def risk(desk: Desk, caller: Caller) -> Answer:
    """Answer /risk AMOUNT (0: none), and /risk with buttons. In private only."""
    if not caller.direct:
        return reply(caller.reader, "private-only")
    asked = caller.incoming.args.strip()
    if not asked:
        return Answer(messages=(await picker(desk, caller, caller.reader),))
    if not await choose(desk, caller, asked):
        return reply(caller.reader, "risk-usage", most=caller.reader.number(MOST))
    return Answer(messages=(await picker(desk, caller, caller.reader),))


async def choose(desk: Desk, caller: Caller, text: str) -> bool:
    """Keep an amount; False for one that makes no sense."""
    value, who = read_risk(text), caller.incoming.person
    if value is None or not caller.direct:
        return False
    async with desk.db.write() as conn:
        kept = plain_number(value) if value else None
        await preferences.put(conn, "person", who.channel, who.user_id, NAME, kept)
    return True


def read_risk(text: str) -> Decimal | None:
    """An amount of quote units, as people write it; three digits behind a point or comma are thousands.

    >>> read_risk("$25"), read_risk("12,5 usdt"), read_risk("0"), read_risk("-3"), read_risk("lots")
    (Decimal('25'), Decimal('12.5'), Decimal('0'), None, None)
    >>> read_risk("1.000"), read_risk("1,000")
    (Decimal('1000'), Decimal('1000'))
    """
    found = _AMOUNT.fullmatch(text.strip())
    value = None if found is None else next(readings(found[1]), None)
    return value if value is not None and value <= MOST else None


async def picker(desk: Desk, caller: Caller, reader: Reader) -> Message:
    """What it is, and amounts to choose from."""
    value = await risk_of(desk, caller)
    choices = [(one, one if one != "0" else reader.plain("choice-off")) for one in OFFERED]
    chosen = "0" if value is None else plain_number(value)
    shown = "none" if value is None else amount(value, reader)
    return message(reader.html("risk-now", risk=shown), rows(NAME, choices, (chosen,), reader, 3))
