"""Fibonacci: the retracement of the impulse that broke structure, and where it would run to.

Impulse: from the origin of the leg that broke structure (engine/market/swings.py, leg_low / leg_high) to the farthest
price since, at least 2 ATR; the far end moves on with new extremes, a close beyond the origin ends it, a newer break
replaces it. Retracement = (far end - price) / length for an upward impulse. OTE (ICT's optimal trade entry): 0.62 to
0.79 of it. Extensions 1.272 and 1.618, measured from the origin, are targets. All is known at the close of the bar that
set the far end (or broke); the zone and the targets not before the impulse measures its 2 ATR.

Score = direction * worth(retracement of the close) * age, where worth is 0.8 inside the OTE, rises from 0.15 at 0.3
to 0.8 at 0.62, falls from 0.8 at 0.79 to 0 at 1 and is 0.15 above 0.3; after a bar that reached the OTE a close back
in the direction keeps 0.7 for 3 bars while the close is still deeper than 0.382. Age: whole for 48 bars since the
break, then falling to 0 at 96. Textbook: an upward impulse, the close at 0.7 of it 10 bars later: 0.8.
"""

from __future__ import annotations

from engine.layers import base
from engine.layers.base import EXTENSION, OTE, Anchors, Reading
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "fibo"
WEIGHT = 0.10
NEEDS = ("candles",)
WARMUP = 30
FACTS = (
    "direction",
    "retracement",
    "deepest_retracement",
    "origin",
    "extreme",
    "ote_low",
    "ote_high",
    "bars_since_break",
)


@record
class State:
    """The impulse in force; `direction` 0: none."""

    direction: int
    origin: float
    extreme: float
    extreme_known: int  # close (ms) of the bar from which origin and extreme are known
    zone_known: int  # the same of the zone between them: the first at which they are 2 ATR apart; 0: none yet
    break_bar: int
    touched_bar: int  # newest bar that reached into the OTE; -1: none since the extreme
    deepest: float  # deepest retracement since the extreme was set


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Start an impulse at a break, carry its far end on, end it beyond its origin."""
    b = f.bars
    i = (b.n - 1) & 255
    if f.breaks.event > 0:
        start(s, f, 1, f.breaks.leg_low, f.breaks.leg_low_bar)
    elif f.breaks.event < 0:
        start(s, f, -1, f.breaks.leg_high, f.breaks.leg_high_bar)
    elif s.direction > 0 and b.high[i] > s.extreme:
        carry(s, b.high[i], b.close_ts)
    elif s.direction < 0 and b.low[i] < s.extreme:
        carry(s, b.low[i], b.close_ts)
    if s.direction != 0:
        if (b.close[i] - s.origin) * s.direction < 0.0:
            s.direction = 0
            return
        reach = b.low[i] if s.direction > 0 else b.high[i]
        depth = retraced(s, reach)
        if s.extreme_known != b.close_ts:
            s.deepest = max(s.deepest, depth)
            if depth >= k.ote_low:
                s.touched_bar = b.n - 1
        if s.zone_known == 0 and abs(s.extreme - s.origin) >= 2.0 * f.indicators.atr:
            s.zone_known = b.close_ts


@step
def start(s: State, f: Frame, direction: int, origin: float, bar: int) -> None:
    """The impulse of the break that the newest bar made."""
    b = f.bars
    far = b.high[(b.n - 1) & 255] if direction > 0 else b.low[(b.n - 1) & 255]
    for j in range(max(bar, b.n - 255), b.n):
        far = max(far, b.high[j & 255]) if direction > 0 else min(far, b.low[j & 255])
    s.direction = direction
    s.origin = origin
    s.break_bar = b.n - 1
    carry(s, far, b.close_ts)


@step
def carry(s: State, far: float, known_at: int) -> None:
    """The far end moves: what was retraced before counts no more."""
    s.extreme = far
    s.extreme_known = known_at
    s.zone_known = 0
    s.touched_bar = -1
    s.deepest = 0.0


@step
def retraced(s: State, price: float) -> float:
    """Part of the impulse that a price takes back: 0 at the far end, 1 at the origin."""
    length = s.extreme - s.origin
    if length == 0.0:
        return 0.0
    return (s.extreme - price) / length


@step
def worth(depth: float, low: float, high: float) -> float:
    """What a retracement is worth: most inside the OTE.

    >>> worth(0.7, 0.62, 0.79), worth(0.3, 0.62, 0.79), worth(1.0, 0.62, 0.79)
    (0.8, 0.15, 0.0)
    """
    if depth < 0.3:
        return 0.15
    if depth < low:
        return 0.15 + 0.65 * (depth - 0.3) / (low - 0.3)
    if depth <= high:
        return 0.8
    return max(0.0, 0.8 * (1.0 - depth) / (1.0 - high))


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score, the OTE as a zone that serves the impulse, the extensions as targets against it."""
    base.absent(r)
    n = f.bars.n
    if n < 30:
        return
    r.state = 1
    length = abs(s.extreme - s.origin)
    if s.direction == 0 or length < 2.0 * f.indicators.atr or length <= 0.0:
        return
    since = n - 1 - s.break_bar
    age = max(0.0, min(1.0, 2.0 - since / 48.0))
    depth = retraced(s, f.bars.close[(n - 1) & 255])
    value = worth(depth, k.ote_low, k.ote_high)
    if s.touched_bar >= 0 and n - 1 - s.touched_bar <= 3 and depth >= 0.382 and depth < k.ote_low:
        value = max(value, 0.7)
    r.score = base.clamp(s.direction * value * age)
    signed = s.extreme - s.origin
    near = s.extreme - k.ote_low * signed
    far = s.extreme - k.ote_high * signed
    r.facts[0] = float(s.direction)
    r.facts[1] = depth
    r.facts[2] = s.deepest
    r.facts[3] = s.origin
    r.facts[4] = s.extreme
    r.facts[5] = min(near, far)
    r.facts[6] = max(near, far)
    r.facts[7] = float(since)
    if age <= 0.0:
        return
    minutes = f.bars.minutes
    base.vouch(a, OTE, minutes, s.direction, s.zone_known, min(near, far), max(near, far))
    first = s.origin + 1.272 * signed
    second = s.origin + 1.618 * signed
    base.vouch(a, EXTENSION, minutes, -s.direction, s.zone_known, first, first)
    base.vouch(a, EXTENSION, minutes, -s.direction, s.zone_known, second, second)
