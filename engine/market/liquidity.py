"""Levels where stops rest: confirmed swing highs and lows, equal ones among them, and the sweeps that take them.

Sweep (bear): a high beyond a confirmed swing high or equal highs, and no close beyond; with a close beyond it the level
is broken. Either way it is taken, once. Equal highs: two untaken pivots within `equal_level_atr` ATR, equal from the
moment the later one is confirmed. A sweep lives while no close goes beyond its extreme. Bull cases (of lows) mirrored.
Levels share the slots of Swings (number i at i & 15).

    equal highs 110.0 and 110.1 (ATR 1): a bar 109 -> high 110.6 -> close 109.5 sweeps both; one that closes at 110.3
    breaks both
"""

from __future__ import annotations

from typing import Annotated

from engine.market.frame import Frame
from engine.market.swings import KEPT
from engine.params import Params
from engine.records import record, step

OF_LOWS, OF_HIGHS = 0, 1  # sides of a sweep: of lows it is bull, of highs bear

Flags = Annotated[list[int], KEPT]
Ints = Annotated[list[int], 2]
Floats = Annotated[list[float], 2]


@record
class Liquidity:
    """Levels of one timeframe, and the newest sweep of either side."""

    high_taken: Flags  # 1: the confirmed high in that slot was swept or closed beyond
    low_taken: Flags
    high_equal: Flags  # close (ms) of the bar that confirmed the later of two equal highs; 0: it stands alone
    low_equal: Flags
    bar: Ints  # bar number of the newest sweep
    known: Ints  # its close (ms)
    equal: Ints  # 1: of equal levels
    live: Ints  # 1 while its extreme holds
    level: Floats
    extreme: Floats


@step
def update(q: Liquidity, f: Frame, k: Params) -> None:
    """New pivots become levels; levels beyond which the newest bar reached are taken."""
    add_levels(q, f, k.equal_level_atr * f.indicators.atr)
    close_beyond(q, f)
    take_levels(q, f)


@step
def add_levels(q: Liquidity, f: Frame, near: float) -> None:
    """The pivots that the newest bar confirmed, and those `near` them."""
    w = f.swings
    if w.new_high == 1:
        place = (w.highs - 1) & 15
        q.high_taken[place] = 0
        q.high_equal[place] = 0
        for j in range(min(w.highs, KEPT)):
            if j != place and q.high_taken[j] == 0 and abs(w.high[j] - w.high[place]) <= near:
                if q.high_equal[j] == 0:
                    q.high_equal[j] = f.bars.close_ts
                q.high_equal[place] = f.bars.close_ts
    if w.new_low == 1:
        place = (w.lows - 1) & 15
        q.low_taken[place] = 0
        q.low_equal[place] = 0
        for j in range(min(w.lows, KEPT)):
            if j != place and q.low_taken[j] == 0 and abs(w.low[j] - w.low[place]) <= near:
                if q.low_equal[j] == 0:
                    q.low_equal[j] = f.bars.close_ts
                q.low_equal[place] = f.bars.close_ts


@step
def close_beyond(q: Liquidity, f: Frame) -> None:
    """A close beyond its extreme ends a sweep."""
    c = f.bars.close[(f.bars.n - 1) & 255]
    if q.live[OF_LOWS] == 1 and c < q.extreme[OF_LOWS]:
        q.live[OF_LOWS] = 0
    if q.live[OF_HIGHS] == 1 and c > q.extreme[OF_HIGHS]:
        q.live[OF_HIGHS] = 0


@step
def take_levels(q: Liquidity, f: Frame) -> None:
    """Levels beyond which the newest bar reached: broken where it closed beyond, else swept."""
    b = f.bars
    w = f.swings
    i = (b.n - 1) & 255
    for j in range(min(w.lows, KEPT)):
        if q.low_taken[j] == 0 and b.low[i] < w.low[j]:
            q.low_taken[j] = 1
            if b.close[i] >= w.low[j]:
                sweep(q, f, OF_LOWS, w.low[j], b.low[i], 1 if q.low_equal[j] > 0 else 0)
    for j in range(min(w.highs, KEPT)):
        if q.high_taken[j] == 0 and b.high[i] > w.high[j]:
            q.high_taken[j] = 1
            if b.close[i] <= w.high[j]:
                sweep(q, f, OF_HIGHS, w.high[j], b.high[i], 1 if q.high_equal[j] > 0 else 0)


@step
def sweep(q: Liquidity, f: Frame, side: int, level: float, extreme: float, equal: int) -> None:
    """A sweep on the newest bar; of several the farthest level stays, equal levels win over single ones."""
    if q.live[side] == 1 and q.known[side] == f.bars.close_ts:
        if q.equal[side] > equal:
            return
        if q.equal[side] == equal:
            if side == OF_LOWS and q.level[side] <= level:
                return
            if side == OF_HIGHS and q.level[side] >= level:
                return
    q.live[side] = 1
    q.bar[side] = f.bars.n - 1
    q.known[side] = f.bars.close_ts
    q.equal[side] = equal
    q.level[side] = level
    q.extreme[side] = extreme
