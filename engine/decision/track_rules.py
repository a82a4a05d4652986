"""The rules of a plan's life: the table of ends, and the numeric core in small pure steps over floats.

Everything here runs in *side space*: a price times the side (1 long, -1 short), so that up is always towards the
target and one set of rules serves both sides, exactly (a minus sign loses no bits). A short's bar (open, high, low)
is (-open, -low, -high). Times are integer ms UTC. R after the fill is |fill - SL|.
"""

from __future__ import annotations

from engine.decision.terms import Levels
from engine.records import step

LATENCY_MS = 45_000
MISSING_BARS = 3
SILENT_MS = 24 * 3_600_000

WAITING, TOUCHED, FILLED, BANKED, ENDED = range(5)
PHASES = ("waiting", "touched", "filled", "banked", "ended")

# What `waiting_move` and `holding_move` answer.
NOTHING, TOUCH, MISS, FILL_LIMIT, FILL_OPEN, FILL_STOPPED, STOP, TARGET = range(8)

# What can end a track; the numbers below are places in EVENTS.
EVENTS = (
    "expired", "missed", "invalidated", "sl", "timeout", "tp1", "tp2", "breakeven", "data_gap", "cancelled",
    "delisted", "reported",
)  # fmt: skip
EXPIRED, MISSED, INVALIDATED, SL, TIMEOUT, TP1, TP2, BREAKEVEN, DATA_GAP = range(9)

# (phase, what happened) -> (result, exit_reason); a pair that is not here does not apply and changes nothing.
ENDS: dict[tuple[int, str], tuple[str, str]] = {
    (WAITING, "expired"): ("expire", "expired"),
    (WAITING, "missed"): ("expire", "missed"),
    (WAITING, "invalidated"): ("expire", "invalidated"),
    (WAITING, "cancelled"): ("expire", "cancelled"),
    (TOUCHED, "expired"): ("no-fill", "touched"),
    (TOUCHED, "missed"): ("no-fill", "touched"),
    (TOUCHED, "invalidated"): ("expire", "invalidated"),
    (TOUCHED, "cancelled"): ("expire", "cancelled"),
    (FILLED, "sl"): ("lose", "sl"),
    (FILLED, "invalidated"): ("lose", "invalidated"),
    (FILLED, "timeout"): ("lose", "timeout"),
    (FILLED, "tp1"): ("win", "tp1"),
    (BANKED, "tp2"): ("win", "tp2"),
    (BANKED, "breakeven"): ("win", "breakeven"),
    (BANKED, "timeout"): ("win", "timeout"),
    **{(phase, "data_gap"): ("void", "data_gap") for phase in range(ENDED)},
    **{(phase, "delisted"): ("void", "delisted") for phase in range(ENDED)},
    **{(phase, "reported"): ("no-fill", "reported") for phase in range(ENDED)},
}

# A track keeps its result and reason as places in these; 0 is none yet.
RESULTS = ("", "win", "lose", "expire", "no-fill", "void")
REASONS = (
    "", "tp1", "tp2", "breakeven", "timeout", "sl", "invalidated", "expired", "missed", "cancelled", "touched",
    "reported", "data_gap", "delisted",
)  # fmt: skip
WIN, LOSE = RESULTS.index("win"), RESULTS.index("lose")
SL_REASON = REASONS.index("sl")

# ENDS as two flat tables over phase * WIDE + event, as a compiled step reads it; 0 where ENDS has no row.
WIDE = len(EVENTS)
_ROWS = [ENDS.get((phase, event), ("", "")) for phase in range(len(PHASES)) for event in EVENTS]
END_RESULT = tuple(RESULTS.index(result) for result, _ in _ROWS)
END_REASON = tuple(REASONS.index(reason) for _, reason in _ROWS)


@step
def bought(price: float, slippage: float) -> float:
    """A market entry in side space: worse by `slippage` (a fraction).

    >>> bought(100.0, 0.001), bought(-100.0, 0.001)
    (100.1, -99.9)
    """
    return price + abs(price) * slippage


@step
def sold(price: float, slippage: float) -> float:
    """A market exit in side space: worse by `slippage` (a fraction).

    >>> sold(100.0, 0.001), sold(-100.0, 0.001)
    (99.9, -100.1)
    """
    return price - abs(price) * slippage


@step
def leg_r(fill: float, exit_price: float, risk: float, share: float, fee: float) -> float:
    """Net R of `share` of the position closed at `exit_price`: the move minus the exit fee.

    >>> leg_r(100.0, 104.0, 2.0, 0.5, 0.0)
    1.0
    """
    return share * (exit_price - fill - abs(exit_price) * fee) / risk


@step
def waiting_move(levels: Levels, first: bool, blind: bool, open: float, high: float, low: float) -> int:
    """What one bar (or trade: open = high = low) does to a track that waits for its fill.

    `first`: the track begins with this bar, so its open may fill. `blind`: the bar began before the track and is
    coarser than 1m, so its open and its order say nothing: the stop first, then TP1, then the fill.
    """
    if blind:
        if low <= levels.sl_at:
            return FILL_STOPPED
        if high >= levels.tp1_at:
            return MISS
    elif first and open <= levels.sl_at:
        return FILL_STOPPED
    elif first and open <= levels.touch_at:
        return FILL_OPEN
    if low <= levels.through_at:
        return FILL_LIMIT
    if high > levels.miss_at or high >= levels.tp1_at:
        return MISS
    return TOUCH if low <= levels.touch_at else NOTHING


@step
def holding_move(stop_at: float, target_at: float, high: float, low: float) -> int:
    """What one bar does to a filled track: the stop first, then the target."""
    if low <= stop_at:
        return STOP
    return TARGET if high >= target_at else NOTHING


@step
def gapped(last: int, opened: int, base_ms: int) -> bool:
    """Whether more than three base bars are missing between the bar that closed at `last` and one opening at `opened`.

    >>> gapped(0, 900_000, 300_000), gapped(0, 1_200_000, 300_000)
    (False, True)
    """
    return (opened - last) // base_ms > MISSING_BARS
