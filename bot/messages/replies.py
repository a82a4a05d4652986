"""The short reply to a post that makes the phone ring: filled, TP1, closed."""

from __future__ import annotations

from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ms_of, ticker
from bot.messages.states import afterwords, fill_of, price_like, reason, result, unfilled_result
from bot.messages.view import ProgressLike, SignalView, marks, name
from bot.ports import Message


def reply_message(view: SignalView, state: str, reader: Reader) -> Message:
    """The reply for `filled`, `tp1`, `closed`, or an entry that is over. Never silent, whatever the result.

    Raises ValueError where the view does not hold that state yet.
    """
    if state == "filled":
        body = _filled(view, reader)
    elif state == "tp1":
        body = _tp1(view, reader)
    elif state == "closed":
        body = _closed(view, reader)
    elif view.unfilled is not None and state == view.unfilled.state:
        body = _unfilled(view, view.unfilled, reader)
    else:
        raise ValueError(f"no reply for state {state!r}")
    return message(lines(body[0], *marks(view, reader), *body[1:]))


def _filled(view: SignalView, reader: Reader) -> list[str]:
    fill = fill_of(view)
    if fill is None:
        raise ValueError("not filled")
    orders = view.document["orders"]
    tp1, tp2 = (reader.number(price) for price in orders["tp"])
    return [
        _head(view, reader, "filled", reader.number(fill[1])),
        reader.html(
            "reply-levels",
            sl=reader.number(orders["sl"]),
            targets=f"TP {tp1}" if tp1 == tp2 else f"TP1 {tp1} · TP2 {tp2}",
        ),
        reader.html("reply-filled-at", at=reader.clock(fill[0]), after=reader.span((fill[0] - view.ts) / 1000)),
    ]


def _tp1(view: SignalView, reader: Reader) -> list[str]:
    row, fill = view.step("tp1"), fill_of(view)
    if row is None:
        raise ValueError("TP1 was not reached")
    found = [_head(view, reader, "tp1", reader.number(price_like(row.price, view.document)))]
    if row.r is not None:
        found.append(reader.html("reply-banked", r=reader.r(row.r)))
    if fill is not None:
        found.append(reader.html("reply-breakeven", price=reader.number(fill[1])))
        found.append(reader.html("reply-after-fill", at=reader.clock(row.ts), after=_span(fill[0], row.ts, reader)))
    return found


def _closed(view: SignalView, reader: Reader) -> list[str]:
    outcome = view.outcome
    if outcome is None:
        raise ValueError("not closed")
    track = outcome["followable"]
    closed, fill = ms_of(track["closed_at"]), fill_of(view)
    found = [
        _head(view, reader, "closed", result(track["result"], outcome["followable_r"], reader)),
        reader.html("reply-reason", reason=reason(track["result"], track["exit_reason"], reader)),
    ]
    if fill is None:
        found.append(reader.html("reply-closed-unfilled", at=reader.clock(closed)))
    else:
        found.append(reader.html("reply-after-fill", at=reader.clock(closed), after=_span(fill[0], closed, reader)))
    if fill is not None and outcome["mfe_r"] is not None and outcome["mae_r"] is not None:
        found.append(reader.html("reply-excursion", mfe=reader.r(outcome["mfe_r"]), mae=reader.r(outcome["mae_r"])))
    if outcome["followable_r"] is not None:
        found.append(reader.html("reply-followable"))
    return [*found, *afterwords(outcome, reader)]


def _unfilled(view: SignalView, row: ProgressLike, reader: Reader) -> list[str]:
    """There is nothing to enter any more: said at once, however long the theoretical track goes on."""
    kind = unfilled_result(row.state)
    return [
        _head(view, reader, "closed", result(kind, None, reader), kind),
        reader.html("reply-reason", reason=reason(kind, row.state, reader)),
        reader.html("reply-closed-unfilled", at=reader.clock(row.ts)),
    ]


def _head(view: SignalView, reader: Reader, state: str, detail: str, kind: str = "") -> str:
    document = view.document
    if view.outcome is not None:
        kind = view.outcome["followable"]["result"]
    return reader.html(
        "reply-head",
        state=state,
        kind=kind,
        ticker=ticker(document["pair"]),
        side=document["side"],
        detail=detail,
        name=name(view),
    )


def _span(start: int, end: int, reader: Reader) -> str:
    return reader.span((end - start) / 1000)
