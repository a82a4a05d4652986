"""Closed bars of one timeframe in a ring, and the building of higher timeframes from the base.

Bars are aligned to UTC. A higher bar exists at its close. One whose last base bar is missing is closed by the next
base bar (`complete` 0): the ring goes on, but no setup is taken on it.
"""

from __future__ import annotations

from typing import Annotated

from engine.records import record, step

RING = 256
MASK = RING - 1
Ring = Annotated[list[float], RING]
Flags = Annotated[list[int], RING]


@record
class Bars:
    """The newest 256 closed bars. Bar number i (0 = first ever) lives at i & MASK; `n` bars closed so far."""

    minutes: int
    n: int
    close_ts: int  # close time (ms) of the newest bar
    gap: int  # bar number at which the newest gap ended (0: none)
    complete: int  # 1: the newest bar's last base bar was there
    open: Ring
    high: Ring
    low: Ring
    close: Ring
    volume: Ring
    delta: Ring  # taker buys - taker sells (base units); 0.0 where unknown
    known: Flags  # 1 where delta is known


@record
class Building:
    """The bar that is being built."""

    bucket: int  # open time (ms) of the bar; 0 and count 0: none
    count: int  # base bars inside
    open: float
    high: float
    low: float
    close: float
    volume: float
    delta: float
    known: int  # 1 while every base bar inside had a delta


@step
def push(b: Bars, o: float, h: float, l: float, c: float, v: float, d: float, known: int, close_ts: int) -> None:
    """Append a closed bar; a hole before it is remembered as a gap."""
    if b.n > 0 and close_ts - b.close_ts > b.minutes * 60000:
        b.gap = b.n
    i = b.n & 255
    b.open[i] = o
    b.high[i] = h
    b.low[i] = l
    b.close[i] = c
    b.volume[i] = v
    b.delta[i] = d
    b.known[i] = known
    b.n += 1
    b.close_ts = close_ts
    b.complete = 1


@step
def add(g: Building, bucket: int, o: float, h: float, l: float, c: float, v: float, d: float, known: int) -> None:
    """Put one base bar into the bar being built."""
    if g.count == 0:
        g.bucket = bucket
        g.open = o
        g.high = h
        g.low = l
        g.volume = 0.0
        g.delta = 0.0
        g.known = 1
    if h > g.high:
        g.high = h
    if l < g.low:
        g.low = l
    g.close = c
    g.volume += v
    g.delta += d
    if known == 0:
        g.known = 0
    g.count += 1


@step
def whole_delta(g: Building, base_minutes: int, minutes: int) -> int:
    """1 where every base bar of the bar is there and its delta is known: a sum without a part is unknown, not 0."""
    return 1 if g.known == 1 and g.count * base_minutes == minutes else 0


@step
def mean_quote_volume(b: Bars, count: int) -> float:
    """Mean of close * volume over the newest `count` bars (quote units); 0.0 before the first."""
    seen = min(b.n, count)
    total = 0.0
    for j in range(seen):
        i = (b.n - 1 - j) & 255
        total += b.close[i] * b.volume[i]
    return total / seen if seen > 0 else 0.0
