"""Tapes made by hand: legs of straight bars, and one textbook case of every layer (long; its mirror is the short)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from tests.checks.room import Row

MIRROR = 1024.0


def legs(start: float, *turns: tuple[float, int], wick: float = 0.25) -> list[Row]:
    """Bars along straight lines: each turn is (price reached, bars it takes); `wick` beyond both ends of each bar."""
    rows: list[Row] = []
    last = start
    for target, count in turns:
        pace = (target - last) / count
        for n in range(count):
            end = target if n == count - 1 else last + pace
            rows.append(bar(last, end, wick))
            last = end
    return rows


def bar(opened: float, closed: float, wick: float = 0.25) -> Row:
    """A bar with equal wicks."""
    return Row(opened, max(opened, closed) + wick, min(opened, closed) - wick, closed)


def quiet(count: int, at: float = 1000.0, size: float = 1.0) -> list[Row]:
    """Bars that go up and down by `size` and nowhere."""
    return legs(at, *((at + (size if n % 2 == 0 else 0.0), 1) for n in range(count)))


def mirror(rows: Sequence[Row]) -> list[Row]:
    """The same tape upside down: rises fall, buyers sell, and the crowd pays the other way."""
    return [mirrored(row) for row in rows]


def mirrored(row: Row) -> Row:
    flip = 2.0 * MIRROR
    book = row.book
    return dataclasses.replace(
        row,
        open=flip - row.open,
        high=flip - row.low,
        low=flip - row.high,
        close=flip - row.close,
        taker_buy=None if row.taker_buy is None else row.volume - row.taker_buy,
        funding=None if row.funding is None else -row.funding,
        book=None if book is None else (flip - book[1], flip - book[0], book[3], book[2]),
        trades=[(ts, flip - price, size, -side) for ts, price, size, side in row.trades],
    )


def told(rows: Sequence[Row], taker: Callable[[int], float]) -> list[Row]:
    """The rows with a taker volume: taker(n) is the share bought in bar n."""
    return [dataclasses.replace(row, taker_buy=row.volume * taker(n)) for n, row in enumerate(rows)]


def broken_up() -> list[Row]:
    """Quiet, a pullback from 1010 to 1000, a down-close bar at its low, then a displaced leg through 1010 to 1024.

    The order block is the last down bar (1001 to 1000, zone 999.75 to 1001.25); the leg's second bar leaves a gap.
    """
    rows = quiet(40, 1004.0)
    rows += legs(1004.0, (1010.0, 6), (1000.0, 10))
    rows += legs(1000.0, (1003.0, 1), (1012.0, 1), (1016.0, 1), (1024.0, 4))
    return rows


def smc() -> list[Row]:
    """Back into the fresh block and the gap over it, in discount of 1024.25 .. 999.75."""
    return broken_up() + legs(1024.0, (1014.0, 5), (1005.0, 3), (1001.0, 1))


def fibo() -> list[Row]:
    """The impulse 999.75 -> 1024.25 taken back to 0.7."""
    return broken_up() + legs(1024.0, (1007.0, 8))


def structure() -> list[Row]:
    """Higher highs and higher lows, the newest high just closed beyond."""
    return quiet(20) + legs(1000.0, (1010.0, 6), (1004.0, 6), (1016.0, 8), (1009.0, 6), (1022.0, 9))


def rsi_ema_macd() -> list[Row]:
    """A long climb that takes two steps up and one back, quickening at the end."""
    turns = [(1000.0 + 0.6 * n + (1.5 if n % 3 == 1 else 0.0), 1) for n in range(240)]
    turns += [(turns[-1][0] + 1.1 * n + (1.0 if n % 2 else 0.0), 1) for n in range(1, 8)]
    return legs(1000.0, *turns)


def cvd() -> list[Row]:
    """Fifty bars of balanced flow, then fourteen of steady buying."""
    rows = quiet(50) + legs(1000.0, (1007.0, 14))
    return told(rows, lambda n: 0.7 if n >= 50 else (0.58 if n % 2 else 0.42))


def oi() -> list[Row]:
    """Small changes of OI in quiet, then price and OI rise together."""
    rows = quiet(60) + legs(1000.0, (1014.0, 8))
    return [
        dataclasses.replace(row, oi=1000.0 + (n % 5) if n < 60 else 1000.0 + 8.0 * (n - 58))
        for n, row in enumerate(rows)
    ]


def funding() -> list[Row]:
    """Settlements around +1 bp, then one at -6 bp while OI stands high: shorts are crowded."""
    rows = quiet(32 * 66)
    told_rows = []
    for n, row in enumerate(rows):
        rate = None
        if n % 32 == 31:
            rate = -0.0006 if n == len(rows) - 1 else 0.0001 + 0.00002 * ((n // 32) % 5 - 2)
        told_rows.append(dataclasses.replace(row, funding=rate, oi=1000.0 + (n % 7) + (50.0 if n > 2080 else 0.0)))
    return told_rows


def orderflow() -> list[Row]:
    """Balanced flow, a slide, then the heaviest selling of all closes above its open at the low."""
    rows = quiet(80) + legs(1000.0, (995.0, 5))
    rows = told(rows, lambda n: 0.55 if n % 2 else 0.45)
    last = Row(995.0, 995.5, 992.0, 995.25, 400.0, 100.0)
    return [*rows, last]


TEXTBOOK: dict[str, Callable[[], list[Row]]] = {
    "smc": smc,
    "cvd": cvd,
    "rsi_ema_macd": rsi_ema_macd,
    "structure": structure,
    "oi": oi,
    "funding": funding,
    "orderflow": orderflow,
    "fibo": fibo,
}
