"""Market state: is price in balance, or out of balance and which way. And the daily bias and 4h structure."""

from __future__ import annotations

BALANCED = "balanced"
UPTREND = "out_of_balance_uptrend"
DOWNTREND = "out_of_balance_downtrend"


def market_state(
    trend: int, efficiency: float, direction: int, value_now: float, value_before: float, atr: float
) -> str:
    """Two of three must agree: the swing trend, value migrating by half an ATR, an efficient move (ER >= 0.3).

    `direction` is the side of the stronger directional movement (+DI against -DI); `value_*` the middle of the value
    area now and a profile ago (0.0: unknown, no vote).

    >>> market_state(1, 0.4, 1, 100.0, 100.0, 2.0), market_state(1, 0.1, -1, 100.0, 100.0, 2.0)
    ('out_of_balance_uptrend', 'balanced')
    """
    migrated = 0
    if value_now > 0.0 and value_before > 0.0 and abs(value_now - value_before) >= 0.5 * atr:
        migrated = 1 if value_now > value_before else -1
    moving = direction if efficiency >= 0.3 else 0
    votes = (trend, migrated, moving)
    if votes.count(1) >= 2:
        return UPTREND
    if votes.count(-1) >= 2:
        return DOWNTREND
    return BALANCED


def direction_of(state: str) -> int:
    """1, -1, or 0 in balance."""
    return 1 if state == UPTREND else -1 if state == DOWNTREND else 0


def bias_1d(trend: int, close: float, ema20: float, days: int) -> tuple[str, float] | None:
    """Daily bias: half from the swing trend of daily bars, half from the distance to EMA20 (full at 5 %).

    None with fewer than 20 closed days. (ours)

    >>> bias_1d(1, 105.0, 100.0, 30)
    ('long', 1.0)
    """
    if days < 20 or ema20 <= 0.0:
        return None
    distance = max(-1.0, min(1.0, (close / ema20 - 1.0) / 0.05))
    value = 0.5 * trend + 0.5 * distance
    return ("long" if value >= 0.0 else "short", abs(value))


def structure_4h(trend: int, last_event: int, side: int) -> str:
    """`broken` where the newest 4h break went against the side, else `intact`."""
    return "broken" if last_event * side < 0 or (last_event == 0 and trend * side < 0) else "intact"
