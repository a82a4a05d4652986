"""📐 and /size: one R of a signal in contracts, for the person who asks."""

from __future__ import annotations

from decimal import Decimal

from bot.commands.desk import Caller, Desk, reply, toast
from bot.messages.load import load_view
from bot.messages.size_card import amount, size_card, size_message
from bot.ports import Answer
from storage import preferences, signals


async def size(desk: Desk, caller: Caller) -> Answer:
    """Answer /size [NUMBER]: the newest signal where none is named. In private only: it tells one's risk."""
    asked = caller.incoming.args.strip().removeprefix("#")
    if not caller.direct:
        return reply(caller.reader, "private-only")
    if asked and not (asked.isascii() and asked.isdigit()):
        return reply(caller.reader, "number-usage", command="size")
    async with desk.db.read() as conn:
        number = int(asked) if asked else await signals.next_number(conn) - 1
    return await _card(desk, caller, number)


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """📐 under a signal: the card as a message in private, one line that only the person sees elsewhere."""
    if len(parts) != 1 or not (parts[0].isascii() and parts[0].isdigit()):
        return toast(caller.own, "toast-unknown")
    if not caller.may_read:
        return toast(caller.own, "toast-denied")
    return await _card(desk, caller, int(parts[0]))


async def risk_of(desk: Desk, caller: Caller) -> Decimal | None:
    """What one R is for this person; None where it is not set."""
    who = caller.incoming.person
    async with desk.db.read() as conn:
        value = await preferences.get(conn, "person", who.channel, who.user_id, "risk")
    return None if value is None else Decimal(value)


async def _card(desk: Desk, caller: Caller, number: int) -> Answer:
    async with desk.db.read() as conn:
        view = await load_view(conn, number)
    risk = await risk_of(desk, caller)
    instrument = None if view is None else (await desk.status()).instruments.get(view.document["pair"])
    private = caller.direct
    if view is None:
        return reply(caller.reader, "note-signal-gone") if private else toast(caller.own, "toast-gone")
    if risk is None:
        return reply(caller.reader, "size-no-risk") if private else toast(caller.own, "size-no-risk")
    if instrument is None:
        return reply(caller.reader, "size-no-contract") if private else toast(caller.own, "size-no-contract")
    card = size_card(view.document, instrument, risk)
    if private:
        return Answer(messages=(size_message(view, card, instrument, caller.reader),))
    leverage = str(card.leverage or 1)
    shown = amount(card.contracts, caller.own)
    return toast(caller.own, "toast-size", number=str(number), contracts=shown, leverage=leverage)
