"""Smart money concepts: order blocks, fair value gaps, sweeps of liquidity, premium and discount.

What a block, a gap and a sweep is stands in engine/market/zones.py and engine/market/liquidity.py; here is what they
are worth. Premium/discount: place of the close in the range of the last confirmed swing low and high, > 0.5 is premium.

A zone's anchor is known where zones.py says so, equal levels from the confirmation of the later pivot.

Score, long side minus short side: a visited order block 0.6 at its first return (0.4 later, breaker 0.35), a visited
gap 0.45 less a third of what is filled, the larger of both whole and half of the smaller, fading over 4 bars after
the visit; a sweep 0.45 (equal levels 0.55) fading over 6 bars while its extreme holds; 0.3 * (0.5 - place); 0.1 for
the trend. A zone counts only while no close has gone through it.
Textbook: a first return into a fresh bull block with an unfilled gap on it, in discount (0.3), trend up:
0.6 + 0.5 * 0.45 + 0.3 * 0.2 + 0.1 = 0.985.
"""

from __future__ import annotations

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
from engine.market import liquidity, zones
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.market.liquidity import OF_HIGHS, OF_LOWS, Liquidity
from engine.market.swings import KEPT
from engine.market.zones import BEAR, BREAKER, BULL, DEAD, STACK, Blocks, Gaps
from engine.params import Params
from engine.records import record, step

NAME = "smc"
WEIGHT = 0.20
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
    "place_in_range",
    "blocks_below",
    "blocks_above",
    "gap_midpoint",
    "equilibrium",
)
VISIT_BARS = 4  # a visit fades over as many bars


@record
class State:
    """The zones and levels of the timeframe."""

    blocks: Blocks
    gaps: Gaps
    liquidity: Liquidity


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Age what is known by the newest bar, then add what it made known."""
    zones.update_blocks(s.blocks, f)
    zones.update_gaps(s.gaps, f, k)
    liquidity.update(s.liquidity, f, k)


@step
def recent(bar: int, n: int, over: int) -> float:
    """1 on the newest bar, falling to 0 over `over` bars; 0 for a bar below 0."""
    if bar < 0:
        return 0.0
    return max(0.0, 1.0 - (n - 1 - bar) / over)


@step
def block_visited(z: Blocks, n: int, role: int) -> int:
    """The block in that role whose visit weighs most now, of equals the newest; -1 none."""
    best = -1
    heaviest = 0.0
    for j in range(2 * STACK):
        if z.visit[j] >= n - VISIT_BARS and z.state[j] != DEAD and z.role[j] == role:
            weight = block_weight(z, j, n)
            if weight > heaviest or (best >= 0 and weight == heaviest and z.bar[j] > z.bar[best]):
                heaviest = weight
                best = j
    return best


@step
def block_weight(z: Blocks, j: int, n: int) -> float:
    """What a visit of block j is worth at bar n - 1."""
    worth = 0.4
    if z.state[j] == BREAKER:
        worth = 0.35
    elif z.first[j] == 1:
        worth = 0.6
    return worth * recent(z.visit[j], n, VISIT_BARS)


@step
def gap_weight(z: Gaps, j: int, n: int) -> float:
    """What a visit of gap j is worth at bar n - 1."""
    return 0.45 * (1.0 - zones.filled(z, j) / 3.0) * recent(z.visit[j], n, VISIT_BARS)


@step
def gap_visited(z: Gaps, n: int, side: int) -> int:
    """The open gap of that side whose visit weighs most now, of equals the newest; -1 none."""
    best = -1
    heaviest = 0.0
    for j in range(side * STACK, (side + 1) * STACK):
        if z.visit[j] >= n - VISIT_BARS and z.open[j] == 1:
            weight = gap_weight(z, j, n)
            if weight > heaviest or (best >= 0 and weight == heaviest and z.known[j] > z.known[best]):
                heaviest = weight
                best = j
    return best


@step
def sweep_weight(q: Liquidity, side: int, n: int) -> float:
    """What the newest sweep of a side is worth at bar n - 1."""
    if q.live[side] == 0:
        return 0.0
    worth = 0.55 if q.equal[side] == 1 else 0.45
    return worth * recent(q.bar[side], n, 6)


@step
def dealing_range(f: Frame, r: Reading) -> float:
    """Place of the close between the last confirmed low (0) and high (1), cut to [0, 1]; 0.5 where there is no range.

    Notes it and the middle of the range (ICT: equilibrium; above it premium, below discount).
    """
    w = f.swings
    place = 0.5
    if w.highs > 0 and w.lows > 0:
        low = w.low[(w.lows - 1) & 15]
        high = w.high[(w.highs - 1) & 15]
        if high > low:
            place = max(0.0, min(1.0, (f.bars.close[(f.bars.n - 1) & 255] - low) / (high - low)))
            r.facts[11] = (low + high) / 2.0
    r.facts[7] = place
    return place


@step
def zones_weight(block: float, gap: float) -> float:
    """The larger whole, half of the smaller."""
    return max(block, gap) + 0.5 * min(block, gap)


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score, and blocks, breakers, gaps, equal levels and swept levels as anchors."""
    base.absent(r)
    n = f.bars.n
    blocks = s.blocks
    gaps = s.gaps
    q = s.liquidity
    if n < WARMUP:
        return
    below = block_visited(blocks, n, 1)
    above = block_visited(blocks, n, -1)
    under = gap_visited(gaps, n, BULL)
    over = gap_visited(gaps, n, BEAR)
    support = block_weight(blocks, below, n) if below >= 0 else 0.0
    resistance = block_weight(blocks, above, n) if above >= 0 else 0.0
    up_gap = gap_weight(gaps, under, n) if under >= 0 else 0.0
    down_gap = gap_weight(gaps, over, n) if over >= 0 else 0.0
    areas = zones_weight(support, up_gap) - zones_weight(resistance, down_gap)
    sweeps = sweep_weight(q, OF_LOWS, n) - sweep_weight(q, OF_HIGHS, n)
    place = dealing_range(f, r)
    r.score = base.clamp(areas + sweeps + 0.3 * (0.5 - place) + 0.1 * f.breaks.trend)
    r.state = 1
    if support > resistance:
        r.facts[0] = 1.0
        r.facts[1] = float(blocks.first[below])
    elif resistance > support:
        r.facts[0] = -1.0
        r.facts[1] = float(blocks.first[above])
    if up_gap > down_gap:
        note_gap(r, gaps, 1.0, under)
    elif down_gap > up_gap:
        note_gap(r, gaps, -1.0, over)
    newest = OF_LOWS if sweep_weight(q, OF_LOWS, n) >= sweep_weight(q, OF_HIGHS, n) else OF_HIGHS
    if sweep_weight(q, newest, n) > 0.0:
        r.facts[4] = 1.0 if newest == OF_LOWS else -1.0
        r.facts[5] = float(n - 1 - q.bar[newest])
        r.facts[6] = float(q.equal[newest])
    vouch_zones(s, f, r, a)
    vouch_levels(q, f, a)


@step
def note_gap(r: Reading, z: Gaps, side: float, j: int) -> None:
    """Facts of the visited gap j."""
    r.facts[2] = side
    r.facts[3] = zones.filled(z, j)
    r.facts[10] = (z.low[j] + z.high[j]) / 2.0


@step
def vouch_zones(s: State, f: Frame, r: Reading, a: Anchors) -> None:
    """The newest five blocks and gaps a side, two breakers and new ones; counts the live blocks of either role."""
    minutes = f.bars.minutes
    now = f.bars.close_ts
    b = s.blocks
    g = s.gaps
    for side in range(2):
        blocks = 0
        breakers = 0
        gaps = 0
        for back in range(STACK):
            j = zones.newest_of(b.made, side, back)
            if b.state[j] != DEAD:
                r.facts[8 if b.role[j] > 0 else 9] += 1.0
            if b.state[j] == BREAKER and (breakers < 2 or b.known[j] == now):
                breakers += 1
                base.vouch(a, BREAKER_BLOCK, minutes, b.role[j], b.known[j], b.low[j], b.high[j])
            elif b.state[j] != BREAKER and b.state[j] != DEAD and blocks < 5:
                blocks += 1
                base.vouch(a, ORDER_BLOCK, minutes, b.role[j], b.known[j], b.low[j], b.high[j])
            j = zones.newest_of(g.made, side, back)
            if g.open[j] == 1 and gaps < 5:
                gaps += 1
                base.vouch(a, FAIR_VALUE_GAP, minutes, 1 if side == BULL else -1, g.known[j], g.low[j], g.high[j])


@step
def vouch_levels(q: Liquidity, f: Frame, a: Anchors) -> None:
    """Two untaken pools of equal highs and lows and new ones, and the newest sweep of either side while it holds."""
    w = f.swings
    minutes = f.bars.minutes
    now = f.bars.close_ts
    near_high = 0
    near_low = 0
    for back in range(KEPT):
        if back < w.highs:
            j = (w.highs - 1 - back) & 15
            if q.high_equal[j] > 0 and q.high_taken[j] == 0 and (near_high < 2 or q.high_equal[j] == now):
                near_high += 1
                base.vouch(a, EQUAL_HIGHS, minutes, -1, q.high_equal[j], w.high[j], w.high[j])
        if back < w.lows:
            j = (w.lows - 1 - back) & 15
            if q.low_equal[j] > 0 and q.low_taken[j] == 0 and (near_low < 2 or q.low_equal[j] == now):
                near_low += 1
                base.vouch(a, EQUAL_LOWS, minutes, 1, q.low_equal[j], w.low[j], w.low[j])
    if q.live[OF_LOWS] == 1:
        base.vouch(a, SWEPT_LEVEL, minutes, 1, q.known[OF_LOWS], q.extreme[OF_LOWS], q.level[OF_LOWS])
    if q.live[OF_HIGHS] == 1:
        base.vouch(a, SWEPT_LEVEL, minutes, -1, q.known[OF_HIGHS], q.level[OF_HIGHS], q.extreme[OF_HIGHS])
