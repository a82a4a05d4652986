"""Price zones that the tape leaves behind: order blocks and fair value gaps.

Order block (bull): the last down-close bar at or before the low of the leg that broke structure upward (at most 20 bars
before it (ours)); its zone is the whole bar, known at the close of the breaking bar. The first return into it mitigates
it. A close below it makes it a breaker (resistance from that close on), a close back above it kills the breaker. Fair
value gap (bull): low[t] > high[t-2], the zone between them, known at t (engine/market/swings.py, `gap_left`); its
midpoint is (low + high) / 2 (ICT: consequent encroachment), its filled share how far price has been into it, and it is
closed once a low reaches high[t-2]. Bear cases mirrored. After LuxAlgo's and quantwave's definitions, made causal.

    bull gap 100 .. 104: a low of 103 fills a quarter of it, a low of 102 reaches the midpoint, one of 100 closes it

Zones live in two stacks of 16, the newest win: bull ones at 0..15, bear ones at 16..31.
"""

from __future__ import annotations

from typing import Annotated

from engine.market import swings
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

STACK = 16
BULL, BEAR = 0, 1
DEAD, FRESH, MITIGATED, BREAKER = 0, 1, 2, 3
FIRST_VISIT_BARS = 4  # the first visit goes on while no more bars lie between two of its bars
ORIGIN_BARS = 20  # how far before the leg's extreme an order block may lie
UNSEEN = -1

Floats = Annotated[list[float], 2 * STACK]
Ints = Annotated[list[int], 2 * STACK]
Sides = Annotated[list[int], 2]


@record
class Blocks:
    """Order blocks of one timeframe. Bars are told by their number, `known` is a close (ms)."""

    made: Sides  # so far, a side
    state: Ints  # DEAD, FRESH, MITIGATED, BREAKER
    role: Ints  # 1 support, -1 resistance
    bar: Ints  # the block
    known: Ints  # what made it known (as a breaker: the close through it)
    visit: Ints  # newest visit in its role; UNSEEN before one
    first: Ints  # 1 while that visit is the first
    low: Floats
    high: Floats


@record
class Gaps:
    """Fair value gaps of one timeframe."""

    made: Sides
    open: Ints  # 1 until price has been through
    known: Ints
    visit: Ints
    low: Floats
    high: Floats
    depth: Floats  # farthest price inside the gap so far


@step
def update_blocks(z: Blocks, f: Frame) -> None:
    """Age the blocks by the newest bar, then add the one behind the break it made."""
    walk_blocks(z, f)
    if f.breaks.event > 0:
        add_block(z, f, BULL)
    elif f.breaks.event < 0:
        add_block(z, f, BEAR)


@step
def walk_blocks(z: Blocks, f: Frame) -> None:
    """Visits, mitigation, death and breakers."""
    b = f.bars
    i = (b.n - 1) & 255
    low = b.low[i]
    high = b.high[i]
    for j in range(2 * STACK):
        if z.state[j] == DEAD:
            continue
        role = z.role[j]
        if (role > 0 and low > z.high[j]) or (role < 0 and high < z.low[j]):
            continue
        through = b.close[i] < z.low[j] if role > 0 else b.close[i] > z.high[j]
        if not through:
            visit_block(z, j, b.n)
        elif z.state[j] == BREAKER:
            z.state[j] = DEAD
        else:
            z.state[j] = BREAKER
            z.role[j] = -role
            z.known[j] = b.close_ts
            z.visit[j] = UNSEEN
            z.first[j] = 0


@step
def visit_block(z: Blocks, j: int, n: int) -> None:
    """Bar n - 1 reached into block j."""
    if z.visit[j] == UNSEEN:
        z.first[j] = 1
    elif z.visit[j] < n - FIRST_VISIT_BARS:
        z.first[j] = 0
    z.visit[j] = n - 1
    if z.state[j] == FRESH:
        z.state[j] = MITIGATED


@step
def add_block(z: Blocks, f: Frame, side: int) -> None:
    """The order block behind the break that the newest bar made; one block serves one break."""
    b = f.bars
    start = f.breaks.leg_low_bar if side == BULL else f.breaks.leg_high_bar
    last = max(0, max(start - ORIGIN_BARS, b.n - 255))
    j = start
    while j >= last:
        body = b.close[j & 255] - b.open[j & 255]
        if (side == BULL and body < 0.0) or (side == BEAR and body > 0.0):
            break
        j -= 1
    if j < last:
        return
    newest = newest_of(z.made, side, 0)
    if z.made[side] > 0 and z.bar[newest] == j:
        return
    z.made[side] += 1
    place = newest_of(z.made, side, 0)
    z.state[place] = FRESH
    z.role[place] = 1 if side == BULL else -1
    z.bar[place] = j
    z.known[place] = b.close_ts
    z.visit[place] = UNSEEN
    z.first[place] = 0
    z.low[place] = b.low[j & 255]
    z.high[place] = b.high[j & 255]


@step
def newest_of(made: list[int], side: int, back: int) -> int:
    """Where the zone of a side lies that was made `back` zones before the newest."""
    return side * STACK + ((made[side] - 1 - back) & (STACK - 1))


@step
def update_gaps(z: Gaps, f: Frame, k: Params) -> None:
    """Fill the gaps by what the newest bar penetrated, then add the one it left."""
    walk_gaps(z, f)
    add_gap(z, f, k)


@step
def walk_gaps(z: Gaps, f: Frame) -> None:
    """What the newest bar penetrated is filled."""
    b = f.bars
    low = b.low[(b.n - 1) & 255]
    high = b.high[(b.n - 1) & 255]
    for j in range(2 * STACK):
        if z.open[j] == 0:
            continue
        if j < STACK:
            if low > z.high[j]:
                continue
            z.visit[j] = b.n - 1
            z.depth[j] = min(z.depth[j], low)
            if low <= z.low[j]:
                z.open[j] = 0
        else:
            if high < z.low[j]:
                continue
            z.visit[j] = b.n - 1
            z.depth[j] = max(z.depth[j], high)
            if high >= z.high[j]:
                z.open[j] = 0


@step
def add_gap(z: Gaps, f: Frame, k: Params) -> None:
    """The gap between the newest bar and the one two before it, where there is one."""
    b = f.bars
    left = swings.gap_left(b, f.indicators, k)
    if left == 0:
        return
    i = (b.n - 1) & 255
    back = (b.n - 3) & 255
    side = BULL if left > 0 else BEAR
    low = b.high[back] if left > 0 else b.high[i]
    high = b.low[i] if left > 0 else b.low[back]
    z.made[side] += 1
    place = newest_of(z.made, side, 0)
    z.open[place] = 1
    z.known[place] = b.close_ts
    z.visit[place] = UNSEEN
    z.low[place] = low
    z.high[place] = high
    z.depth[place] = high if side == BULL else low


@step
def filled(z: Gaps, j: int) -> float:
    """Share of gap j that price has been through, in [0, 1]."""
    wide = z.high[j] - z.low[j]
    if wide <= 0.0:
        return 0.0
    return (z.high[j] - z.depth[j]) / wide if j < STACK else (z.depth[j] - z.low[j]) / wide
