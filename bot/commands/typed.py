"""Numbers as people type them: with the exchange's point, or with the point and comma of their own language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3}(?:\1[0-9]{3})*)?")
_DECIMAL = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?:[.,][0-9]{3})+)(?:([.,])([0-9]{1,12}))?")
FAR = 2


def price_near(text: str, near: Decimal) -> Decimal | None:
    """The price that was meant: 64.120 is one price in Jakarta and another in London, and `near` tells which.

    None for what is no price, or is not between half and double of `near`.

    >>> [str(price_near("64.120", Decimal(near))) for near in (64_000, 64)], price_near("0,5", Decimal(17))
    (['64120', '64.120'], None)
    """
    found = [price for price in readings(text) if near / FAR <= price <= near * FAR]
    return min(found, key=lambda price: abs(price - near), default=None)


def readings(text: str) -> Iterator[Decimal]:
    """What a typed number may mean.

    >>> [str(one) for one in readings("1.000,50")], [str(one) for one in readings("1,000")]
    (['1000.50'], ['1000', '1.000'])
    """
    if _GROUPED.fullmatch(text):
        yield Decimal(re.sub("[.,]", "", text))
    found = _DECIMAL.fullmatch(text)
    if found is not None and found[2] and found[2] not in found[1]:
        yield Decimal(f"{re.sub('[.,]', '', found[1])}.{found[3]}")
    elif found is not None and found[1].isdigit() and not _GROUPED.fullmatch(text):
        yield Decimal(found[1])
