"""What a number of a market may be. Within these bounds no product or ratio of the engine leaves the floats.

The widest markets are far inside: prices from 1e-9 (meme coins by the unit) to 1e6, volumes up to 1e15 units a day.
"""

from __future__ import annotations

LEAST_PRICE, MOST_PRICE = 1e-12, 1e12
LEAST_SIZE, MOST_SIZE = 1e-30, 1e18  # crumbs of adding up are sizes, too
MOST_RATE = 1.0


def is_price(value: float) -> bool:
    """Whether it can be a price; NaN and infinity cannot.

    >>> is_price(64_000.0), is_price(0.0), is_price(1e300), is_price(float("nan"))
    (True, False, False, False)
    """
    return LEAST_PRICE <= value <= MOST_PRICE


def is_size(value: float) -> bool:
    """Whether it can be a volume, a size or an open interest, in base units: zero or a plausible amount.

    >>> is_size(0.0), is_size(-1.0), is_size(1e-300), is_size(float("inf"))
    (True, False, False, False)
    """
    return value == 0.0 or LEAST_SIZE <= value <= MOST_SIZE


def is_rate(value: float) -> bool:
    """Whether it can be a settled funding rate, a fraction of the position.

    >>> is_rate(-0.0075), is_rate(1.5)
    (True, False)
    """
    return -MOST_RATE <= value <= MOST_RATE
