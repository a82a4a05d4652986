"""Closed bars and confirmed swings of every timeframe, held against the tape while the walk goes on.

A closed bar may be there at its close (or, where its last base bar never came, at the next one), never earlier, and is
never changed afterwards: it must be what the base bars inside it make. A confirmed swing keeps its price, and is known
from the close of the bar that confirmed it. What should be there is computed apart, over whole columns (`expected`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.audit import faults
from engine.audit.faults import Fault, Log
from engine.columns.batch import Columns
from engine.market.bars import Bars
from engine.market.events import MINUTE
from engine.market.swings import KEPT, Swings
from engine.readings import Pair
from engine.records import record, step

Expected = tuple[NDArray[np.float64], ...]
FRAMES = ("m5", "m15", "h1", "h4", "d1")
LENGTHS = (5, 15, 60, 240, 1440)
CHECKS = ("closed before its time", "closed bar rewritten", "swing rewritten")
EARLY, REWRITTEN, SWING = range(3)
VALUES = ("bars", "open", "high", "low", "close", "volume")
EVERY = 37  # base bars between two looks at all remembered bars; shares no factor with the lengths

Prices = Annotated[list[float], KEPT]
Times = Annotated[list[int], KEPT]


@record
class FrameWatch:
    """What is remembered of one timeframe (`place` in FRAMES)."""

    place: int
    closed: int  # bars that should be closed by now
    highs: int
    lows: int
    high: Prices
    low: Prices
    high_known: Times
    low_known: Times


@record
class Watch:
    """The watch over one pair; `on` 0: nobody looks."""

    on: int
    seen: int  # base bars
    log: Log
    m5: FrameWatch
    m15: FrameWatch
    h1: FrameWatch
    h4: FrameWatch
    d1: FrameWatch


def expected(columns: Columns) -> Expected:
    """For each timeframe the bars that the base bars make, rising: (n, 6) of close time (ms), OHLC, volume.

    A timeframe shorter than the base has none.
    """
    return tuple(_bars_of(columns, minutes * MINUTE) for minutes in LENGTHS)


def nothing() -> Expected:
    """What a walk that is not watched is given."""
    return (np.zeros((0, 6)),) * len(LENGTHS)


def _bars_of(c: Columns, length: int) -> NDArray[np.float64]:
    if length < c.base_minutes * MINUTE or not len(c.ts):
        return np.zeros((0, 6))
    bucket = c.ts // length
    first = np.flatnonzero(np.r_[True, bucket[1:] != bucket[:-1]])
    last = np.r_[first[1:], len(c.ts)] - 1
    return np.column_stack(
        [
            (bucket[first] + 1) * length,
            c.open[first],
            np.maximum.reduceat(c.high, first),
            np.minimum.reduceat(c.low, first),
            c.close[last],
            np.add.reduceat(c.volume, first),
        ]
    )


def new_watch() -> Watch:
    """A watch before the first bar."""
    w = Watch()
    w.on = 1
    for place, frame in enumerate((w.m5, w.m15, w.h1, w.h4, w.d1)):
        frame.place = place
    return w


@step
def check(w: Watch, p: Pair, e: Expected, now: int) -> None:
    """All timeframes after the base bar that closed at `now`."""
    w.seen += 1
    whole = 1 if w.seen % EVERY == 0 else 0
    if p.base_minutes <= 5:
        check_bars(w.log, w.m5, p.m5.bars, e[0], now, whole)
        check_swings(w.log, w.m5, p.m5.swings, p.m5.bars)
    check_bars(w.log, w.m15, p.m15.bars, e[1], now, whole)
    check_swings(w.log, w.m15, p.m15.swings, p.m15.bars)
    check_bars(w.log, w.h1, p.h1.bars, e[2], now, whole)
    check_swings(w.log, w.h1, p.h1.swings, p.h1.bars)
    check_bars(w.log, w.h4, p.h4.bars, e[3], now, whole)
    check_swings(w.log, w.h4, p.h4.swings, p.h4.bars)
    check_bars(w.log, w.d1, p.d1.bars, e[4], now, whole)
    check_swings(w.log, w.d1, p.d1.swings, p.d1.bars)


@step
def fault(log: Log, w: FrameWatch, which: int, at: int, value: int, before: float, after: float) -> None:
    """Count a fault of a timeframe's bar or swing that is known by its time `at`."""
    faults.note(log, 3 * w.place + which, at, LENGTHS[w.place], value, before, after)


@step
def check_bars(log: Log, w: FrameWatch, b: Bars, e: Any, now: int, whole: int) -> None:
    """As many bars as are over, the newest as the tape has it; with `whole` every remembered one."""
    fresh = 0
    while w.closed < len(e) and e[w.closed][0] <= now:
        w.closed += 1
        fresh += 1
    if b.n != w.closed or (b.n > 0 and b.close_ts != int(e[w.closed - 1][0])):
        fault(log, w, EARLY, b.close_ts, 0, float(w.closed), float(b.n))
        return
    looks = min(b.n, 256) if whole == 1 else min(b.n, fresh)
    for bar in range(b.n - looks, b.n):
        i = bar & 255
        found = -1
        has = 0.0
        if b.open[i] != e[bar][1]:
            found = 1
            has = b.open[i]
        elif b.high[i] != e[bar][2]:
            found = 2
            has = b.high[i]
        elif b.low[i] != e[bar][3]:
            found = 3
            has = b.low[i]
        elif b.close[i] != e[bar][4]:
            found = 4
            has = b.close[i]
        elif abs(b.volume[i] - e[bar][5]) > 1e-9 * e[bar][5]:
            found = 5
            has = b.volume[i]
        if found > 0:
            fault(log, w, REWRITTEN, int(e[bar][0]), found, e[bar][found], has)


@step
def check_swings(log: Log, w: FrameWatch, s: Swings, b: Bars) -> None:
    """New swings are known from the newest bar's close; those known before are as they were."""
    for number in range(max(0, s.highs - KEPT), s.highs):
        i = number & 15
        if number >= w.highs:
            if s.high_known[i] != b.close_ts:
                fault(log, w, SWING, s.high_known[i], 2, float(b.close_ts), float(s.high_known[i]))
        elif s.high[i] != w.high[i] or s.high_known[i] != w.high_known[i]:
            fault(log, w, SWING, w.high_known[i], 2, w.high[i], s.high[i])
        w.high[i] = s.high[i]
        w.high_known[i] = s.high_known[i]
    w.highs = s.highs
    for number in range(max(0, s.lows - KEPT), s.lows):
        i = number & 15
        if number >= w.lows:
            if s.low_known[i] != b.close_ts:
                fault(log, w, SWING, s.low_known[i], 3, float(b.close_ts), float(s.low_known[i]))
        elif s.low[i] != w.low[i] or s.low_known[i] != w.low_known[i]:
            fault(log, w, SWING, w.low_known[i], 3, w.low[i], s.low[i])
        w.low[i] = s.low[i]
        w.low_known[i] = s.low_known[i]
    w.lows = s.lows


def told(log: Any, pair: str) -> Iterator[Fault]:
    """The faults in a Log that `check` wrote, a timeframe and sort at a time."""
    for place, name in enumerate(FRAMES):
        for which, sort in enumerate(CHECKS):
            if int(log.count[3 * place + which]):
                ts, minutes, value, before, after = (float(v) for v in log.line[3 * place + which])
                part, what = f"{name} bars", VALUES[int(value)]
                yield Fault(
                    sort, pair, part, int(ts), int(minutes), what, before, after, int(log.count[3 * place + which])
                )
