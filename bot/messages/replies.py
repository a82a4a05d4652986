"""The short reply to a post that makes the phone ring: filled, TP1, closed, or what is over ahead of that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.messages.markup import lines, message
from bot.messages.over import Over
from bot.messages.reader import Reader, ms_of, ticker
from bot.messages.states import afterwords, fill_of, mark, price_like, reason, result
from bot.messages.view import SignalView, marks, names
from bot.messages.width import packed
from bot.ports import Message


def reply_message(view: SignalView, state: str, reader: Reader) -> Message:
    """The reply for `filled`, `tp1`, `closed`, or one of OVER. Never silent, whatever the result.

    Raises ValueError where the view does not hold that state yet.
    """
    if state == "filled":
        head, body = _filled(view, reader)
    elif state == "tp1":
        head, body = _tp1(view, reader)
    elif state == "closed":
        head, body = _closed(view, reader)
    elif view.over is not None and state == view.over.state:
        head, body = _over(view, view.over, reader)
    else:
        raise ValueError(f"no reply for state {state!r}")
    return message(lines(*head, *names(view, reader), *marks(view, reader), *body))


Said = tuple[list[str], list[str]]
"""The first lines, which the push shows, and what follows."""


def _filled(view: SignalView, reader: Reader) -> Said:
    fill = fill_of(view)
    if fill is None:
        raise ValueError("not filled")
    orders = view.document["orders"]
    tp1, tp2 = (reader.number(price) for price in orders["tp"])
    targets = [f"TP {tp1}"] if tp1 == tp2 else [f"TP1 {tp1}", f"TP2 {tp2}"]
    after = reader.html("reply-after-signal", after=reader.span((fill[0] - view.ts) / 1000))
    return _head(view, "▶️", reader.html("reply-filled", price=reader.number(fill[1])), reader), [
        *packed([f"SL {reader.number(orders['sl'])}", *targets]),
        *packed([reader.clock(fill[0]), after]),
    ]


def _tp1(view: SignalView, reader: Reader) -> Said:
    row, fill = view.step("tp1"), fill_of(view)
    if row is None:
        raise ValueError("TP1 was not reached")
    found = []
    if row.r is not None:
        found += packed([reader.html("state-banked", r=reader.r(row.r)), reader.html("reply-half")])
    if fill is not None:
        found += packed([reader.html("reply-breakeven", price=reader.number(fill[1]))])
        found += _when(fill[0], row.ts, reader)
    price = reader.number(price_like(row.price, view.document))
    return _head(view, "✅", reader.html("reply-tp1", price=price), reader), found


def _closed(view: SignalView, reader: Reader) -> Said:
    outcome = view.outcome
    if outcome is None:
        raise ValueError("not closed")
    track = outcome["followable"]
    kind, why = track["result"], track["exit_reason"]
    closed, fill = ms_of(track["closed_at"]), fill_of(view)
    found = [reader.escaped(reason(kind, why, reader))]
    if fill is None:
        found += packed([reader.clock(closed), reader.html("reply-never-entered")])
    else:
        found += [*_when(fill[0], closed, reader), *_excursion(outcome, reader), *_today(view, reader)]
    if outcome["followable_r"] is not None:
        found.append(reader.html("reply-followable"))
    ended = reader.escaped(result(kind, outcome["followable_r"], reader, why))
    return _head(view, mark(kind, why, reader), ended, reader), [*found, *afterwords(outcome, reader)]


def _over(view: SignalView, over: Over, reader: Reader) -> Said:
    """There is nothing to follow any more: said at once, however long the theoretical track goes on."""
    found, fill = [reader.escaped(reason(over.kind, over.why, reader))], fill_of(view)
    if fill is None:
        found += packed([reader.clock(over.ts), reader.html("reply-never-entered")])
    else:
        found += _when(fill[0], over.ts, reader)
    if over.r is not None:
        found.append(reader.html("reply-followable"))
    ended = reader.escaped(result(over.kind, over.r, reader, over.why))
    return _head(view, mark(over.kind, over.why, reader), ended, reader), found


def _excursion(outcome: Mapping[str, Any], reader: Reader) -> list[str]:
    """How far it went for and against the entry, and how much of the best was kept where anything was."""
    best, worst, kept = outcome["mfe_r"], outcome["mae_r"], outcome["followable_r"]
    if best is None or worst is None:
        return []
    found = packed([f"MFE {reader.r(best)}", f"MAE {reader.r(worst)}"])
    if kept is not None and kept > 0 and best > 0:
        found.append(reader.html("reply-captured", share=reader.percent(kept / best)))
    return found


def _today(view: SignalView, reader: Reader) -> list[str]:
    """What the reader's day came to so far, this one too."""
    if not view.closed:
        return []
    today = _date(view.closed[-1][0], reader)
    mine = [r for at, r in view.closed if _date(at, reader) == today]
    return [reader.html("reply-today", r=reader.r(sum(mine)), count=len(mine))]


def _date(ms: int, reader: Reader) -> date:
    return datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(reader.zone).date()


def _head(view: SignalView, sign: str, news: str, reader: Reader) -> list[str]:
    document = view.document
    side = "LONG" if document["side"] == "long" else "SHORT"
    first = reader.html("reply-head", sign=sign, ticker=ticker(document["pair"]), side=side)
    return packed([first, f"<b>{news}</b>"])


def _when(start: int, end: int, reader: Reader) -> list[str]:
    return packed([reader.clock(end), reader.html("reply-after-fill", after=reader.span((end - start) / 1000))])
