"""/watch: the setups that passed everything but their 5m triggers, what is missing, and until when they wait."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk, reply
from bot.commands.live import Waiting
from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ticker
from bot.messages.reasons import area
from bot.messages.why import parts
from bot.ports import Answer
from engine.decision.signal import SIDE_NAMES

LISTED = 20


async def watch(desk: Desk, caller: Caller) -> Answer:
    """Answer /watch."""
    reader, waiting = caller.reader, (await desk.status()).waiting
    if not waiting:
        return reply(reader, "watch-none")
    now = desk.clock.now_ms()
    rows = [_row(one, now, reader) for one in sorted(waiting, key=lambda one: (one.until, one.pair))[:LISTED]]
    return Answer(messages=(message(lines(reader.html("watch-title"), *rows)),))


def _row(one: Waiting, now: int, reader: Reader) -> str:
    return reader.html(
        "watch-row",
        ticker=ticker(one.pair),
        side=SIDE_NAMES[one.side],
        timeframe=one.timeframe,
        until=reader.until(one.until, now),
        zone=area(one.entry_low, one.entry_high, reader),
        sl=reader.number(one.sl),
        parts=parts(one.missing, reader) if one.missing else "none",
    )
