"""/signals: what was published, newest first, a page at a time in one message."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import Caller, Desk
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.over import over_of
from bot.messages.reader import Reader, ticker
from bot.messages.states import ended_words, mark, result
from bot.messages.width import packed
from bot.ports import Answer, Button, Message
from storage import outcomes, signals
from storage.outcomes import StoredOutcome
from storage.signals import StoredSignal

NAMESPACE = "g"
PAGE = 8
LARGEST = 1_000_000_000


async def listed(desk: Desk, caller: Caller) -> Answer:
    """Answer /signals."""
    return Answer(messages=(await _page(desk, caller.reader, LARGEST),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """Older or newer: the same message with another page."""
    if not (caller.may_read and len(parts) == 1 and parts[0].isascii() and parts[0].isdigit()):
        return Answer(toast=caller.own.plain("toast-unknown"))
    return Answer(edit=await _page(desk, caller.reader, min(LARGEST, int(parts[0]))), fallback_edit=True)


async def _page(desk: Desk, reader: Reader, before: int) -> Message:
    async with desk.db.read() as conn:
        newest = await signals.next_number(conn) - 1
        found = await signals.latest(conn, PAGE + 1, before)
        shown = found[:PAGE]
        rows = [await _row(conn, one, reader) for one in shown]
    if not shown:
        return message(lines(reader.html("signals-title"), reader.html("signals-none")))
    row = []
    if shown[0].number < newest:
        row.append(Button(reader.plain("page-newer"), tap_data(NAMESPACE, shown[0].number + PAGE + 1)))
    if len(found) > PAGE:
        row.append(Button(reader.plain("page-older"), tap_data(NAMESPACE, shown[-1].number)))
    return message(lines(reader.html("signals-title"), *rows), (tuple(row),) if row else ())


async def _row(conn: AsyncConnection, one: StoredSignal, reader: Reader) -> str:
    ended = await outcomes.get(conn, one.number)
    over = None if ended is not None else over_of(await signals.progress_of(conn, one.signal_id))
    head = reader.html(
        "signals-row", number=str(one.number), ticker=ticker(one.pair), side=one.side, timeframe=one.timeframe
    )
    stands = reader.escaped(state_of(one, ended, reader) if over is None else ended_words(over, reader))
    return lines(head, *packed([stands, reader.moment(one.ts)]))


def state_of(one: StoredSignal, ended: StoredOutcome | None, reader: Reader) -> str:
    """How far a signal has come, or how it ended, in a few words."""
    if ended is None:
        return reader.plain("signal-state", state=one.state)
    track = ended.document["followable"]
    kind, why = track["result"], track["exit_reason"]
    return f"{mark(kind, why, reader)} {result(kind, ended.document['followable_r'], reader, why)}"
