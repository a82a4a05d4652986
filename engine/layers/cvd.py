"""Cumulative volume delta of the setup bars: its own OHLC, its slope, and its divergence from price.

CVD adds taker buys minus taker sells (engine/market/flow.py) from an anchor; its level means nothing, only differences
do. A bar of CVD opens at the close of the one before; its high and low are the extremes of the running sum inside it.
Where a bar's delta is unknown or bars are missing the sum is cut and anchored anew at 0 (a *segment* begins); it is
`rebuilt` for 20 bars and votes. Slope: the sum of the last 14 deltas over sigma * sqrt(14), sigma the root mean square
of up to 64 deltas before them in the segment; where these are fewer than 10, the sigma from before the gap stays.

Divergence: at two pivot highs of price that are pivot highs of CVD, too, at the same bars (strength of the frame's
swings, one after the other, at most 60 bars apart, in one segment) price made a higher high by 0.3 ATR or more and CVD
a lower one by 0.5 sigma or more: bear, known when the later pivot is confirmed. Bull mirrored, at lows.

    price   104 ... 106   two pivot highs, the second higher by 2 (ATR 1)
    CVD     +90 ... +60   pivot highs at the same bars, the second lower by 30 (sigma 20): bear divergence

Score = 0.65 * clamp(slope / 2) + 0.55 * divergence, which fades over 16 bars from the confirmation; a slope against a
live divergence counts half. Textbooks: steady buying at two sigma: 0.65; a bull divergence just confirmed with buying
come in at 0.4 sigma: 0.65 * 0.2 + 0.55 = 0.68.
"""

from __future__ import annotations

import math
from typing import Annotated

from engine.layers import base
from engine.layers.base import Anchors, Reading
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "cvd"
WEIGHT = 0.12
NEEDS = ("delta",)
WARMUP = 30
FACTS = (
    "slope",
    "divergence",
    "bars_since_divergence",
    "segment_bars",
    "cvd_open",
    "cvd_high",
    "cvd_low",
    "cvd_close",
    "delta_sigma",
)
FROM_START = ("segment_bars", "cvd_open", "cvd_high", "cvd_low", "cvd_close")  # their level means nothing


@record
class State:
    """CVD of bar number i at i & 255; `open` .. `close` are the newest setup bar's."""

    segment: int  # known bars since the anchor
    cut: int  # 1: the segment began after a gap, not at the first bar
    seen: int  # 1 once any delta was known
    open: float
    high: float
    low: float
    close: float
    highs: Annotated[list[float], 256]
    lows: Annotated[list[float], 256]
    pivot_high: int  # bar of the newest pivot high of both price and CVD; 0: none
    pivot_low: int
    sigma: float
    slope: float
    divergence: int  # 1 bull, -1 bear, 0 none yet in this segment
    divergence_bar: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Add the newest bar's delta, or cut."""
    b = f.bars
    i = (b.n - 1) & 255
    missing = b.n > 1 and b.gap == b.n - 1
    if b.known[i] == 0 or missing:
        s.segment = 0
        s.cut = s.seen
        s.close = 0.0
        s.divergence = 0
        s.slope = 0.0
        if b.known[i] == 0:
            return
    s.seen = 1
    s.open = s.close
    inside(s, f, x)
    s.close = s.open + b.delta[i]
    s.high = max(s.high, max(s.open, s.close))
    s.low = min(s.low, min(s.open, s.close))
    s.highs[i] = s.high
    s.lows[i] = s.low
    s.segment += 1
    measure(s, f)
    diverge(s, f)


@step
def inside(s: State, f: Frame, x: Flow) -> None:
    """High and low of the CVD inside the setup bar, from its base bars."""
    s.high = s.open
    s.low = s.open
    begin = f.bars.close_ts - f.bars.minutes * 60000
    oldest = max(0, x.base_bars - 64)
    first = x.base_bars
    while first > oldest and x.base_close[(first - 1) & 63] > begin:
        first -= 1
    running = s.open
    for number in range(first, x.base_bars):
        j = number & 63
        if x.base_close[j] <= f.bars.close_ts:
            s.high = max(s.high, running + x.base_high[j])
            s.low = min(s.low, running + x.base_low[j])
            running += x.base_delta[j]


@step
def measure(s: State, f: Frame) -> None:
    """Sigma of the deltas before the slope's window, and the slope."""
    b = f.bars
    window = min(14, s.segment)
    total = 0.0
    for back in range(window):
        total += b.delta[(b.n - 1 - back) & 255]
    count = min(64, s.segment - window)
    if count >= 10:
        squares = 0.0
        for back in range(window, window + count):
            d = b.delta[(b.n - 1 - back) & 255]
            squares += d * d
        s.sigma = math.sqrt(squares / count)
    s.slope = 0.0
    if s.sigma > 0.0:
        s.slope = total / (s.sigma * math.sqrt(1.0 * window))


@step
def diverge(s: State, f: Frame) -> None:
    """Compare the common pivot just confirmed with the one before it; a bull and a bear one at once say nothing."""
    w = f.swings
    said = 0
    if w.new_high == 1:
        new = w.high_bar[(w.highs - 1) & 15]
        if is_pivot(s.highs, new, w.strength, 1) and new - w.strength >= f.bars.n - s.segment:
            if opposed(s, f, f.bars.high, s.highs, s.pivot_high, new, 1):
                said -= 1
            s.pivot_high = new
    if w.new_low == 1:
        new = w.low_bar[(w.lows - 1) & 15]
        if is_pivot(s.lows, new, w.strength, -1) and new - w.strength >= f.bars.n - s.segment:
            if opposed(s, f, f.bars.low, s.lows, s.pivot_low, new, -1):
                said += 1
            s.pivot_low = new
    if said != 0:
        s.divergence = said
        s.divergence_bar = f.bars.n - 1


@step
def is_pivot(path: list[float], bar: int, strength: int, side: int) -> bool:
    """Is CVD at that bar strictly beyond the bars before and not behind those after (side 1: a high, -1: a low)?"""
    here = path[bar & 255] * side
    for j in range(1, strength + 1):
        if path[(bar - j) & 255] * side >= here or path[(bar + j) & 255] * side > here:
            return False
    return True


@step
def opposed(s: State, f: Frame, prices: list[float], path: list[float], old: int, new: int, side: int) -> bool:
    """Did price go farther to `side` between two pivots in this segment, and CVD less far, both by enough?"""
    if old == 0 or old < f.bars.n - s.segment or new - old > 60:
        return False
    price = (prices[new & 255] - prices[old & 255]) * side
    change = (path[new & 255] - path[old & 255]) * side
    return price > 0.0 and price >= 0.3 * f.indicators.atr and change < 0.0 and change <= -0.5 * s.sigma


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score of slope and divergence; no anchors."""
    base.absent(r)
    least = 3 if s.cut == 1 and s.sigma > 0.0 else 24
    if s.segment < least or f.bars.n < 30:
        return
    since = f.bars.n - 1 - s.divergence_bar
    fresh = 0.0
    if s.divergence != 0:
        fresh = max(0.0, 1.0 - since / 16.0)
    slope = base.clamp(s.slope / 2.0)
    if s.divergence * slope < 0.0 and fresh > 0.0:
        slope = slope * 0.5
    r.score = base.clamp(0.65 * slope + 0.55 * s.divergence * fresh)
    r.state = 3 if s.cut == 1 and s.segment <= 20 else 1
    r.facts[0] = s.slope
    if fresh > 0.0:
        r.facts[1] = float(s.divergence)
        r.facts[2] = float(since)
    r.facts[3] = float(s.segment)
    r.facts[4] = s.open
    r.facts[5] = s.high
    r.facts[6] = s.low
    r.facts[7] = s.close
    r.facts[8] = s.sigma
