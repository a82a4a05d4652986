"""/costs: what WhatsApp carried in the last days, what it cost, and what it did not carry. For owners."""

from __future__ import annotations

from collections import defaultdict

from bot.commands.audited import note
from bot.commands.desk import Caller, Desk, reply
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer
from storage import whatsapp
from storage.whatsapp import Cost

DAYS = 30
MOST_DAYS = 366
DAY_MS = 86_400_000
# ITU calling codes of one and two digits; all others have three.
_ONE = frozenset({1, 7})
_TWO = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82, 84, 86,
     *range(90, 96), 98}
)  # fmt: skip


async def costs(desk: Desk, caller: Caller) -> Answer:
    """Answer /costs [days]."""
    asked = caller.incoming.args.strip()
    if asked and (not asked.isdecimal() or len(asked) > 9 or not 1 <= int(asked) <= MOST_DAYS):
        return reply(caller.reader, "costs-usage")
    days = int(asked) if asked else DAYS
    since = desk.clock.now_ms() - days * DAY_MS
    async with desk.db.read() as conn:
        rows = await whatsapp.costs(conn, since)
        counts = await whatsapp.counts(conn, since)
        held = await whatsapp.held(conn)
    await note(desk, caller, "costs", detail=str(days))
    return Answer(messages=(message(told(rows, counts, held, days, caller.reader)),))


def told(rows: list[Cost], counts: dict[str, int], held: int, days: int, reader: Reader) -> str:
    """The answer's lines."""
    title = reader.html("costs-title", days=str(days))
    if not rows and not counts and not held:
        return lines(title, reader.html("costs-none"))
    failed = sum(counts.get(status, 0) for status in whatsapp.FAILED)
    read = counts.get("read", 0)
    return lines(
        title,
        *_by_country(rows, reader),
        *_prices(rows, reader),
        reader.html(
            "costs-statuses",
            delivered=reader.number(counts.get("delivered", 0) + read),
            read=reader.number(read),
            failed=reader.number(failed),
        ),
        reader.html("costs-held", held=reader.number(held), telegram=reader.number(counts.get("telegram", 0))),
    )


def _by_country(rows: list[Cost], reader: Reader) -> list[str]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        found[row.category, calling_code(row.prefix)] += row.messages
    return [
        reader.html(
            "costs-row",
            category=reader.plain("costs-category", category=category),
            country=country,
            messages=reader.number(count),
        )
        for (category, country), count in sorted(found.items())
    ]


def _prices(rows: list[Cost], reader: Reader) -> list[str]:
    found: dict[str, tuple[int, float]] = {}
    for row in rows:
        if row.priced:
            count, price = found.get(row.currency, (0, 0.0))
            found[row.currency] = (count + row.priced, price + row.price)
    if not found:
        return [reader.html("costs-unpriced")]
    return [
        reader.html(
            "costs-price", priced=reader.number(count), price=reader.number(round(price, 4), 4), currency=currency
        )
        for currency, (count, price) in sorted(found.items())
    ]


def calling_code(phone: str) -> str:
    """The country's part of a number.

    >>> calling_code("+6281"), calling_code("+1415"), calling_code("+9711"), calling_code("ID.4")
    ('+62', '+1', '+971', '?')
    """
    digits = phone.removeprefix("+")
    if not digits.isdecimal():
        return "?"
    size = 1 if int(digits[:1]) in _ONE else 2 if int(digits[:2]) in _TWO else 3
    return f"+{digits[:size]}"
