"""The running sum of R as a curve: trade by trade while they are few, else in legs of whole days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.interval import DAY_MS
from storage.results import returns
from storage.schema import totals
from storage.totals import ALL, Total, joined

TRADES = 600
LEGS = 300


@dataclass(frozen=True, slots=True)
class Leg:
    """`count` fills that ended by `at` (ms): what they came to in R, and the shape of their running sum from 0."""

    at: int
    count: int
    r: float
    high: float
    low: float
    fall: float

    def then(self, other: Leg) -> Leg:
        """Both as one leg."""
        return Leg(other.at, self.count + other.count, *joined(self, other))


def trade(at: int, r: float) -> Leg:
    """One fill.

    >>> trade(0, -1.0).then(trade(1, 0.5))
    Leg(at=1, count=2, r=-0.5, high=0.0, low=-1.0, fall=1.0)
    """
    return Leg(at, 1, r, max(0.0, r), min(0.0, r), max(0.0, -r))


def of_day(day: int, total: Total) -> Leg:
    """The fills of a UTC day; it stands at the day's last moment."""
    return Leg((day + 1) * DAY_MS - 1, total.filled, total.r, total.high, total.low, total.fall)


def shortened(legs: Sequence[Leg], most: int = LEGS) -> list[Leg]:
    """At most `most` legs, neighbours joined; sum and deepest fall stay exact.

    >>> [leg.r for leg in shortened([trade(0, 1.0), trade(1, -1.0), trade(2, 2.0)], 2)]
    [1.0, 1.0]
    """
    parts = min(most, len(legs))
    bounds = [len(legs) * part // max(1, parts) for part in range(parts + 1)]
    return [reduce(Leg.then, legs[first:last]) for first, last in pairwise(bounds)]


def curve_of(trades: Sequence[tuple[int, float]], days: Sequence[tuple[int, Total]]) -> list[Leg]:
    """The curve of `days` in order; where they hold few fills, of the `trades` (closed at (ms), R) in closing order."""
    if sum(total.filled for _, total in days) <= TRADES:
        return [trade(at, r) for at, r in trades]
    return shortened([of_day(day, total) for day, total in days if total.filled])


async def curve(conn: AsyncConnection, first: int | None = None) -> list[Leg]:
    """The curve of everything that closed from the UTC day `first` on (None: ever)."""
    start = first or 0
    names = ("win", "lose", "r", "high", "low", "fall")
    query = select(totals.c.day, *(totals.c[name] for name in names))
    mine = (totals.c.dimension == ALL[0], totals.c.name == ALL[1], totals.c.day >= start)
    rows = await conn.execute(query.where(*mine).order_by(totals.c.day))
    days = [(day, Total(**dict(zip(names, found)))) for day, *found in rows]
    few = sum(total.filled for _, total in days) <= TRADES
    return curve_of(await returns(conn, start * DAY_MS) if few else (), days)
