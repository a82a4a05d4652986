"""The numbers of a signal that a copying bot acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from bot.messages.reader import ticker


@dataclass(frozen=True, slots=True)
class Orders:
    """`pair` as people write it; `long` or short; the zone's edges; the stop; one or two targets, nearest first."""

    pair: str
    long: bool
    entry: tuple[Decimal, Decimal]
    stop: Decimal
    targets: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        """ValueError for orders that contradict each other: stop, zone and targets must lie in this order."""
        low, high = self.entry
        ends = (self.stop, low, high, *self.targets) if self.long else (*reversed(self.targets), low, high, self.stop)
        ordered = all(before <= after for before, after in pairwise(ends))
        beyond = self.stop < low if self.long else self.stop > high
        if not ordered or not beyond or not self.targets or min(ends) <= 0:
            raise ValueError("stop, entry and targets are not in order")


def orders_of(document: Mapping[str, Any]) -> Orders:
    """The orders of a signal's document."""
    orders = document["orders"]
    low, high = (Decimal(price) for price in orders["entry"])
    targets = tuple(dict.fromkeys(Decimal(price) for price in orders["tp"]))
    return Orders(ticker(document["pair"]), document["side"] == "long", (low, high), Decimal(orders["sl"]), targets)
