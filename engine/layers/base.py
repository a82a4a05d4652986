"""The contract of a layer, and the shapes of what it says.

A layer is a module with
    NAME      its name in every document
    NEEDS     the inputs without which it is unavailable: candles, delta, trades, book, open_interest, funding
    WARMUP    setup bars before its first reading
    FACTS     names of the numbers in `Reading.facts`, in order (typed evidence; the chat makes sentences of it)
    State     a record: everything it remembers, one per pair and setup timeframe
    update(s, f, x, k)      take in the setup bar that just closed (f: Frame of that timeframe, x: Flow of the pair)
    read(s, f, x, k, r, a)  fill the Reading `r` and append the price areas it vouches for to `a`
Both are `@step` functions. `read` changes nothing but `r` and `a`, and is called after `update` at the close of a
setup bar. A score is in [-1, 1], positive = long; a textbook case of the layer reaches 0.6.
"""

from __future__ import annotations

from typing import Annotated

from engine.records import record, step

UNAVAILABLE, LIVE, STALE, REBUILT = 0, 1, 2, 3
STATE_NAMES = ("unavailable", "live", "stale", "rebuilt")

KINDS = (
    "order_block",
    "breaker_block",
    "fair_value_gap",
    "swing_high",
    "swing_low",
    "equal_highs",
    "equal_lows",
    "ote",
    "extension",
    "poc",
    "vah",
    "val",
    "hvn",
    "lvn",
    "swept_level",
)
(
    ORDER_BLOCK,
    BREAKER_BLOCK,
    FAIR_VALUE_GAP,
    SWING_HIGH,
    SWING_LOW,
    EQUAL_HIGHS,
    EQUAL_LOWS,
    OTE,
    EXTENSION,
    POC,
    VAH,
    VAL,
    HVN,
    LVN,
    SWEPT_LEVEL,
) = range(15)
ANCHORS = 96
FACT_SLOTS = 12


@record
class Reading:
    """What a layer says at a setup bar's close; `facts` are named by the layer's FACTS."""

    score: float
    state: int
    facts: Annotated[list[float], FACT_SLOTS]


@record
class Anchors:
    """Price areas the layers vouch for. `side`: 1 support (serves longs), -1 resistance, 0 either.

    `known_at` is the close (ms) of the bar that made it known. A level has low == high. What does not fit is dropped
    (the first 96 stay).
    """

    n: int
    kind: Annotated[list[int], ANCHORS]
    minutes: Annotated[list[int], ANCHORS]
    side: Annotated[list[int], ANCHORS]
    known_at: Annotated[list[int], ANCHORS]
    low: Annotated[list[float], ANCHORS]
    high: Annotated[list[float], ANCHORS]


@step
def vouch(a: Anchors, kind: int, minutes: int, side: int, known_at: int, low: float, high: float) -> None:
    """Append an anchor."""
    if a.n < 96:
        a.kind[a.n] = kind
        a.minutes[a.n] = minutes
        a.side[a.n] = side
        a.known_at[a.n] = known_at
        a.low[a.n] = low
        a.high[a.n] = high
        a.n += 1


@step
def clamp(value: float) -> float:
    """Into [-1, 1]."""
    return max(-1.0, min(1.0, value))


@step
def absent(r: Reading) -> None:
    """No reading: it does not vote."""
    r.score = 0.0
    r.state = 0
    for j in range(12):
        r.facts[j] = 0.0
