"""Market state: is price in balance, or out of it and which way. Daily bias, 4h structure, and who is in control."""

from __future__ import annotations

from engine.records import step

BALANCED = 0
STATE_NAMES = {1: "out_of_balance_uptrend", BALANCED: "balanced", -1: "out_of_balance_downtrend"}
BIAS_DAYS = 20


@step
def market_state(
    trend: int, efficiency: float, direction: int, value_now: float, value_before: float, atr: float
) -> int:
    """1 out of balance upwards, -1 downwards, 0 in balance (STATE_NAMES).

    Two of three must agree: the swing trend, value migrating by half an ATR, an efficient move (ER >= 0.3).
    `direction` is the side of the stronger directional movement (+DI against -DI); `value_*` the middle of the value
    area now and a profile ago (0.0: unknown, no vote).

    >>> market_state(1, 0.4, 1, 100.0, 100.0, 2.0), market_state(1, 0.1, -1, 100.0, 100.0, 2.0)
    (1, 0)
    """
    migrated = 0
    if value_now > 0.0 and value_before > 0.0 and abs(value_now - value_before) >= 0.5 * atr:
        migrated = 1 if value_now > value_before else -1
    moving = direction if efficiency >= 0.3 else 0
    up = 0
    down = 0
    for vote in (trend, migrated, moving):
        if vote > 0:
            up += 1
        if vote < 0:
            down += 1
    if up >= 2:
        return 1
    return -1 if down >= 2 else 0


@step
def bias_known(days: int) -> int:
    """1 where 20 daily bars in a row have closed: a daily bias exists."""
    return 1 if days >= BIAS_DAYS else 0


@step
def bias_1d(trend: int, close: float, ema20: float) -> float:
    """Daily bias in [-1, 1], positive = long: half the swing trend of daily bars, half the distance to EMA20.

    The distance counts whole at 5 %. (ours)

    >>> bias_1d(1, 105.0, 100.0), bias_1d(-1, 100.0, 100.0)
    (1.0, -0.5)
    """
    return 0.5 * trend + 0.5 * max(-1.0, min(1.0, (close / ema20 - 1.0) / 0.05))


@step
def broken_4h(trend: int, last_event: int, side: int) -> int:
    """1 where the newest 4h break went against the side (before any break: where the trend does), else 0: intact."""
    return 1 if last_event * side < 0 or (last_event == 0 and trend * side < 0) else 0


@step
def control(delta_share: float, absorption: float, exhaustion: float) -> tuple[float, float]:
    """(buyers' control, sellers' control), both in [0, 1]: the side's share of aggressive volume less what it lost.

    `delta_share` is delta / volume of the bar; `absorption` and `exhaustion` are orderflow's facts in [-1, 1], positive
    where sellers are absorbed or exhausted. A side keeps its share times (1 - the larger of its two): the shares sum to
    1 while neither is spent; two low numbers say that nobody controls. (ours)

    >>> control(0.5, 0.0, 0.0), control(-0.5, 0.75, 0.25)
    ((0.75, 0.25), (0.25, 0.1875))
    """
    buyers = max(0.0, min(1.0, (1.0 + delta_share) / 2.0))
    spent_sellers = min(1.0, max(0.0, absorption, exhaustion))
    spent_buyers = min(1.0, max(0.0, -absorption, -exhaustion))
    return buyers * (1.0 - spent_buyers), (1.0 - buyers) * (1.0 - spent_sellers)
