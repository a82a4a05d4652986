"""Confirmed swings, and the breaks of structure that they make: BOS, CHOCH and MSS.

Pivot high(k): strictly above the k highs before and not below the k highs after (of two equal ones the first); known k
bars later and never moved. BOS: a close beyond the last confirmed swing with the trend. CHOCH: the first close beyond
the last confirmed opposite swing. MSS: a CHOCH with displacement, which is a body towards the break of at least
`displacement_atr` ATR, or a fair value gap left by the breaking bar. One event a level: a broken level is used up. A
wick alone is a sweep (engine/market/liquidity.py), never a break. The leg that broke a level runs from the farthest
opposite price since the level's own bar. Terms as in the ICT and SMC literature; the events as LuxAlgo draws them.

    highs 103 (bar 2, known at bar 4 with k = 2), closes 104 (BOS up; the leg's low is 101, the lowest since bar 2)
"""

from __future__ import annotations

from typing import Annotated

from engine.market.bars import Bars
from engine.market.indicators import Indicators
from engine.params import Params
from engine.records import record, step

KEPT = 16
Sixteen = Annotated[list[float], KEPT]
SixteenInts = Annotated[list[int], KEPT]


@record
class Swings:
    """The newest 16 confirmed highs and lows; number i lives at i & 15."""

    strength: int  # k
    highs: int  # how many so far
    lows: int
    high: Sixteen
    low: Sixteen
    high_bar: SixteenInts  # bar number of the pivot
    low_bar: SixteenInts
    high_known: SixteenInts  # close time (ms) of the bar that confirmed it
    low_known: SixteenInts
    new_high: int  # 1 where the newest bar confirmed one
    new_low: int


@record
class Breaks:
    """Trend and the newest break. `event`: 2 CHOCH up, 1 BOS up, -1 BOS down, -2 CHOCH down, 0 none on this bar."""

    trend: int  # 1, -1, 0 before the first break
    event: int
    displaced: int  # 1: the break on this bar has displacement (with CHOCH: MSS)
    used_high: int  # number (count) of the newest high that was already broken
    used_low: int
    up_level: float  # the newest level broken upward, and when (bar number, close time)
    up_bar: int
    up_ts: int
    down_level: float
    down_bar: int
    down_ts: int
    last: int  # newest event so far, same code as `event`
    leg_low: float  # lowest low of the leg that broke upward: origin of the impulse
    leg_low_bar: int
    leg_high: float  # highest high of the leg that broke downward
    leg_high_bar: int


@step
def pivot(b: Bars, p: int, k: int) -> int:
    """Bit 1: bar number p is a pivot high of strength k, bit 2: a pivot low; k bars on both sides must be there."""
    high = b.high[p & 255]
    low = b.low[p & 255]
    kind = 3
    for j in range(1, k + 1):
        before = (p - j) & 255
        after = (p + j) & 255
        if b.high[before] >= high or b.high[after] > high:
            kind &= 2
        if b.low[before] <= low or b.low[after] < low:
            kind &= 1
    return kind


@step
def confirm(s: Swings, b: Bars) -> None:
    """Look for a pivot k bars back, now that its right side is closed."""
    s.new_high = 0
    s.new_low = 0
    k = s.strength
    if b.n < 2 * k + 1:
        return
    p = b.n - 1 - k
    kind = pivot(b, p, k)
    if kind & 1 != 0:
        i = s.highs & 15
        s.high[i] = b.high[p & 255]
        s.high_bar[i] = p
        s.high_known[i] = b.close_ts
        s.highs += 1
        s.new_high = 1
    if kind & 2 != 0:
        i = s.lows & 15
        s.low[i] = b.low[p & 255]
        s.low_bar[i] = p
        s.low_known[i] = b.close_ts
        s.lows += 1
        s.new_low = 1


@step
def breaks(r: Breaks, s: Swings, b: Bars, m: Indicators, k: Params) -> None:
    """Does the newest close break the last confirmed swing? Swings confirmed by this very bar count."""
    r.event = 0
    r.displaced = 0
    i = (b.n - 1) & 255
    c = b.close[i]
    if s.highs > r.used_high and c > s.high[(s.highs - 1) & 15]:
        level = (s.highs - 1) & 15
        r.event = 1 if r.trend >= 0 else 2
        r.trend = 1
        r.used_high = s.highs
        r.up_level = s.high[level]
        r.up_bar = b.n - 1
        r.up_ts = b.close_ts
        first = s.high_bar[level]
        if first < b.n - 255:
            first = b.n - 255
        r.leg_low = b.low[i]
        r.leg_low_bar = b.n - 1
        for j in range(first, b.n - 1):
            if b.low[j & 255] <= r.leg_low:
                r.leg_low = b.low[j & 255]
                r.leg_low_bar = j
    elif s.lows > r.used_low and c < s.low[(s.lows - 1) & 15]:
        level = (s.lows - 1) & 15
        r.event = -1 if r.trend <= 0 else -2
        r.trend = -1
        r.used_low = s.lows
        r.down_level = s.low[level]
        r.down_bar = b.n - 1
        r.down_ts = b.close_ts
        first = s.low_bar[level]
        if first < b.n - 255:
            first = b.n - 255
        r.leg_high = b.high[i]
        r.leg_high_bar = b.n - 1
        for j in range(first, b.n - 1):
            if b.high[j & 255] >= r.leg_high:
                r.leg_high = b.high[j & 255]
                r.leg_high_bar = j
    if r.event != 0:
        r.last = r.event
        body = (c - b.open[i]) * r.trend
        if (m.atr > 0.0 and body >= k.displacement_atr * m.atr) or gap_left(b, m, k) == r.trend:
            r.displaced = 1


@step
def gap_left(b: Bars, m: Indicators, k: Params) -> int:
    """Side of the fair value gap that the newest bar left: 1 bull, -1 bear, 0 none.

    Bull: its low is above the high two bars before, by at least `fvg_min_atr` ATR; bear mirrored. None across missing
    bars, nor before there is an ATR. Known at the close of the newest bar. Source: ICT's fair value gap.
    """
    if b.n < 15 or b.gap > b.n - 3:
        return 0
    i = (b.n - 1) & 255
    back = (b.n - 3) & 255
    least = k.fvg_min_atr * m.atr
    if b.low[i] > b.high[back] and b.low[i] - b.high[back] >= least:
        return 1
    if b.high[i] < b.low[back] and b.low[back] - b.high[i] >= least:
        return -1
    return 0
