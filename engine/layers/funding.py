"""Funding: what one side pays the other to stay, and whether that side is crowded.

Rates are per 8 h. Robust z = (rate - median) / (1.4826 * MAD) over the `funding_history` settlements before the newest
one, which is left out; all are needed (1.4826: MAD of a normal as its standard deviation; Hampel 1974). The spread of a
pinned rate is taken as at least 0.1 bp (ours). Crowded: |z| >= `crowded_z` with a rate of the same sign: the payers are
too many. Contrarian only when crowded and OI is high (in the upper three tenths of the last 96 setup bars (ours));
without OI that condition is dropped. Stale beyond `funding_fresh_ms`.

Score = -sign(rate) * min(1, 0.6 + 0.2 * (|z| - crowded_z)) when crowded, else 0. Textbook: z = 3, rate positive, OI
high: -0.8.
"""

from __future__ import annotations

from typing import Annotated

from engine.layers import base
from engine.layers.base import Anchors, Reading
from engine.market import ranks
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "funding"
WEIGHT = 0.05
NEEDS = ("funding",)
WARMUP = 1
FACTS = ("rate_8h", "robust_z", "crowded", "oi_percentile", "oi_known", "age_minutes", "settlements")
FROM_START = ("settlements",)


@record
class State:
    """z of the newest settlement, and the OI of the last 96 setup bars."""

    settlements: int  # of Flow, when z was computed
    z: float
    ring: Annotated[list[float], 128]
    order: Annotated[list[float], 128]
    count: int
    oi: Annotated[list[float], 96]  # value number i at i % 96
    oi_count: int
    oi_share: float  # share of the bars before with less OI; 0.5 until known
    oi_known: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Take settlements since the last bar in, each against those before it; then the OI of this close."""
    first = max(s.settlements, x.settlements - 128)
    for number in range(first, x.settlements):
        rate = x.rates[number & 127]
        held = min(s.count, k.funding_history)
        middle = ranks.quantile(s.order, held, 0.5)
        spread = max(1.4826 * ranks.deviation(s.order, held, middle), 0.00001)
        s.z = (rate - middle) / spread if held > 0 else 0.0
        ranks.slide(s.ring, s.order, s.count, k.funding_history, rate)
        s.count += 1
    s.settlements = x.settlements
    s.oi_known = 0
    s.oi_share = 0.5
    if x.oi_ts > 0 and f.bars.close_ts - x.oi_ts <= k.oi_fresh_ms:
        if s.oi_count >= 20:
            s.oi_known = 1
            s.oi_share = ranks.share_below(s.oi, min(s.oi_count, 96), x.oi)
        s.oi[s.oi_count % 96] = x.oi
        s.oi_count += 1


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score against the crowd; no anchors."""
    base.absent(r)
    if x.funding_ts == 0 or s.count <= k.funding_history:
        return
    rate = x.rates[(x.settlements - 1) & 127]
    age = f.bars.close_ts - x.funding_ts
    r.facts[0] = rate
    r.facts[1] = s.z
    r.facts[3] = s.oi_share
    r.facts[4] = float(s.oi_known)
    r.facts[5] = max(0.0, age / 60000.0)
    r.facts[6] = float(s.count)
    if age > k.funding_fresh_ms:
        r.state = 2
        return
    r.state = 1
    crowd = 0.0
    if abs(s.z) >= k.crowded_z and s.z * rate > 0.0:
        crowd = 1.0 if rate > 0.0 else -1.0
    r.facts[2] = crowd
    if crowd != 0.0 and (s.oi_known == 0 or s.oi_share >= 0.7):
        r.score = -crowd * min(1.0, 0.6 + 0.2 * (abs(s.z) - k.crowded_z))
