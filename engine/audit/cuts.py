"""Parts of a pair's columns: what was known up to a bar, and what a later start would have seen."""

from __future__ import annotations

import dataclasses

from engine.columns.batch import Columns
from engine.market.events import MINUTE

_STREAMS = {
    "funding_ts": ("funding_ts", "funding_rate"),
    "oi_ts": ("oi_ts", "oi"),
    "book_ts": ("book_ts",),
    "trade_ts": ("trade_ts", "trade_price", "trade_size", "trade_side"),
}
_CANDLES = ("ts", "open", "high", "low", "close", "volume", "taker_buy")


def part(columns: Columns, first: int, last: int) -> Columns:
    """Base bars first .. last - 1, and of the other streams what came after the first one opened, up to the last close.

    From bar 0 on everything before it stays, too: a prefix.
    """
    opened = int(columns.ts[first]) if first else -1
    closed = int(columns.ts[last - 1]) + columns.base_minutes * MINUTE
    changed = {name: getattr(columns, name)[first:last] for name in _CANDLES}
    for clock, names in _STREAMS.items():
        ts = getattr(columns, clock)
        inside = (ts > opened) & (ts <= closed)
        changed |= {name: getattr(columns, name)[inside] for name in names}
        if clock == "book_ts":
            changed["book"] = [column[inside] for column in columns.book]
    return dataclasses.replace(columns, **changed)


def spread(bars: int, count: int) -> list[int]:
    """`count` numbers of bars to cut after, spread over the tape, none at its very end, rising and different.

    >>> spread(1000, 3)
    [250, 500, 750]
    """
    return sorted({bars * n // (count + 1) for n in range(1, count + 1)} - {0})
