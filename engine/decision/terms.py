"""What a plan asks of its tape: its prices in side space, its costs and its clocks, as one record for both ways.

`terms_of` makes it of a plan; the batch path fills packed rows by the same steps.
"""

from __future__ import annotations

from engine.decision.signal import Plan
from engine.market.events import MINUTE, TIMEFRAMES
from engine.records import record, step


@record
class Levels:
    """A plan's prices in side space. The `*_at` are what a bar is compared with (a millionth of a tick of slack).

    `maker`, `taker` and the slippages are fractions of price; `single` is 1 where both targets are one price.
    """

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
    single: int


@step
def set_prices(
    at: Levels, side: int, low: float, high: float, sl: float, tp1: float, tp2: float, invalidation: float, tick: float
) -> None:
    """The levels of a zone [low, high] in plain prices: through is near - max(1 tick, 1 bp), missed near + 0.25 R.

    R before a fill is |zone middle - SL|.
    """
    slack = tick * 1e-6
    near = high if side > 0 else low * side
    at.near, at.sl, at.tp1, at.tp2 = near, sl * side, tp1 * side, tp2 * side
    at.touch_at = near + slack
    at.through_at = near - max(tick, abs(near) * 1e-4) + slack
    at.miss_at = near + 0.25 * abs((low + high) / 2 - sl) + slack
    at.sl_at = at.sl + slack
    at.tp1_at = at.tp1 - slack
    at.tp2_at = at.tp2 - slack
    at.invalid_at = invalidation * side - slack
    at.slack = slack
    at.single = 1 if at.tp2 - at.tp1 <= slack else 0


@step
def set_costs(at: Levels, maker: float, taker: float, slippage: float, stop_slippage: float) -> None:
    """Fees and slippage of the levels, fractions of price a leg."""
    at.maker, at.taker, at.slippage, at.stop_slippage = maker, taker, slippage, stop_slippage


@record
class Terms:
    """What a plan asks of its tape. Stamps are ms UTC, spans ms.

    `expiry`: the wait ends; `grid`: the first close of a base bar at or after it, where it takes effect. `limit`: how
    long a fill may be held. `invalidation`: the timeframe whose closes may end the idea.
    """

    ts: int
    side: int
    expiry: int
    grid: int
    limit: int
    invalidation: int
    at: Levels


@step
def set_clocks(terms: Terms, ts: int, side: int, expiry: int, limit: int, invalidation: int, base_ms: int) -> None:
    """The clocks of a plan published at `ts`; `expiry`, `limit` and `invalidation` are spans in ms."""
    terms.ts, terms.side = ts, side
    terms.expiry = ts + expiry
    terms.grid = -(-terms.expiry // base_ms) * base_ms
    terms.limit, terms.invalidation = limit, invalidation


def terms_of(plan: Plan, base_ms: int) -> Terms:
    """The terms of a plan on a tape with base bars of `base_ms`."""
    terms = Terms()
    span, costs = TIMEFRAMES[plan.invalidation_timeframe], plan.costs
    set_clocks(terms, plan.ts, plan.side, plan.expiry_minutes * MINUTE, plan.limit_minutes * MINUTE, span, base_ms)
    set_prices(
        terms.at, plan.side, plan.entry_low, plan.entry_high, plan.sl, plan.tp1, plan.tp2, plan.invalidation_price,
        plan.tick,
    )  # fmt: skip
    set_costs(terms.at, costs.maker, costs.taker, costs.slippage, costs.stop_slippage)
    return terms
