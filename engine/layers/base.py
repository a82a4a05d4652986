"""The contract of a layer, and the shapes of what it says.

A layer is a module with
    NAME      its name in every document
    WEIGHT    its prior weight in confluence and coverage, set beside those of the others (the eight sum to 1)
    NEEDS     the inputs without which it is unavailable: candles, delta, trades, book, open_interest, funding
    WARMUP    setup bars before its first reading
    FACTS     names of the numbers in `Reading.facts`, in order (typed evidence; the chat makes sentences of it)
    FROM_START  optional: the FACTS that count from where the tape began, so that no warm-up makes them equal
    TAIL      optional: on what share of the bars after 30 days of history a later start may still read otherwise
    State     a record: everything it remembers, one per pair and setup timeframe
    update(s, f, x, k)      take in the setup bar that just closed (f: Frame of that timeframe, x: Flow of the pair)
    read(s, f, x, k, r, a)  fill the Reading `r` and append the price areas it vouches for to `a`
Both are `@step` functions. `read` changes nothing but `r` and `a`, and is called after `update` at the close of a
setup bar. A score is in [-1, 1], positive = long; a textbook case of the layer reaches 0.6. An area is vouched for at
the close that makes it known (its `known_at`); only later may the layer hide it. In NEEDS "a|b" means that either is
enough. The shapes of price areas live in engine/market/anchors.py and are named here too.
"""

from __future__ import annotations

from typing import Annotated

from engine.market.anchors import (
    ANCHORS,
    BREAKER_BLOCK,
    EQUAL_HIGHS,
    EQUAL_LOWS,
    EXTENSION,
    FAIR_VALUE_GAP,
    HVN,
    KINDS,
    LVN,
    ORDER_BLOCK,
    OTE,
    POC,
    SWEPT_LEVEL,
    SWING_HIGH,
    SWING_LOW,
    VAH,
    VAL,
    Anchors,
    vouch,
)
from engine.records import record, step

__all__ = [
    "ANCHORS",
    "BREAKER_BLOCK",
    "EQUAL_HIGHS",
    "EQUAL_LOWS",
    "EXTENSION",
    "FACT_SLOTS",
    "FAIR_VALUE_GAP",
    "HVN",
    "KINDS",
    "LIVE",
    "LVN",
    "ORDER_BLOCK",
    "OTE",
    "POC",
    "REBUILT",
    "STALE",
    "STATE_NAMES",
    "SWEPT_LEVEL",
    "SWING_HIGH",
    "SWING_LOW",
    "UNAVAILABLE",
    "VAH",
    "VAL",
    "Anchors",
    "Reading",
    "absent",
    "clamp",
    "vouch",
]

UNAVAILABLE, LIVE, STALE, REBUILT = 0, 1, 2, 3
STATE_NAMES = ("unavailable", "live", "stale", "rebuilt")

FACT_SLOTS = 12


@record
class Reading:
    """What a layer says at a setup bar's close; `facts` are named by the layer's FACTS."""

    score: float
    state: int
    facts: Annotated[list[float], FACT_SLOTS]


@step
def clamp(value: float) -> float:
    """Into [-1, 1]."""
    return max(-1.0, min(1.0, value))


@step
def absent(r: Reading) -> None:
    """No reading: it does not vote."""
    r.score = 0.0
    r.state = 0
    for j in range(FACT_SLOTS):
        r.facts[j] = 0.0
