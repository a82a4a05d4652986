"""The life of a signal in lines: waiting, filled, TP1, and how it ended on the followable track."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.over import Over
from bot.messages.reader import Reader, ms_of
from bot.messages.view import SignalView
from bot.messages.width import packed

EARLY = ("missed", "invalidated", "cancelled")  # ends before a fill that have a name of their own


def timeline(view: SignalView, reader: Reader) -> list[str]:
    """What happened, newest last."""
    rows = [*_filled(view, reader), *_tp1(view, reader)]
    if view.outcome is not None:
        return [*rows, *ending(view.outcome, view.ts, reader), *afterwords(view.outcome, reader)]
    if view.over is not None:
        return [*rows, *_over(view.over, view.ts, reader)]
    return rows or [reader.html("state-waiting")]


def fill_of(view: SignalView) -> tuple[int, str] | None:
    """Time (ms) and price of the followable fill: from the outcome once there is one, else from the progress."""
    if view.outcome is not None:
        track = view.outcome["followable"]
        if track["filled_at"] is not None:
            return ms_of(track["filled_at"]), str(track["fill_price"])
        if track["exit_reason"] == "reported":
            return None
    row = view.step("filled")
    return None if row is None else (row.ts, price_like(row.price, view.document))


def price_like(price: float, document: Mapping[str, Any]) -> str:
    """A price with as many decimals as the signal's own prices.

    >>> price_like(222.0, {"orders": {"sl": "219.70"}})
    '222.00'
    """
    _, _, decimals = str(document["orders"]["sl"]).partition(".")
    return f"{price:.{len(decimals)}f}"


def ending(outcome: Mapping[str, Any], ts: int, reader: Reader) -> list[str]:
    """Result, R and reason of the followable track. A loss is worded like a win."""
    track = outcome["followable"]
    over = Over("closed", track["result"], track["exit_reason"], ms_of(track["closed_at"]), outcome["followable_r"])
    return _over(over, ts, reader)


def ended_words(over: Over, reader: Reader) -> str:
    """The sign of an end, its result, and R where a position was left."""
    return f"{mark(over.kind, over.why, reader)} {result(over.kind, over.r, reader, over.why)}"


def mark(kind: str, why: str, reader: Reader) -> str:
    """The sign of an end; a win and a loss have the same."""
    return reader.plain("end-mark", end=why if kind == "expire" and why in EARLY else kind)


def _over(over: Over, ts: int, reader: Reader) -> list[str]:
    """How the followable track ended, though the theoretical one may go on."""
    head = reader.escaped(ended_words(over, reader))
    why = reader.escaped(reason(over.kind, over.why, reader))
    return [*packed([head, reader.until(over.ts, ts)]), why]


def result(kind: str, r: float | None, reader: Reader, why: str = "") -> str:
    """win, lose, expire, no-fill or void in words, with R where there is one; `why` tells ends without a fill apart."""
    words = reader.plain("result", kind=why if kind == "expire" and why in EARLY else kind)
    return words if r is None else f"{words} {reader.r(r)}"


def reason(kind: str, why: str, reader: Reader) -> str:
    """Why it ended so; an idea invalidated before its entry reads differently from one stopped after it."""
    if why == "invalidated" and kind == "expire":
        why = "invalidated_early"
    return reader.plain("exit-reason", reason=why)


def afterwords(outcome: Mapping[str, Any], reader: Reader) -> list[str]:
    """The theoretical track where it differs, and whether one bar held both sides."""
    found = []
    track = outcome["followable"]
    theory, followed = outcome["rr_realized"], outcome["followable_r"]
    same_r = (theory is None) == (followed is None) and (theory is None or reader.r(theory) == reader.r(followed))
    if outcome["result"] != track["result"] or not same_r:
        told = reader.escaped(result(outcome["result"], theory, reader, outcome["exit_reason"]))
        found += packed([reader.html("state-theory"), told])
    if outcome["ambiguous"]:
        found.append(reader.html("state-ambiguous"))
    return found


def _filled(view: SignalView, reader: Reader) -> list[str]:
    fill = fill_of(view)
    if fill is None:
        return []
    return packed([reader.html("state-filled", price=reader.number(fill[1])), reader.until(fill[0], view.ts)])


def _tp1(view: SignalView, reader: Reader) -> list[str]:
    row = None if view.single_target else view.step("tp1")
    if row is None or fill_of(view) is None:
        return []
    price = reader.number(price_like(row.price, view.document))
    found = packed([reader.html("state-tp1", price=price), reader.until(row.ts, view.ts)])
    if row.r is not None:
        found += packed([reader.html("state-banked", r=reader.r(row.r)), reader.html("state-breakeven")])
    return found
