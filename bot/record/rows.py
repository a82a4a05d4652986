"""The signals of a record page as a table that becomes a list of cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.markup import escape, whole
from bot.messages.reader import Reader, ms_of, ticker
from bot.messages.states import result
from storage.record import Entry


def table(entries: Sequence[Entry], reader: Reader) -> str:
    """All of them, a row each, under heads in the reader's language."""
    if not entries:
        return f'<p class="empty">{reader.html("record-none")}</p>'
    heads = [
        reader.plain("record-head-signal"),
        reader.plain("record-head-given"),
        reader.plain("record-head-plan"),
        reader.plain("record-head-end"),
        reader.plain("record-head-r"),
        reader.plain("record-head-theory"),
    ]
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    rows = "".join(_row(entry, heads, reader) for entry in entries)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(entry: Entry, heads: Sequence[str], reader: Reader) -> str:
    document, ended = entry.document, entry.outcome
    side = str(document["side"])
    mark = "🟢" if side == "long" else "🔴"
    pair = whole(f"{side.upper()} {ticker(document['pair'])}")
    name = f"{mark}&nbsp;<b>{pair}</b>&nbsp;{escape(document['timeframe'])}"
    tag = f"<code>#{document['number']}·{escape(document['ledger']['hash'][:6])}</code>"
    paper = f" <small>{escape(document['mode'].upper())}</small>"
    cells = [
        f"{name}<br>{tag}{paper}",
        whole(reader.dated(ms_of(document["ts"]))),
        _plan(entry, reader),
        _end(entry, reader),
        _r(None if ended is None else ended["followable_r"], reader),
        _r(None if ended is None else ended["rr_realized"], reader),
    ]
    body = "".join(f'<td data-label="{escape(head)}">{cell}</td>' for head, cell in zip(heads, cells, strict=True))
    return f'<tr class="{_kind(entry)}">{body}</tr>'


def _kind(entry: Entry) -> str:
    return "open" if entry.outcome is None else str(entry.outcome["followable"]["result"])


def _plan(entry: Entry, reader: Reader) -> str:
    orders = entry.document["orders"]
    low, high = (reader.number(price) for price in orders["entry"])
    first, second = (reader.number(price) for price in orders["tp"])
    zone = low if low == high else f"{low}–{high}"
    targets = first if first == second else f"{first} / {second}"
    sl = reader.number(orders["sl"])
    return f"{escape(zone)}<br><small>{whole(f'SL {sl}')} · {whole(f'TP {targets}')}</small>"


def _end(entry: Entry, reader: Reader) -> str:
    ended = entry.outcome
    if ended is None:
        return reader.html("record-open", state=entry.state)
    track = ended["followable"]
    words = escape(result(track["result"], None, reader, track["exit_reason"]))
    reason = escape(_reason(str(track["exit_reason"]), track["fill_price"] is not None, reader))
    twice = f" <small>· {reader.html('record-two-levels')}</small>" if ended["ambiguous"] else ""
    closed = escape(reader.dated(ms_of(track["closed_at"])))
    return f"<b>{words}</b>: {reason}{twice}<br><small>{closed}</small>"


def _reason(reason: str, filled: bool, reader: Reader) -> str:
    early = "invalidated_early" if reason == "invalidated" and not filled else reason
    return reader.plain("exit-reason", reason=early)


def _r(value: float | None, reader: Reader) -> str:
    if value is None:
        return "–"
    return f'<span class="{"minus" if value < 0 else "plus"}">{escape(reader.r(value))}</span>'
