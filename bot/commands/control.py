"""/pause and /resume: an owner's events for the engine."""

from __future__ import annotations

import re

from bot.commands.audited import note
from bot.commands.desk import Caller, Desk, reply
from bot.messages.notices import halt_end
from bot.ports import Answer
from engine.market.events import Pause, Resume

MOST_MINUTES = 10_080
LONGEST_REASON = 200
_MINUTE_MS = 60_000
_SPANS = {  # minutes in a span, and how people write it
    1: "m min mins mnt menit minute minutes м мин минут минуты минута минуту",
    60: "h hr hrs jam hour hours ч час часа часов",
    1_440: "d hari day days д день дня дней",
    10_080: "w minggu week weeks неделя неделю недели недель",
}
_MINUTES = {word: minutes for minutes, words in _SPANS.items() for word in words.split()}
_SPAN = re.compile(rf"([0-9]{{1,9}})\s*({'|'.join(sorted(_MINUTES, key=len, reverse=True))})(?!\w)[.,;:]?\s*", re.I)
_PLAIN = re.compile(r"\+?([0-9]{1,9})(?:\s+(.*))?")


async def pause(desk: Desk, caller: Caller) -> Answer:
    """Answer /pause [minutes] [reason]; a span may be told as 2h, too."""
    asked = read_pause(caller.incoming.args)
    if asked is None:
        return reply(caller.reader, "pause-usage", max=caller.reader.number(MOST_MINUTES))
    minutes, reason = asked
    now = desk.clock.now_ms()
    until = None if minutes is None else now + minutes * _MINUTE_MS
    await desk.submit(Pause(ts=now, until=until, reason=reason))
    await note(desk, caller, "pause", detail=" ".join(caller.incoming.args.split()))
    return reply(caller.reader, "pause-done", until=halt_end(until, now, caller.reader))


async def resume(desk: Desk, caller: Caller) -> Answer:
    """Answer /resume."""
    await desk.submit(Resume(ts=desk.clock.now_ms()))
    await note(desk, caller, "resume")
    return reply(caller.reader, "resume-done")


def read_pause(args: str) -> tuple[int | None, str] | None:
    """Minutes (None: until /resume) and reason; None for a span that makes no sense.

    >>> read_pause("60 FOMC"), read_pause("2 jam, rapat"), read_pause("1h 30m"), read_pause("news"), read_pause("")
    ((60, 'FOMC'), (120, 'rapat'), (90, ''), (None, 'news'), (None, ''))
    >>> read_pause("0"), read_pause("-5"), read_pause("1.5h"), read_pause("2 weeks"), read_pause("30x")
    (None, None, None, None, None)
    """
    text = " ".join(args.split())
    if not text.lstrip("+-")[:1].isdigit():
        return None, text[:LONGEST_REASON]
    minutes, reason = _spans(text)
    if reason == text:
        plain = _PLAIN.fullmatch(text)
        minutes, reason = (0, "") if plain is None else (int(plain[1]), plain[2] or "")
    return (minutes, reason[:LONGEST_REASON]) if 1 <= minutes <= MOST_MINUTES else None


def _spans(text: str) -> tuple[int, str]:
    """The minutes of the spans with which a text begins, and what follows them."""
    minutes = 0
    while (found := _SPAN.match(text)) is not None and (each := _MINUTES.get(found[2].casefold())) is not None:
        minutes, text = minutes + int(found[1]) * each, text[found.end() :]
    return minutes, text
