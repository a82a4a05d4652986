"""✅ took it, and /ledger: what the signals that a person took came to beside the channel."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.typed import price_near
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer
from storage import signals, takes
from storage.takes import Book

_ENTRY = re.compile(r"#?([1-9][0-9]{0,8})(?:\s+([0-9.,]{1,25}))?")


async def ledger(desk: Desk, caller: Caller) -> Answer:
    """Answer /ledger, and /ledger NUMBER [PRICE]: took that one, at that price."""
    who, asked = caller.incoming.person, caller.incoming.args.strip()
    if not caller.direct:
        return reply(caller.reader, "private-only")
    if asked:
        return await _enter(desk, caller, asked)
    async with desk.db.read() as conn:
        found = await takes.book(conn, who.channel, who.user_id)
    return Answer(messages=(message(book_text(found, caller.reader)),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """✅ under a signal: took it; the second tap takes that back. The post stays as it is."""
    found = _ENTRY.fullmatch(parts[0]) if len(parts) == 1 else None
    if found is None:
        return toast(caller.own, "toast-unknown")
    number, incoming = int(found[1]), caller.incoming
    who = incoming.person
    async with desk.db.write() as conn:
        if await signals.get(conn, number) is None:
            return toast(caller.own, "toast-gone")
        mine = number in await takes.taken(conn, who.channel, who.user_id)
        again = await takes.known(conn, who.channel, incoming.event_id)
        now = mine if again else not mine
        await takes.take(conn, number, who, now, None, incoming.at_ms, incoming.event_id)
    return toast(caller.own, "toast-took", number=str(number), taken="yes" if now else "no")


async def _enter(desk: Desk, caller: Caller, asked: str) -> Answer:
    found = _ENTRY.fullmatch(asked)
    if found is None:
        return reply(caller.reader, "ledger-usage")
    number, incoming = int(found[1]), caller.incoming
    async with desk.db.write() as conn:
        signal = await signals.get(conn, number)
        if signal is None:
            return reply(caller.reader, "note-signal-gone")
        price = None if found[2] is None else price_near(found[2], Decimal(signal.document["orders"]["entry"][0]))
        if found[2] is not None and price is None:
            return reply(caller.reader, "ledger-usage")
        told = None if price is None else f"{price:f}"
        await takes.take(conn, number, incoming.person, True, told, incoming.at_ms, incoming.event_id)
    shown = "none" if price is None else caller.reader.number(price)
    return reply(caller.reader, "ledger-entered", number=str(number), price=shown)


def book_text(book: Book, reader: Reader) -> str:
    """Mine beside everyone's, since the first that was taken."""
    if book.since is None:
        return lines(reader.html("ledger-title"), reader.html("ledger-none"))
    return lines(
        reader.html("ledger-title"),
        reader.html("ledger-taken", taken=reader.number(book.taken), closed=reader.number(book.closed)),
        reader.html("ledger-mine", r=reader.r(book.r)),
        reader.html("ledger-channel", r=reader.r(book.channel_r)),
        None if book.slippage_r is None else reader.html("ledger-slippage", r=reader.r(book.slippage_r)),
        reader.html("ledger-open", open=reader.number(book.open)) if book.open else None,
        reader.html("ledger-since", number=str(book.since)),
    )
