"""/health: what an operator asks first: data, outbox, dead letters, lines to people, model, chats that fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.commands.desk import Caller, Desk
from bot.commands.live import FeedState, Status
from bot.commands.ops import LineState
from bot.messages.buttons import tap_data
from bot.messages.held_back import counted
from bot.messages.markup import lines, message
from bot.messages.notices import halt_end, halt_reason
from bot.messages.reader import Reader, ticker
from bot.ports import Answer, Button, Message
from storage import nights, outbox, quiet
from storage.held_back import HeldBack, held_back
from storage.outbox import DeadLetter
from storage.quiet import Silent

NAMESPACE = "hl"
FEEDS = 12
LETTERS = 3
SILENT = 5
SHORT = 80


async def health(desk: Desk, caller: Caller) -> Answer:
    """Answer /health."""
    return Answer(messages=(await _message(desk, caller),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """The refresh button."""
    if not caller.may("admin"):
        return Answer(toast=caller.own.plain("toast-denied"))
    return Answer(edit=await _message(desk, caller), fallback_edit=True)


async def _message(desk: Desk, caller: Caller) -> Message:
    live, now = await desk.status(), desk.clock.now_ms()
    async with desk.db.read() as conn:
        waiting = await outbox.stats(conn, now)
        letters = await outbox.dead_letters(conn, LETTERS)
        silent = await quiet.silent(conn)
        night = await nights.newest(conn)
        held = await held_back(conn)
    told = lines(
        caller.reader.html("health-title", at=caller.reader.moment(now)),
        *("" for _ in live.feeds[:1]),
        *feed_lines(live, now, caller.reader),
        "",
        *_halts(live, now, caller.reader),
        *held_lines(held, caller.reader),
        model_line(live, caller.reader),
        *raters_lines({} if night is None else night["status"], caller.reader),
        "",
        outbox_line(waiting, caller.reader),
        *letter_lines(waiting, letters, caller.reader),
        *silent_lines(silent, caller.reader),
        "",
        *(line_text(line, caller.reader) for line in desk.ops.lines()),
    )
    key = Button(caller.reader.plain("health-refresh"), tap_data(NAMESPACE))
    return message(told, ((key,),))


def feed_lines(live: Status, now: int, reader: Reader) -> list[str]:
    """The worst feeds first, a line each; of many that are fine only how many."""
    ranked = sorted(live.feeds, key=lambda feed: (not feed.lost, feed.last_ms or 0))
    shown = [_feed(feed, now, reader) for feed in ranked[:FEEDS]]
    more = len(ranked) - len(shown)
    return [*shown, *([reader.html("health-feeds-more", count=str(more))] if more else [])]


def model_line(live: Status, reader: Reader) -> str:
    """Which policy is in force."""
    if not live.policy_version:
        return reader.html("health-model-none")
    return reader.html("health-model", version=live.policy_version[:12])


def raters_lines(status: Mapping[str, Any], reader: Reader) -> list[str]:
    """Of the people who voted, how many count, how often they were right, and what their votes moved in that night."""
    told = status.get("raters")
    if not told or not told["people"]:
        return []
    head = reader.html("health-raters", counted=str(told["counted"]), people=str(told["people"]))
    if told["agreement"] is None:
        return [head]
    agreement, labels = reader.percent(told["agreement"]), str(told["touched"])
    moved = reader.number(f"{told['moved']:.3f}")
    return [head, reader.html("health-raters-did", agreement=agreement, labels=labels, moved=moved)]


def held_lines(held: HeldBack | None, reader: Reader) -> list[str]:
    """How long no signal came though setups did, and what kept them back."""
    if held is None or not held.p_win + held.confluence:
        return []
    told = {"ms": held.until - held.since, "p_win": held.p_win, "confluence": held.confluence}
    return counted(told, reader)


def outbox_line(waiting: dict[str, int | None], reader: Reader) -> str:
    """How much waits to be sent, and for how long."""
    age = waiting["oldest_age_ms"]
    if not waiting["pending"] or age is None:
        return reader.html("health-outbox-empty")
    return reader.html("health-outbox", pending=str(waiting["pending"]), oldest=reader.span(age / 1000))


def _feed(feed: FeedState, now: int, reader: Reader) -> str:
    if feed.last_ms is None and not feed.lost:
        return reader.html("health-feed-none", pair=ticker(feed.pair))
    age = "–" if feed.last_ms is None else reader.span((now - feed.last_ms) / 1000)
    if not feed.lost:
        return reader.html("health-feed", pair=ticker(feed.pair), age=age)
    names = ", ".join(reader.plain("stream", stream=stream) for stream in feed.lost)
    return reader.html("health-feed-lost", pair=ticker(feed.pair), age=age, streams=names)


def _halts(live: Status, now: int, reader: Reader) -> list[str]:
    return halt_lines(live, now, reader) or [reader.html("health-running")]


def halt_lines(live: Status, now: int, reader: Reader) -> list[str]:
    """What holds new signals back."""
    return [
        reader.html("health-halted", until=halt_end(halt.until, now, reader), reason=halt_reason(halt.reason, reader))
        for halt in live.halts
    ]


def letter_lines(waiting: dict[str, int | None], letters: Sequence[DeadLetter], reader: Reader) -> list[str]:
    """What was not delivered, and why; nothing where all was."""
    dead, dropped = waiting["dead"] or 0, waiting["dropped"] or 0
    if not dead and not dropped:
        return []
    told = [reader.html("health-lost", dead=str(dead), dropped=str(dropped))]
    for letter in letters:
        at = reader.moment(letter.queued_at)
        told.append(reader.html("health-letter", at=at, chat=letter.address, error=letter.error[:SHORT]))
    return told


def silent_lines(silent: Sequence[Silent], reader: Reader) -> list[str]:
    """Chats that nothing is sent to any more."""
    told = [reader.html("health-silent", chat=one.address, reason=one.reason) for one in silent[:SILENT]]
    more = len(silent) - len(told)
    return [*told, *([reader.html("health-silent-more", count=str(more))] if more > 0 else [])]


def line_text(line: LineState, reader: Reader) -> str:
    """One way to people: sent and refused messages, or why it is not connected."""
    if line.connected:
        return reader.html("health-line", name=line.name, sent=str(line.sent), floods=str(line.floods))
    return reader.html("health-line-lost", name=line.name, problem=line.problem[:200] or "–")
