"""What the daily bias is built on, read from a fixed number of daily bars: it forgets whole.

A start knows 30 days of history. An EMA that never ends, or a break of last year, would make the bias of a restarted
program another than that of one that ran on; so both are defined over the newest `daily_bars` daily bars alone, and of
them only those behind the newest hole of a day or more.
"""

from __future__ import annotations

from engine.market import swings
from engine.market.bars import Bars
from engine.params import Params
from engine.records import record, step


@record
class Daily:
    """At the newest closed daily bar, known at its close."""

    days: int  # closed daily bars it is read from
    trend: int  # side of the newest break among them, 0: none
    ema20: float  # in quote units


@step
def read(d: Daily, b: Bars, k: Params) -> None:
    """Take it from the daily bars anew (once a day)."""
    d.days = min(k.daily_bars, b.n - b.gap)
    d.trend = newest_break(b, d.days)
    d.ema20 = mean20(b, d.days)


@step
def mean20(b: Bars, count: int) -> float:
    """EMA 20 of the newest `count` closes: weights (19/21)^age over their sum. 0.0 of none.

    Source: the adjusted mean, as `pandas.Series.ewm(span=20, adjust=True)` has it.

    >>> b = Bars(); b.close[0] = 105.0; b.close[1] = 101.0; b.n = 2
    >>> mean20(b, 2)            # (105 * 19/21 + 101) / (19/21 + 1) = 102.9
    102.9
    """
    total = 0.0
    weight = 0.0
    for bar in range(b.n - count, b.n):
        total = total * (19.0 / 21.0) + b.close[bar & 255]
        weight = weight * (19.0 / 21.0) + 1.0
    return total / weight if weight > 0.0 else 0.0


@step
def newest_break(b: Bars, count: int) -> int:
    """Side of the newest break of structure in the newest `count` bars, by pivots of strength 2 among them; 0: none.

    Pivots and breaks are those of engine/market/swings.py, on a tape that begins with the oldest of these bars.
    """
    side = 0
    high = 0.0  # the last confirmed swings that no close has broken yet; 0.0: none
    low = 0.0
    for bar in range(b.n - count + 4, b.n):
        kind = swings.pivot(b, bar - 2, 2)
        if kind & 1 != 0:
            high = b.high[(bar - 2) & 255]
        if kind & 2 != 0:
            low = b.low[(bar - 2) & 255]
        close = b.close[bar & 255]
        if high > 0.0 and close > high:
            side = 1
            high = 0.0
        elif low > 0.0 and close < low:
            side = -1
            low = 0.0
    return side
