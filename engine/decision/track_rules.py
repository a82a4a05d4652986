"""The rules of a plan's life: the table of ends, and the numeric core in small pure functions over floats.

Everything here runs in *side space*: a price times the side (1 long, -1 short), so that up is always towards the
target and one set of rules serves both sides, exactly (a minus sign loses no bits). A short's bar (open, high, low)
is (-open, -low, -high). Times are integer ms UTC. R after the fill is |fill - SL|.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.decision.signal import Plan

WAITING, TOUCHED, FILLED, BANKED, ENDED = range(5)
PHASES = ("waiting", "touched", "filled", "banked", "ended")

# What `waiting_move` and `holding_move` answer.
NOTHING, TOUCH, MISS, FILL_LIMIT, FILL_OPEN, FILL_STOPPED, STOP, TARGET = range(8)

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


class Levels(NamedTuple):
    """A plan's prices in side space. The `*_at` are what a bar is compared with (a millionth of a tick of slack)."""

    near: float
    sl: float
    tp1: float
    tp2: float
    touch_at: float
    through_at: float
    miss_at: float
    sl_at: float
    tp1_at: float
    tp2_at: float
    invalid_at: float
    slack: float
    maker: float
    taker: float
    slippage: float
    stop_slippage: float
    single: bool


def levels_of(plan: Plan) -> Levels:
    """The levels of a plan: through is near - max(1 tick, 1 bp), missed is near + 0.25 R (R = |middle - SL|)."""
    near, sl = plan.near * plan.side, plan.sl * plan.side
    tp1, tp2 = plan.tp1 * plan.side, plan.tp2 * plan.side
    slack = plan.tick * 1e-6
    return Levels(
        near=near,
        sl=sl,
        tp1=tp1,
        tp2=tp2,
        touch_at=near + slack,
        through_at=near - max(plan.tick, abs(near) * 1e-4) + slack,
        miss_at=near + 0.25 * plan.risk + slack,
        sl_at=sl + slack,
        tp1_at=tp1 - slack,
        tp2_at=tp2 - slack,
        invalid_at=plan.invalidation_price * plan.side - slack,
        slack=slack,
        maker=plan.costs.maker,
        taker=plan.costs.taker,
        slippage=plan.costs.slippage,
        stop_slippage=plan.costs.stop_slippage,
        single=tp2 - tp1 <= slack,
    )


def bought(price: float, slippage: float) -> float:
    """A market entry in side space: worse by `slippage` (a fraction).

    >>> bought(100.0, 0.001), bought(-100.0, 0.001)
    (100.1, -99.9)
    """
    return price + abs(price) * slippage


def sold(price: float, slippage: float) -> float:
    """A market exit in side space: worse by `slippage` (a fraction).

    >>> sold(100.0, 0.001), sold(-100.0, 0.001)
    (99.9, -100.1)
    """
    return price - abs(price) * slippage


def leg_r(fill: float, exit_price: float, risk: float, share: float, fee: float) -> float:
    """Net R of `share` of the position closed at `exit_price`: the move minus the exit fee.

    >>> leg_r(100.0, 104.0, 2.0, 0.5, 0.0)
    1.0
    """
    return share * (exit_price - fill - abs(exit_price) * fee) / risk


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


def holding_move(stop_at: float, target_at: float, high: float, low: float) -> int:
    """What one bar does to a filled track: the stop first, then the target."""
    if low <= stop_at:
        return STOP
    return TARGET if high >= target_at else NOTHING
