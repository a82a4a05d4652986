"""Open interest against price: who is opening and who is closing.

Over the last `oi_window` setup bars: price up and OI up is long build-up, price down and OI up short build-up, price up
and OI down short covering, price down and OI down long unwinding. OI in base units, never in dollars (they carry the
price inside). An OI change smaller than the noise band (the median of up to 96 past |changes|, the current one left
out) is neutral. The four readings are those of any futures textbook (Murphy, Technical Analysis of the Financial
Markets, 1999, ch. 7); band and sizes are ours. Fresh up to `oi_fresh_ms`, stale beyond, unavailable beyond
`oi_lost_ms`, when lost or never seen.

Score = price * strength: price = clamp(dP / (0.75 * ATR * sqrt(window))), strength 0.45 + 0.4 * how far |dOI| is beyond
the band (full at three bands) for a build-up, half of that for covering and unwinding, which move on people leaving.
Textbook: up 2.2 ATR in 8 bars with OI up three bands: 1 * 0.85.
"""

from __future__ import annotations

import math
from typing import Annotated

from engine.layers import base
from engine.layers.base import Anchors, Reading
from engine.market import ranks
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "oi"
WEIGHT = 0.08
NEEDS = ("open_interest",)
WARMUP = 30
FACTS = ("quadrant", "oi_change", "price_change_atr", "noise_band", "age_minutes", "open_interest")
LONG_BUILD_UP, SHORT_BUILD_UP, SHORT_COVERING, LONG_UNWINDING = 1, 2, 3, 4
HISTORY = 96


@record
class State:
    """OI seen at the close of setup bar number i at i & 63 (0.0: unknown), and the past |changes| in order."""

    seen: Annotated[list[float], 64]
    changes: int
    ring: Annotated[list[float], HISTORY]
    order: Annotated[list[float], HISTORY]
    change: float  # newest change over the window, as a part
    band: float  # noise band that it is held against
    known: int  # 1: the newest change is known


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Note the OI at this close; then the change over the window against the changes before it."""
    n = f.bars.n
    now = 0.0
    if x.oi_ts > 0 and f.bars.close_ts - x.oi_ts <= k.oi_fresh_ms:
        now = x.oi
    s.seen[(n - 1) & 63] = now
    s.known = 0
    back = min(k.oi_window, 63)
    if n <= back or now <= 0.0 or s.seen[(n - 1 - back) & 63] <= 0.0 or f.bars.gap > n - 1 - back:
        return
    then = s.seen[(n - 1 - back) & 63]
    s.change = (now - then) / then
    s.known = 1
    s.band = ranks.quantile(s.order, min(s.changes, 96), 0.5)
    ranks.slide(s.ring, s.order, s.changes, 96, abs(s.change))
    s.changes += 1


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score of the quadrant; no anchors."""
    base.absent(r)
    age = f.bars.close_ts - x.oi_ts
    if x.oi_ts == 0 or age > k.oi_lost_ms or f.bars.n < 30 or s.changes < 20:
        return
    r.facts[4] = max(0.0, age / 60000.0)
    r.facts[5] = x.oi
    if age > k.oi_fresh_ms:
        r.state = 2
        return
    if s.known == 0:
        return
    r.state = 1
    back = min(k.oi_window, 63)
    rise = f.bars.close[(f.bars.n - 1) & 255] - f.bars.close[(f.bars.n - 1 - back) & 255]
    r.facts[1] = s.change
    r.facts[3] = s.band
    atr = f.indicators.atr
    if atr <= 0.0:
        return
    r.facts[2] = rise / atr
    if rise == 0.0 or s.change == 0.0 or abs(s.change) < s.band:
        return
    price = base.clamp(rise / (0.75 * atr * math.sqrt(1.0 * back)))
    beyond = 1.0
    if s.band > 0.0:
        beyond = min(1.0, (abs(s.change) / s.band - 1.0) / 2.0)
    strength = 0.45 + 0.4 * beyond
    if s.change > 0.0:
        r.facts[0] = 1.0 if rise > 0.0 else 2.0
        r.score = price * strength
    else:
        r.facts[0] = 3.0 if rise > 0.0 else 4.0
        r.score = price * strength * 0.5
