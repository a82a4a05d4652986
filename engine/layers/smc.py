"""Smart money concepts: order blocks, fair value gaps, sweeps of liquidity, premium and discount.

Order block (bull): the last down-close bar at or before the low of the leg that broke structure upward; its zone is
the whole bar, known at the close of the breaking bar. The first return into it mitigates it; a close below it makes
it a breaker (resistance), a close back above kills that. Fair value gap (bull): low[t] > high[t-2], at least
`fvg_min_atr` ATR wide, bar t-1 rising; known at t, filled by penetration, closed when low <= high[t-2]. Sweep (bear):
high beyond a confirmed swing high or equal highs and a close back below; a level is taken once. Equal highs: two
untaken pivots within `equal_level_atr` ATR. Premium/discount: place of the close in the range of the last confirmed
swing low and high, > 0.5 is premium. Bear cases mirrored. After LuxAlgo's and quantwave's definitions, made causal.

Score, long side minus short side: a visited order block 0.6 at its first return (0.4 later, breaker 0.35), a visited
gap 0.45 less a third of what is filled, the larger of both whole and half of the smaller, fading over 4 bars after
the visit; a sweep 0.45 (equal levels 0.55) fading over 6 bars while its extreme holds; 0.3 * (0.5 - place); 0.1 for
the trend. A zone counts only while no close has gone through it.
Textbook: a first return into a fresh bull block with an unfilled gap on it, in discount (0.3), trend up:
0.6 + 0.5 * 0.45 + 0.3 * 0.2 + 0.1 = 0.985.
"""

from __future__ import annotations

from typing import Annotated

from engine.layers import base
from engine.layers.base import (
    BREAKER_BLOCK,
    EQUAL_HIGHS,
    EQUAL_LOWS,
    FAIR_VALUE_GAP,
    ORDER_BLOCK,
    SWEPT_LEVEL,
    Anchors,
    Reading,
)
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "smc"
NEEDS = ("candles",)
WARMUP = 30
FACTS = (
    "order_block",
    "block_fresh",
    "fair_value_gap",
    "gap_filled",
    "sweep",
    "bars_since_sweep",
    "sweep_equal",
    "place",
    "blocks_below",
    "blocks_above",
)
DEAD, FRESH, MITIGATED, BREAKER = 0, 1, 2, 3

Zones = Annotated[list[float], 32]
ZoneInts = Annotated[list[int], 32]
Levels = Annotated[list[int], 16]


@record
class State:
    """Zones live in two stacks of 16, the newest win: bull ones at 0..15, bear ones at 16..31."""

    blocks: Annotated[list[int], 2]  # made so far, a side
    block_state: ZoneInts  # DEAD, FRESH, MITIGATED, BREAKER
    block_role: ZoneInts  # 1 support, -1 resistance
    block_bar: ZoneInts  # bar number of the block
    block_known: ZoneInts  # close (ms) that made it known (as a breaker: the close through it)
    block_visit: ZoneInts  # bar number of the newest visit in its role; -1 none
    block_first: ZoneInts  # 1 while that visit is the first
    block_low: Zones
    block_high: Zones
    gaps: Annotated[list[int], 2]
    gap_open: ZoneInts
    gap_known: ZoneInts
    gap_visit: ZoneInts
    gap_low: Zones
    gap_high: Zones
    gap_depth: Zones  # farthest price inside the gap so far
    high_taken: Levels  # 1: a confirmed high was swept or closed beyond (slots of Swings)
    low_taken: Levels
    high_equal: Levels  # 1: another untaken high lies within the tolerance
    low_equal: Levels
    sweep_bar: Annotated[list[int], 2]  # newest sweep: [0] bull (of lows), [1] bear
    sweep_known: Annotated[list[int], 2]
    sweep_equal: Annotated[list[int], 2]
    sweep_live: Annotated[list[int], 2]
    sweep_level: Annotated[list[float], 2]
    sweep_extreme: Annotated[list[float], 2]


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Age what is known by the newest bar, then add what it made known."""
    walk_blocks(s, f)
    walk_gaps(s, f)
    take_levels(s, f, k)
    if f.breaks.event > 0:
        add_block(s, f, 0)
    elif f.breaks.event < 0:
        add_block(s, f, 1)
    add_gap(s, f, k)


@step
def walk_blocks(s: State, f: Frame) -> None:
    """Visits, mitigation, death and breakers."""
    b = f.bars
    i = (b.n - 1) & 255
    low = b.low[i]
    high = b.high[i]
    for j in range(32):
        if s.block_state[j] == 0:
            continue
        role = s.block_role[j]
        if (role > 0 and low > s.block_high[j]) or (role < 0 and high < s.block_low[j]):
            continue
        through = b.close[i] < s.block_low[j] if role > 0 else b.close[i] > s.block_high[j]
        if not through:
            visit_block(s, j, b.n)
        elif s.block_state[j] == 3:
            s.block_state[j] = 0
        else:
            s.block_state[j] = 3
            s.block_role[j] = -role
            s.block_known[j] = b.close_ts
            s.block_visit[j] = -1
            s.block_first[j] = 0


@step
def visit_block(s: State, j: int, n: int) -> None:
    """Bar n - 1 reached into block j; the first visit lasts while no more than four bars lie between its bars."""
    if s.block_visit[j] < 0:
        s.block_first[j] = 1
    elif s.block_visit[j] < n - 4:
        s.block_first[j] = 0
    s.block_visit[j] = n - 1
    if s.block_state[j] == 1:
        s.block_state[j] = 2


@step
def walk_gaps(s: State, f: Frame) -> None:
    """Fill the gaps by what the newest bar penetrated."""
    b = f.bars
    low = b.low[(b.n - 1) & 255]
    high = b.high[(b.n - 1) & 255]
    for j in range(32):
        if s.gap_open[j] == 0:
            continue
        if j < 16:
            if low > s.gap_high[j]:
                continue
            s.gap_visit[j] = b.n - 1
            s.gap_depth[j] = min(s.gap_depth[j], low)
            if low <= s.gap_low[j]:
                s.gap_open[j] = 0
        else:
            if high < s.gap_low[j]:
                continue
            s.gap_visit[j] = b.n - 1
            s.gap_depth[j] = max(s.gap_depth[j], high)
            if high >= s.gap_high[j]:
                s.gap_open[j] = 0


@step
def take_levels(s: State, f: Frame, k: Params) -> None:
    """New pivots become levels; levels beyond which the newest bar reached are taken: swept or broken."""
    b = f.bars
    w = f.swings
    i = (b.n - 1) & 255
    near = k.equal_level_atr * f.indicators.atr
    if w.new_high == 1:
        place = (w.highs - 1) & 15
        s.high_taken[place] = 0
        s.high_equal[place] = 0
        for j in range(min(w.highs, 16)):
            if j != place and s.high_taken[j] == 0 and abs(w.high[j] - w.high[place]) <= near:
                s.high_equal[j] = 1
                s.high_equal[place] = 1
    if w.new_low == 1:
        place = (w.lows - 1) & 15
        s.low_taken[place] = 0
        s.low_equal[place] = 0
        for j in range(min(w.lows, 16)):
            if j != place and s.low_taken[j] == 0 and abs(w.low[j] - w.low[place]) <= near:
                s.low_equal[j] = 1
                s.low_equal[place] = 1
    if s.sweep_live[0] == 1 and b.close[i] < s.sweep_extreme[0]:
        s.sweep_live[0] = 0
    if s.sweep_live[1] == 1 and b.close[i] > s.sweep_extreme[1]:
        s.sweep_live[1] = 0
    for j in range(min(w.lows, 16)):
        if s.low_taken[j] == 0 and b.low[i] < w.low[j]:
            s.low_taken[j] = 1
            if b.close[i] > w.low[j]:
                swept(s, f, 0, w.low[j], b.low[i], s.low_equal[j])
    for j in range(min(w.highs, 16)):
        if s.high_taken[j] == 0 and b.high[i] > w.high[j]:
            s.high_taken[j] = 1
            if b.close[i] < w.high[j]:
                swept(s, f, 1, w.high[j], b.high[i], s.high_equal[j])


@step
def swept(s: State, f: Frame, side: int, level: float, extreme: float, equal: int) -> None:
    """A sweep on the newest bar; of several the farthest level stays, equal levels win over single ones."""
    if s.sweep_live[side] == 1 and s.sweep_known[side] == f.bars.close_ts:
        if s.sweep_equal[side] > equal:
            return
        if s.sweep_equal[side] == equal:
            if side == 0 and s.sweep_level[side] <= level:
                return
            if side == 1 and s.sweep_level[side] >= level:
                return
    s.sweep_live[side] = 1
    s.sweep_bar[side] = f.bars.n - 1
    s.sweep_known[side] = f.bars.close_ts
    s.sweep_equal[side] = equal
    s.sweep_level[side] = level
    s.sweep_extreme[side] = extreme


@step
def add_block(s: State, f: Frame, side: int) -> None:
    """The order block behind the break that the newest bar made (side 0: upward)."""
    b = f.bars
    start = f.breaks.leg_low_bar if side == 0 else f.breaks.leg_high_bar
    last = max(0, max(start - 20, b.n - 255))
    j = start
    while j >= last:
        body = b.close[j & 255] - b.open[j & 255]
        if (side == 0 and body < 0.0) or (side == 1 and body > 0.0):
            break
        j -= 1
    if j < last:
        return
    newest = side * 16 + ((s.blocks[side] - 1) & 15)
    if s.blocks[side] > 0 and s.block_bar[newest] == j:
        return
    place = side * 16 + (s.blocks[side] & 15)
    s.blocks[side] += 1
    s.block_state[place] = 1
    s.block_role[place] = 1 if side == 0 else -1
    s.block_bar[place] = j
    s.block_known[place] = b.close_ts
    s.block_visit[place] = -1
    s.block_first[place] = 0
    s.block_low[place] = b.low[j & 255]
    s.block_high[place] = b.high[j & 255]


@step
def add_gap(s: State, f: Frame, k: Params) -> None:
    """A fair value gap between the newest bar and the one two before it."""
    b = f.bars
    if b.n < 15 or b.gap > b.n - 3:
        return
    i = (b.n - 1) & 255
    middle = (b.n - 2) & 255
    back = (b.n - 3) & 255
    least = max(k.fvg_min_atr * f.indicators.atr, 0.0)
    side = -1
    low = 0.0
    high = 0.0
    if b.low[i] > b.high[back] and b.close[middle] > b.open[middle]:
        side = 0
        low = b.high[back]
        high = b.low[i]
    elif b.high[i] < b.low[back] and b.close[middle] < b.open[middle]:
        side = 1
        low = b.high[i]
        high = b.low[back]
    if side < 0 or high - low < least:
        return
    place = side * 16 + (s.gaps[side] & 15)
    s.gaps[side] += 1
    s.gap_open[place] = 1
    s.gap_known[place] = b.close_ts
    s.gap_visit[place] = -1
    s.gap_low[place] = low
    s.gap_high[place] = high
    s.gap_depth[place] = high if side == 0 else low


@step
def filled(s: State, j: int) -> float:
    """Share of gap j that price has been through, in [0, 1]."""
    wide = s.gap_high[j] - s.gap_low[j]
    if wide <= 0.0:
        return 0.0
    return (s.gap_high[j] - s.gap_depth[j]) / wide if j < 16 else (s.gap_depth[j] - s.gap_low[j]) / wide


@step
def recent(bar: int, n: int, over: float) -> float:
    """1 on the newest bar, falling to 0 over `over` bars; 0 for a bar below 0."""
    if bar < 0:
        return 0.0
    return max(0.0, 1.0 - (n - 1 - bar) / over)


@step
def block_visited(s: State, n: int, role: int) -> int:
    """The block in that role whose visit weighs most now; -1 none."""
    best = -1
    heaviest = 0.0
    for j in range(32):
        if s.block_visit[j] > n - 5 and s.block_state[j] > 0 and s.block_role[j] == role:
            weight = block_weight(s, j, n)
            if weight > heaviest:
                heaviest = weight
                best = j
    return best


@step
def block_weight(s: State, j: int, n: int) -> float:
    """What a visit of block j is worth at bar n - 1."""
    worth = 0.4
    if s.block_state[j] == 3:
        worth = 0.35
    elif s.block_first[j] == 1:
        worth = 0.6
    return worth * recent(s.block_visit[j], n, 4.0)


@step
def gap_weight(s: State, j: int, n: int) -> float:
    """What a visit of gap j is worth at bar n - 1."""
    return 0.45 * (1.0 - filled(s, j) / 3.0) * recent(s.gap_visit[j], n, 4.0)


@step
def gap_visited(s: State, n: int, side: int) -> int:
    """The open gap of that side whose visit weighs most now; -1 none."""
    best = -1
    heaviest = 0.0
    for j in range(side * 16, side * 16 + 16):
        if s.gap_visit[j] > n - 5 and s.gap_open[j] == 1:
            weight = gap_weight(s, j, n)
            if weight > heaviest:
                heaviest = weight
                best = j
    return best


@step
def sweep_weight(s: State, side: int, n: int) -> float:
    """What the newest sweep of a side is worth at bar n - 1."""
    if s.sweep_live[side] == 0:
        return 0.0
    worth = 0.55 if s.sweep_equal[side] == 1 else 0.45
    return worth * recent(s.sweep_bar[side], n, 6.0)


@step
def place_in_range(f: Frame) -> float:
    """Place of the close between the last confirmed low (0) and high (1), cut to [0, 1]; 0.5 where there is none."""
    w = f.swings
    if w.highs == 0 or w.lows == 0:
        return 0.5
    low = w.low[(w.lows - 1) & 15]
    high = w.high[(w.highs - 1) & 15]
    if high <= low:
        return 0.5
    return max(0.0, min(1.0, (f.bars.close[(f.bars.n - 1) & 255] - low) / (high - low)))


@step
def zones_weight(block: float, gap: float) -> float:
    """The larger whole, half of the smaller."""
    return max(block, gap) + 0.5 * min(block, gap)


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score, and blocks, breakers, gaps, equal levels and swept levels as anchors."""
    base.absent(r)
    n = f.bars.n
    if n < 30:
        return
    below = block_visited(s, n, 1)
    above = block_visited(s, n, -1)
    under = gap_visited(s, n, 0)
    over = gap_visited(s, n, 1)
    support = block_weight(s, below, n) if below >= 0 else 0.0
    resistance = block_weight(s, above, n) if above >= 0 else 0.0
    up_gap = gap_weight(s, under, n) if under >= 0 else 0.0
    down_gap = gap_weight(s, over, n) if over >= 0 else 0.0
    zones = zones_weight(support, up_gap) - zones_weight(resistance, down_gap)
    sweeps = sweep_weight(s, 0, n) - sweep_weight(s, 1, n)
    place = place_in_range(f)
    r.score = base.clamp(zones + sweeps + 0.3 * (0.5 - place) + 0.1 * f.breaks.trend)
    r.state = 1
    if support > resistance:
        r.facts[0] = 1.0
        r.facts[1] = float(s.block_first[below])
    elif resistance > support:
        r.facts[0] = -1.0
        r.facts[1] = float(s.block_first[above])
    if up_gap > down_gap:
        r.facts[2] = 1.0
        r.facts[3] = filled(s, under)
    elif down_gap > up_gap:
        r.facts[2] = -1.0
        r.facts[3] = filled(s, over)
    newest = 0 if sweep_weight(s, 0, n) >= sweep_weight(s, 1, n) else 1
    if sweep_weight(s, newest, n) > 0.0:
        r.facts[4] = 1.0 if newest == 0 else -1.0
        r.facts[5] = float(n - 1 - s.sweep_bar[newest])
        r.facts[6] = float(s.sweep_equal[newest])
    r.facts[7] = place
    vouch_zones(s, f, r, a)
    vouch_levels(s, f, a)


@step
def vouch_zones(s: State, f: Frame, r: Reading, a: Anchors) -> None:
    """The newest five blocks and gaps a side, and two breakers; counts the live blocks of either role."""
    minutes = f.bars.minutes
    for side in range(2):
        blocks = 0
        breakers = 0
        gaps = 0
        for back in range(16):
            j = side * 16 + ((s.blocks[side] - 1 - back) & 15)
            role = s.block_role[j]
            if s.block_state[j] > 0:
                r.facts[8 if role > 0 else 9] += 1.0
            if s.block_state[j] == 3 and breakers < 2:
                breakers += 1
                base.vouch(a, BREAKER_BLOCK, minutes, role, s.block_known[j], s.block_low[j], s.block_high[j])
            elif (s.block_state[j] == 1 or s.block_state[j] == 2) and blocks < 5:
                blocks += 1
                base.vouch(a, ORDER_BLOCK, minutes, role, s.block_known[j], s.block_low[j], s.block_high[j])
            g = side * 16 + ((s.gaps[side] - 1 - back) & 15)
            if s.gap_open[g] == 1 and gaps < 5:
                gaps += 1
                facing = 1 if side == 0 else -1
                base.vouch(a, FAIR_VALUE_GAP, minutes, facing, s.gap_known[g], s.gap_low[g], s.gap_high[g])


@step
def vouch_levels(s: State, f: Frame, a: Anchors) -> None:
    """Two untaken pools of equal highs and of equal lows, and the newest sweep of either side while it holds."""
    w = f.swings
    minutes = f.bars.minutes
    near_high = 0
    near_low = 0
    for back in range(16):
        if back < w.highs and near_high < 2:
            j = (w.highs - 1 - back) & 15
            if s.high_equal[j] == 1 and s.high_taken[j] == 0:
                near_high += 1
                base.vouch(a, EQUAL_HIGHS, minutes, -1, w.high_known[j], w.high[j], w.high[j])
        if back < w.lows and near_low < 2:
            j = (w.lows - 1 - back) & 15
            if s.low_equal[j] == 1 and s.low_taken[j] == 0:
                near_low += 1
                base.vouch(a, EQUAL_LOWS, minutes, 1, w.low_known[j], w.low[j], w.low[j])
    if s.sweep_live[0] == 1:
        base.vouch(a, SWEPT_LEVEL, minutes, 1, s.sweep_known[0], s.sweep_extreme[0], s.sweep_level[0])
    if s.sweep_live[1] == 1:
        base.vouch(a, SWEPT_LEVEL, minutes, -1, s.sweep_known[1], s.sweep_level[1], s.sweep_extreme[1])
