"""/active: every open signal with its R at the newest price, its state and the time it has left."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk
from bot.commands.live import Price, Status
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.over import over_of
from bot.messages.reader import Reader, ticker
from bot.messages.unrealised import ends_at, unrealised_r
from bot.ports import Answer, Button, Message
from storage import signals
from storage.signals import ProgressRow, StoredSignal

NAMESPACE = "o"
LISTED = 20
OLD_S = 120


async def active(desk: Desk, caller: Caller) -> Answer:
    """Answer /active."""
    return Answer(messages=(await _message(desk, caller.reader),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """Refresh: the same message with newer prices."""
    if not caller.may_read:
        return Answer(toast=caller.own.plain("toast-unknown"))
    return Answer(edit=await _message(desk, caller.reader), fallback_edit=True)


async def _message(desk: Desk, reader: Reader) -> Message:
    live, now = await desk.status(), desk.clock.now_ms()
    async with desk.db.read() as conn:
        found = [(one, await signals.progress_of(conn, one.signal_id)) for one in await signals.active(conn)]
    rows = [(one, steps) for one, steps in found if over_of(steps) is None]  # else only a calculation goes on
    return active_message(rows[-LISTED:], live, now, len(rows), reader)


def active_message(
    rows: list[tuple[StoredSignal, list[ProgressRow]]], live: Status, now: int, count: int, reader: Reader
) -> Message:
    """Newest first; beyond LISTED only the count is told."""
    again = ((Button(reader.plain("button-refresh"), tap_data(NAMESPACE)),),)
    title = reader.html("active-title", count=reader.number(count), at=reader.clock(now))
    if not rows:
        return message(lines(title, reader.html("active-none")), again)
    told = [line for one, progress in reversed(rows) for line in open_lines(one, progress, live, now, reader)]
    return message(lines(title, *told, "", reader.html("active-net")), again)


def open_lines(one: StoredSignal, progress: list[ProgressRow], live: Status, now: int, reader: Reader) -> list[str]:
    """One open signal: its name, state and time left, and R at the newest price, after an empty line."""
    price = live.prices.get(one.pair)
    left = max(0, ends_at(one.document, progress, one.ts) - now) / 1000
    found = [
        "",
        reader.html("active-head", number=str(one.number), ticker=ticker(one.pair), side=one.side),
        reader.html("active-state", state=reader.plain("signal-state", state=one.state), span=reader.span(left)),
    ]
    if price is None:
        return [*found, reader.html("active-no-price")]
    r = unrealised_r(one.document, progress, price.price)
    shown = reader.number(price.price)
    if r is None:
        return [*found, reader.html("active-price", price=shown), *_old(price, now, reader)]
    return [*found, reader.html("active-r", r=reader.r(float(r)), price=shown), *_old(price, now, reader)]


def _old(price: Price, now: int, reader: Reader) -> list[str]:
    """A price that is not of now says so."""
    age = (now - price.ts) / 1000
    return [reader.html("active-old", span=reader.span(age))] if age > OLD_S else []
