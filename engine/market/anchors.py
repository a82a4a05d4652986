"""Price areas that the layers and the profile vouch for: where an entry, a stop or a target may hang."""

from __future__ import annotations

from typing import Annotated

from engine.records import record, step

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


@record
class Anchors:
    """Price areas. `side`: 1 support (serves longs), -1 resistance, 0 either.

    `known_at` is the close (ms) of the bar that made it known. A level has low == high. What does not fit is dropped
    (the first ANCHORS stay).
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
    if a.n < ANCHORS:
        a.kind[a.n] = kind
        a.minutes[a.n] = minutes
        a.side[a.n] = side
        a.known_at[a.n] = known_at
        a.low[a.n] = low
        a.high[a.n] = high
        a.n += 1
