"""Cumulative volume delta of the setup bars: its own OHLC, its slope, and its divergence from price.

CVD adds taker buys minus taker sells (engine/market/flow.py) from an anchor; its level means nothing, only differences
do. Where a bar's delta is unknown or bars are missing the sum is cut and anchored anew at 0; it is `rebuilt` for 20
bars and votes. Slope: the sum of the last 14 deltas over sigma * sqrt(14), sigma the root mean square of up to 64
deltas before them. Divergence, known when the later price pivot is confirmed: bear, a higher high of price (>= 0.3 ATR)
with a lower CVD (>= 0.5 sigma) at the same two bars; bull mirrored. Pivots lie at most 60 bars apart, in one segment.

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
FACTS = ("slope", "divergence", "bars_since_divergence", "segment_bars", "open", "high", "low", "close", "sigma")
SLOPE, SIGMA, REBUILT_BARS = 14, 64, 20


@record
class State:
    """CVD close of bar number i at i & 255; `open` .. `close` are the newest setup bar's."""

    segment: int  # known bars since the anchor
    cut: int  # 1: the segment began after a gap, not at the first bar
    seen: int  # 1 once any delta was known
    open: float
    high: float
    low: float
    close: float
    path: Annotated[list[float], 256]
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
        s.sigma = 0.0
        s.slope = 0.0
        if b.known[i] == 0:
            return
    s.seen = 1
    s.open = s.close
    inside(s, f, x)
    s.close = s.open + b.delta[i]
    s.high = max(s.high, max(s.open, s.close))
    s.low = min(s.low, min(s.open, s.close))
    s.path[i] = s.close
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
    squares = 0.0
    count = min(64, s.segment - window)
    first = window
    if count < 10:  # too few before it: the segment's own
        count = s.segment
        first = 0
    for back in range(first, first + count):
        d = b.delta[(b.n - 1 - back) & 255]
        squares += d * d
    s.sigma = math.sqrt(squares / count)
    s.slope = 0.0
    if s.sigma > 0.0:
        s.slope = total / (s.sigma * math.sqrt(1.0 * window))


@step
def diverge(s: State, f: Frame) -> None:
    """Compare the pivot just confirmed with the one before it; a bull and a bear one at once say nothing."""
    w = f.swings
    b = f.bars
    least = 0.3 * f.indicators.atr
    said = 0
    if w.new_high == 1 and w.highs > 1:
        new = (w.highs - 1) & 15
        old = (w.highs - 2) & 15
        if comparable(s, b.n, w.high_bar[old], w.high_bar[new]):
            change = s.path[w.high_bar[new] & 255] - s.path[w.high_bar[old] & 255]
            rise = w.high[new] - w.high[old]
            if rise >= least and rise > 0.0 and change <= -0.5 * s.sigma and change < 0.0:
                said -= 1
    if w.new_low == 1 and w.lows > 1:
        new = (w.lows - 1) & 15
        old = (w.lows - 2) & 15
        if comparable(s, b.n, w.low_bar[old], w.low_bar[new]):
            change = s.path[w.low_bar[new] & 255] - s.path[w.low_bar[old] & 255]
            fall = w.low[old] - w.low[new]
            if fall >= least and fall > 0.0 and change >= 0.5 * s.sigma and change > 0.0:
                said += 1
    if said != 0:
        s.divergence = said
        s.divergence_bar = b.n - 1


@step
def comparable(s: State, n: int, old: int, new: int) -> bool:
    """Do both pivots lie in this segment, not too far apart?"""
    return old >= n - s.segment and new - old <= 60 and n - old < 250


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score of slope and divergence; no anchors."""
    base.absent(r)
    least = 3 if s.cut == 1 else 20
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
