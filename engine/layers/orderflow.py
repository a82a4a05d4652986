"""Order flow: who hits the market, and whether it answers; the book at the best prices.

Absorption and exhaustion as footprint traders use the words; windows and sizes are ours. Aggression: sum of the last 3
deltas over sigma * sqrt(3), sigma the root mean square of up to 64 deltas before them. Absorption: |delta| >= its
`absorption_quantile` (of the last 200, the current left out) while the bar goes nowhere (|close - open| <= 0.25 ATR) or
closes against it: +1 when sellers are absorbed. Exhaustion: a new 20-bar extreme, the share of delta in volume (towards
it) falling for 3 bars, and a close in the opposite third: +1 at a low. Big prints: (bought - sold) / both over the big
taker orders of the bar (engine/market/flow.py). Book: L1 imbalance (bid size - ask size) / both, its mean over the
bar's book events; L1 weighted mid = mid + spread / 2 * imbalance (Gatheral and Oomen's, not Stoikov's); spread as a
part of price.

Score = 0.4 * clamp(aggression / 2) + 0.65 * absorption (0.8 at a 10-bar extreme) + 0.6 * exhaustion + 0.2 * big
prints + 0.2 * imbalance. Absorption and exhaustion fade over 4 bars; while either lasts, aggression is left out: it is
what was absorbed. Inputs are used as far as they are there: with the book alone the score is 0.6 * imbalance; the facts
`delta_known`, `big_known` and `book_known` say what was. Textbook: heavy selling into a close above the open at a
10-bar low: 0.8.
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

NAME = "orderflow"
WEIGHT = 0.10
NEEDS = ("delta|book",)
WARMUP = 1  # the book alone; flow speaks after 50 bars
FACTS = (
    "delta_known",
    "big_known",
    "book_known",
    "delta_share",
    "aggression",
    "absorption",
    "exhaustion",
    "big_prints",
    "imbalance",
    "weighted_mid",
    "spread",
    "delta_rank",
)
HISTORY = 200


@record
class State:
    """Past |deltas| in order; the newest absorption and exhaustion; big prints and book of the newest setup bar."""

    deltas: int
    ring: Annotated[list[float], HISTORY]
    order: Annotated[list[float], HISTORY]
    unbroken: int  # newest bars in a row with a known delta
    rank: float  # share of past |deltas| below the newest one; 0.5 until known
    aggression: float
    share: float  # delta / volume of the newest bar
    absorption: float  # +0.65 .. 0.8 sellers absorbed, negative: buyers
    absorption_bar: int
    exhaustion: float  # 1 sellers exhausted, -1 buyers
    exhaustion_bar: int
    big_known: int
    big: float
    book_known: int
    imbalance: float


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Take the newest bar's delta, big prints and book in."""
    b = f.bars
    i = (b.n - 1) & 255
    if b.gap == b.n - 1:
        s.unbroken = 0
    prints_and_book(s, f, x, k)
    if b.known[i] == 0:
        s.unbroken = 0
        return
    s.unbroken = min(s.unbroken + 1, 250)
    size = abs(b.delta[i])
    held = min(s.deltas, 200)
    s.share = b.delta[i] / b.volume[i] if b.volume[i] > 0.0 else 0.0
    s.rank = 0.5
    if held >= 50:
        s.rank = ranks.share_below(s.order, held, size)
        absorb(s, f, ranks.quantile(s.order, held, k.absorption_quantile))
    exhaust(s, f)
    ranks.slide(s.ring, s.order, s.deltas, 200, size)
    s.deltas += 1
    push(s, f)


@step
def absorb(s: State, f: Frame, heavy: float) -> None:
    """Is the newest bar's delta heavy, and did price refuse to follow it?"""
    b = f.bars
    i = (b.n - 1) & 255
    d = b.delta[i]
    atr = f.indicators.atr
    if d == 0.0 or abs(d) < heavy or atr <= 0.0 or b.n < 30:
        return
    body = b.close[i] - b.open[i]
    if abs(body) > 0.25 * atr and body * d > 0.0:
        return
    low = b.low[i]
    high = b.high[i]
    lowest = 1
    highest = 1
    for back in range(1, 10):
        j = (b.n - 1 - back) & 255
        if b.low[j] < low:
            lowest = 0
        if b.high[j] > high:
            highest = 0
    if d < 0.0:
        s.absorption = 0.8 if lowest == 1 else 0.65
    else:
        s.absorption = -0.8 if highest == 1 else -0.65
    s.absorption_bar = b.n - 1


@step
def towards(f: Frame, back: int) -> float:
    """Share of delta in the volume of the bar `back` bars ago; 0 where nothing traded."""
    j = (f.bars.n - 1 - back) & 255
    if f.bars.volume[j] <= 0.0:
        return 0.0
    return f.bars.delta[j] / f.bars.volume[j]


@step
def exhaust(s: State, f: Frame) -> None:
    """Is the newest bar a new extreme that its own side no longer pushes?"""
    b = f.bars
    if s.unbroken < 3 or b.n < 30:
        return
    i = (b.n - 1) & 255
    high = b.high[i]
    low = b.low[i]
    third = (high - low) / 3.0
    now = towards(f, 0)
    before = towards(f, 1)
    first = towards(f, 2)
    if third <= 0.0:
        return
    if first < before and before < now and first < 0.0 and b.close[i] >= high - third:
        for back in range(1, 20):
            if b.low[(b.n - 1 - back) & 255] <= low:
                return
        s.exhaustion = 1.0
        s.exhaustion_bar = b.n - 1
    elif first > before and before > now and first > 0.0 and b.close[i] <= low + third:
        for back in range(1, 20):
            if b.high[(b.n - 1 - back) & 255] >= high:
                return
        s.exhaustion = -1.0
        s.exhaustion_bar = b.n - 1


@step
def push(s: State, f: Frame) -> None:
    """Aggression of the last three bars against the deltas before them."""
    b = f.bars
    s.aggression = 0.0
    if s.unbroken < 13:
        return
    total = 0.0
    for back in range(3):
        total += b.delta[(b.n - 1 - back) & 255]
    count = min(64, s.unbroken - 3)
    squares = 0.0
    for back in range(3, 3 + count):
        d = b.delta[(b.n - 1 - back) & 255]
        squares += d * d
    sigma = math.sqrt(squares / count)
    if sigma > 0.0:
        s.aggression = total / (sigma * math.sqrt(3.0))


@step
def prints_and_book(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Big prints and mean imbalance over the base bars of the newest setup bar."""
    begin = f.bars.close_ts - f.bars.minutes * 60000
    bought = 0.0
    sold = 0.0
    s.big_known = 1
    total = 0.0
    books = 0
    bars = 0
    for back in range(min(64, x.base_bars)):
        j = (x.base_bars - 1 - back) & 63
        if x.base_close[j] > f.bars.close_ts:
            continue
        if x.base_close[j] <= begin:
            break
        bars += 1
        if x.base_big_known[j] == 0:
            s.big_known = 0
        bought += x.base_big_buy[j]
        sold += x.base_big_sell[j]
        total += x.base_imbalance[j] * x.base_books[j]
        books += x.base_books[j]
    if bars == 0:
        s.big_known = 0
    s.big = (bought - sold) / (bought + sold) if s.big_known == 1 and bought + sold > 0.0 else 0.0
    s.book_known = 0
    s.imbalance = 0.0
    if x.book_ts > 0 and f.bars.close_ts - x.book_ts <= k.book_fresh_ms:
        s.book_known = 1
        both = x.bid_size + x.ask_size
        if books > 0:
            s.imbalance = total / books
        elif both > 0.0:
            s.imbalance = (x.bid_size - x.ask_size) / both


@step
def faded(bar: int, n: int) -> float:
    """1 on the newest bar, falling to 0 over 4 bars."""
    return max(0.0, 1.0 - (n - 1 - bar) / 4.0)


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score of what is known; no anchors."""
    base.absent(r)
    n = f.bars.n
    flow = 1 if s.unbroken >= 3 and s.deltas >= 50 and n >= 30 else 0
    if flow == 0 and s.book_known == 0:
        if x.book_ts > 0:
            r.state = 2
        return
    r.state = 1
    r.facts[0] = float(flow)
    r.facts[1] = float(s.big_known)
    r.facts[2] = float(s.book_known)
    score = 0.0
    if flow == 1:
        absorption = s.absorption * faded(s.absorption_bar, n)
        exhaustion = s.exhaustion * faded(s.exhaustion_bar, n)
        score = absorption + 0.6 * exhaustion
        if absorption == 0.0 and exhaustion == 0.0:
            score = 0.4 * base.clamp(s.aggression / 2.0)
        score = score + 0.2 * s.big + 0.2 * s.imbalance
        r.facts[3] = s.share
        r.facts[4] = s.aggression
        r.facts[5] = absorption
        r.facts[6] = exhaustion
        r.facts[7] = s.big
        r.facts[11] = s.rank
    else:
        score = 0.6 * s.imbalance
    r.score = base.clamp(score)
    if s.book_known == 1:
        both = x.bid_size + x.ask_size
        middle = (x.bid + x.ask) / 2.0
        r.facts[8] = s.imbalance
        if both > 0.0:
            r.facts[9] = middle + (x.ask - x.bid) / 2.0 * ((x.bid_size - x.ask_size) / both)
        if middle > 0.0:
            r.facts[10] = (x.ask - x.bid) / middle
