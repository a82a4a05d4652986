"""The 5m sniper triggers: what each closed 5m bar showed for either side, and what the newest of them showed together.

structure: CHOCH with the side, or a sweep of the newest opposite extreme and, within twelve bars (ours), a confirmed
higher low (lower high). reclaim: a close back beyond EMA50. delta: taker delta with the side. `delta_known`: the bar's
delta is known; `ready`: EMA50 is. A bar's bits are known at its close; when they are enough stands in
engine/decision/triggers.py.
"""

from __future__ import annotations

from typing import Annotated

from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

TRIGGER_BITS = {
    "structure_long": 1,
    "structure_short": 2,
    "reclaim_long": 4,
    "reclaim_short": 8,
    "delta_long": 16,
    "delta_short": 32,
    "delta_known": 64,
    "ready": 128,
}
(
    STRUCTURE_LONG,
    STRUCTURE_SHORT,
    RECLAIM_LONG,
    RECLAIM_SHORT,
    DELTA_LONG,
    DELTA_SHORT,
    DELTA_KNOWN,
    READY,
) = TRIGGER_BITS.values()
SWEEP_BARS = 12  # a sweep waits this long for its higher low
WARMUP = 51  # 5m bars before EMA50 can be reclaimed
NONE = -1


@record
class Sniper:
    """One pair's 5m triggers. Bars are told by their number."""

    seen: int  # TRIGGER_BITS seen in the newest `trigger_bars` closed 5m bars
    recent: Annotated[list[int], 8]  # bits of the newest eight; bar number i lives at i & 7
    swept_low: int  # the bar that swept a low, a high last (NONE: none), and their extremes
    swept_high: int
    swept_low_at: float
    swept_high_at: float
    mean_before: float  # EMA50 one bar ago


@step
def mark(s: Sniper, f: Frame) -> None:
    """Bits of the 5m bar that just closed."""
    note_sweeps(s, f)
    s.recent[(f.bars.n - 1) & 7] = structure_bits(s, f) | reclaim_bits(s, f) | delta_bits(f)
    s.mean_before = f.indicators.ema50.value


@step
def note_sweeps(s: Sniper, f: Frame) -> None:
    """Did the bar reach beyond the newest confirmed low (high) and not close beyond it?"""
    b = f.bars
    w = f.swings
    i = (b.n - 1) & 255
    c = b.close[i]
    if w.lows > 0 and b.low[i] < w.low[(w.lows - 1) & 15] and c >= w.low[(w.lows - 1) & 15]:
        s.swept_low = b.n - 1
        s.swept_low_at = b.low[i]
    if w.highs > 0 and b.high[i] > w.high[(w.highs - 1) & 15] and c <= w.high[(w.highs - 1) & 15]:
        s.swept_high = b.n - 1
        s.swept_high_at = b.high[i]


@step
def structure_bits(s: Sniper, f: Frame) -> int:
    """CHOCH, or a higher low (lower high) that this bar confirmed after a sweep."""
    w = f.swings
    newest = f.bars.n - 1
    bits = 0
    if f.breaks.event == 2:
        bits |= STRUCTURE_LONG
    if f.breaks.event == -2:
        bits |= STRUCTURE_SHORT
    if w.new_low == 1 and s.swept_low >= 0 and newest - s.swept_low <= SWEEP_BARS:
        last = (w.lows - 1) & 15
        if w.low_bar[last] > s.swept_low and w.low[last] > s.swept_low_at:
            bits |= STRUCTURE_LONG
    if w.new_high == 1 and s.swept_high >= 0 and newest - s.swept_high <= SWEEP_BARS:
        last = (w.highs - 1) & 15
        if w.high_bar[last] > s.swept_high and w.high[last] < s.swept_high_at:
            bits |= STRUCTURE_SHORT
    return bits


@step
def reclaim_bits(s: Sniper, f: Frame) -> int:
    """A close beyond EMA50 after one that was not; silent until EMA50 stands."""
    b = f.bars
    if b.n <= WARMUP:
        return 0
    bits = READY
    mean = f.indicators.ema50.value
    c = b.close[(b.n - 1) & 255]
    before = b.close[(b.n - 2) & 255]
    if c > mean and before <= s.mean_before:
        bits |= RECLAIM_LONG
    if c < mean and before >= s.mean_before:
        bits |= RECLAIM_SHORT
    return bits


@step
def delta_bits(f: Frame) -> int:
    """The side of the bar's taker delta, where it is known."""
    i = (f.bars.n - 1) & 255
    if f.bars.known[i] == 0:
        return 0
    bits = DELTA_KNOWN
    if f.bars.delta[i] > 0.0:
        bits |= DELTA_LONG
    if f.bars.delta[i] < 0.0:
        bits |= DELTA_SHORT
    return bits


@step
def look_back(s: Sniper, f: Frame, k: Params) -> None:
    """Gather the bits of the newest `trigger_bars` closed bars."""
    bits = 0
    for j in range(k.trigger_bars):
        if f.bars.n > j:
            bits |= s.recent[(f.bars.n - 1 - j) & 7]
    s.seen = bits
