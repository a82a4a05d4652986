"""/watch: the setups that passed everything but their 5m triggers, what is missing, and until when they wait."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.live import Waiting
from bot.commands.why import pair_named
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ticker
from bot.messages.reasons import area
from bot.messages.why import parts
from bot.ports import Answer, Button, Message
from engine.decision.signal import SIDE_NAMES

NAMESPACE = "b"
LISTED = 20


async def watch(desk: Desk, caller: Caller) -> Answer:
    """Answer /watch, /watch PAIR."""
    waiting = (await desk.status()).waiting
    pair = pair_named(caller.incoming.args, [one.pair for one in waiting]) if caller.incoming.args.strip() else None
    if not waiting or (pair is None and caller.incoming.args.strip()):
        return reply(caller.reader, "watch-none")
    return Answer(messages=(_message(waiting, pair, desk.clock.now_ms(), caller.reader),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on a pair or on all: the same message with its setups as they wait now."""
    if len(parts) != 1 or not caller.may_read:
        return toast(caller.own, "toast-unknown")
    waiting = (await desk.status()).waiting
    pair = None if parts[0] == "all" else parts[0]
    return Answer(edit=_message(waiting, pair, desk.clock.now_ms(), caller.reader), fallback_edit=True)


def _message(waiting: Sequence[Waiting], pair: str | None, now: int, reader: Reader) -> Message:
    shown = [one for one in waiting if pair in (None, one.pair)]
    ordered = sorted(shown, key=lambda one: (one.until, one.pair))[:LISTED]
    told = [waiting_text(one, now, reader) for one in ordered] or [reader.html("watch-none")]
    names = sorted({one.pair for one in waiting})[:LISTED]
    choices = [("all", reader.plain("choice-all")), *((name, ticker(name)) for name in names)]
    made = [
        Button(f"• {label}" if value == (pair or "all") else label, tap_data(NAMESPACE, value))
        for value, label in choices
    ]
    rows = tuple(tuple(made[start : start + 3]) for start in range(0, len(made), 3))
    return message(lines(reader.html("watch-title"), *told), rows)


def waiting_text(one: Waiting, now: int, reader: Reader) -> str:
    """One setup that waits: until when, its zone and stop, what is missing."""
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
