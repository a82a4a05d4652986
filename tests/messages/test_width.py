"""Nothing wraps badly on a phone: every line of every kind of message, in every language."""

from __future__ import annotations

import re
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LOCALES
from bot.messages.context import Context
from bot.messages.notice_kinds import notice_message
from bot.messages.reader import Reader
from bot.messages.signal import SignalView, reply_message, signal_message
from bot.messages.width import PHONE, columns, packed
from tests.messages.examples import FILLED, TP1, TS, Step, outcome, short, signal
from tests.messages.test_replies_and_notices import PAYLOADS

ZONES = ("Asia/Jakarta", "Asia/Kathmandu")
CONTEXT = Context(TS + 9_000_000, -0.07, (("book", 2), ("oi", 180), ("funding", 9000)), 2, 6)
TINY = {"entry": ["0.00012345", "0.00012399"], "sl": "0.00012001", "tp": ["0.00013000", "0.00014000"]}
LONG = {
    "pair": "1000000MOG-USDT-SWAP",
    "number": 142_333,
    "orders": TINY,
    "market": {"price": "0.00012360", "spread": "0.00000001", "oi": "123456789012.5", "funding": "-0.00375"},
    "invalidation": {"timeframe": "15m", "close": "below", "price": "0.00012010"},
    "hedge": {
        "side": "short",
        "entry": "0.00012340",
        "sl": "0.00012900",
        "tp": ["0.00011000", "0.00010000"],
        "rr": 1.7,
    },
    "p_win": 0.58,
    "p_win_low": 0.5,
    "p_win_high": 0.66,
    "p_win_n": 14_300,
}
STANCES = cycle(("agrees", "against", "silent", "decides"))
UNFILLED = ("missed", "touched", "expired", "invalidated", "cancelled", "reported")
LEFT = [Step("exited", TS + 7_200_000, 17.15, -1.08, reason) for reason in ("sl", "invalidated", "timeout")]
ENDS = [("win", "tp2"), ("win", "breakeven"), ("lose", "sl"), ("lose", "invalidated"), ("lose", "timeout")]
ENDS += [("expire", "expired"), ("expire", "missed"), ("expire", "invalidated"), ("expire", "cancelled")]
ENDS += [("no-fill", "touched"), ("no-fill", "reported"), ("void", "data_gap"), ("void", "delisted")]
NUMBER = re.compile(r"[−+#]?[0-9][0-9.,:]*[%R]?|[–≈×/·]|WIB|UTC[+0-9:]*|GMT")


Told = tuple[dict[str, Any], list[Step], dict[str, Any] | None]


def told() -> list[Told]:
    documents = [signal(), signal(**LONG), short(signal()), signal(mode="live", p_win=0.5, p_win_n=9)]
    life: list[list[Step]] = [[], [FILLED], [FILLED, TP1], *([Step(state, TS + 60_000, 17.3)] for state in UNFILLED)]
    life += [*([FILLED, left] for left in LEFT), [FILLED, TP1, Step("exited", TS + 7_200_000, 17.36, 0.4, "breakeven")]]
    found: list[Told] = [(document, steps, None) for document in documents for steps in life]
    for document in documents:
        for result, reason in ENDS:
            filled = [FILLED, TP1] if result in ("win", "lose") else []
            found.append((document, filled, outcome(result, reason, ambiguous=True, rr_realized=1.41)))
    return found


def badly(line: str) -> str | None:
    """Where a line that is too long would break between two figures, or could not break at all."""
    row = ""
    for word in line.split(" "):
        if columns(word) > PHONE:
            return word
        if row and columns(f"{row} {word}") > PHONE:
            before = row.rsplit(" ", 1)[-1]
            if NUMBER.fullmatch(before) and NUMBER.fullmatch(word.rstrip(",.;:")):
                return f"{before} | {word}"
            row = word
        else:
            row = f"{row} {word}" if row else word
    return None


def check(text: str) -> None:
    for line in text.split("\n"):
        assert columns(line) <= PHONE or badly(line) is None, f"{columns(line)}: {line!r} breaks at {badly(line)}"
        sentence = sum(bool(re.search(r"[0-9]", word)) for word in line.split()) <= 3
        assert columns(line) <= PHONE or (sentence and " · " not in line), f"{columns(line)}: {line!r}"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("zone", ZONES)
def test_no_line_of_a_post_or_a_reply_wraps_badly(locale: str, zone: str) -> None:
    reader = Reader(locale, ZoneInfo(zone))
    for document, steps, ended in told():
        closed = [(TS, 0.4), (TS + 12_300_000, 1.37)] if ended else []
        view = SignalView(document, steps, ended, simulated=True, context=CONTEXT, closed=closed, opinion=next(STANCES))
        text = signal_message(view, reader).text
        check(text)
        assert columns(text.split("\n")[0]) <= PHONE
        for state in (*(step.state for step in steps), *(["closed"] if ended else [])):
            check(reply_message(view, state, reader).text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("zone", ZONES)
def test_no_line_of_a_notice_wraps_badly(locale: str, zone: str) -> None:
    reader = Reader(locale, ZoneInfo(zone))
    for kind, payloads in PAYLOADS.items():
        for payload in payloads:
            check(notice_message(kind, payload, reader).text)


def test_a_bad_break_is_seen() -> None:
    assert badly("Entry is at a price about 17.300 17.360") == "17.300 | 17.360"
    assert badly("x" * 35) == "x" * 35
    assert badly("Layers that need it do not vote until it is back.") is None
    assert packed(["a" * 20, "b" * 20, "c"]) == ["a" * 20, f"{'b' * 20} · c"]
