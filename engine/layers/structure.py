"""Market structure of the setup timeframe: trend of swings, BOS and CHOCH, and how fresh and strong the break was.

Score: 0.45 for the trend state; up to 0.35 more for a break that is fresh (it fades over 24 bars), 0.2 for higher
highs and higher lows among the last two confirmed swings (mirrored below). A CHOCH without displacement counts half.
Textbook: BOS up four bars ago with higher highs and lows: 0.45 + 0.35 * 20 / 24 + 0.2 = 0.94.
Source of BOS/CHOCH: engine/market/swings.py.
"""

from __future__ import annotations

from engine.layers import base
from engine.layers.base import SWING_HIGH, SWING_LOW, Anchors, Reading
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "structure"
WEIGHT = 0.20
NEEDS = ("candles",)
WARMUP = 30
FACTS = ("trend", "last_break", "bars_since_break", "displaced", "higher_highs", "higher_lows")


@record
class State:
    """Remembers whether the newest break was displaced."""

    displaced: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Note the displacement of a break on this bar."""
    if f.breaks.event != 0:
        s.displaced = f.breaks.displaced


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score, and of the newest eight confirmed swings of either kind those beyond the close as anchors."""
    base.absent(r)
    w = f.swings
    if f.bars.n < 30 or w.highs < 2 or w.lows < 2:
        return
    trend = f.breaks.trend
    since = 0
    if trend != 0:
        since = f.bars.n - 1 - (f.breaks.up_bar if trend > 0 else f.breaks.down_bar)
    fresh = max(0.0, 1.0 - since / 24.0)
    turned = 1.0
    if (f.breaks.last == 2 or f.breaks.last == -2) and s.displaced == 0:
        turned = 0.5
    highs = 0
    if w.high[(w.highs - 1) & 15] > w.high[(w.highs - 2) & 15]:
        highs = 1
    elif w.high[(w.highs - 1) & 15] < w.high[(w.highs - 2) & 15]:
        highs = -1
    lows = 0
    if w.low[(w.lows - 1) & 15] > w.low[(w.lows - 2) & 15]:
        lows = 1
    elif w.low[(w.lows - 1) & 15] < w.low[(w.lows - 2) & 15]:
        lows = -1
    r.score = base.clamp(trend * turned * (0.45 + 0.35 * fresh) + 0.1 * (highs + lows))
    r.state = 1
    r.facts[0] = trend
    r.facts[1] = f.breaks.last
    r.facts[2] = since
    r.facts[3] = s.displaced
    r.facts[4] = highs
    r.facts[5] = lows
    c = f.bars.close[(f.bars.n - 1) & 255]
    for j in range(min(8, w.highs)):
        i = (w.highs - 1 - j) & 15
        if w.high[i] >= c:
            base.vouch(a, SWING_HIGH, f.bars.minutes, -1, w.high_known[i], w.high[i], w.high[i])
    for j in range(min(8, w.lows)):
        i = (w.lows - 1 - j) & 15
        if w.low[i] <= c:
            base.vouch(a, SWING_LOW, f.bars.minutes, 1, w.low_known[i], w.low[i], w.low[i])
