"""The running sum of R as a curve: trade by trade while they are few, else in legs of whole days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.interval import DAY_MS
from storage.results import Trade, returns
from storage.schema import totals
from storage.totals import ALL, Total, joined

TRADES = 600
LEGS = 300


@dataclass(frozen=True, slots=True)
class Leg:
    """`count` fills that ended by `at` (ms): what they came to in R, and the shape of their running sum from 0.

    `theory` is the theoretical R of everything that closed since the leg before.
    """

    at: int
    count: int
    r: float
    high: float
    low: float
    fall: float
    theory: float = 0.0

    def then(self, other: Leg) -> Leg:
        """Both as one leg."""
        return Leg(other.at, self.count + other.count, *joined(self, other), self.theory + other.theory)


def trade(at: int, r: float | None, theory: float | None = None) -> Leg:
    """One that closed; None: it had no fill on that track.

    >>> trade(0, -1.0, -1.0).then(trade(1, 0.5, 1.5))
    Leg(at=1, count=2, r=-0.5, high=0.0, low=-1.0, fall=1.0, theory=0.5)
    """
    if r is None:
        return Leg(at, 0, 0.0, 0.0, 0.0, 0.0, theory or 0.0)
    return Leg(at, 1, r, max(0.0, r), min(0.0, r), max(0.0, -r), theory or 0.0)


def of_day(day: int, total: Total) -> Leg:
    """The fills of a UTC day; it stands at the day's last moment."""
    shape = (total.r, total.high, total.low, total.fall, total.theory_r)
    return Leg((day + 1) * DAY_MS - 1, total.filled, *shape)


def shortened(legs: Sequence[Leg], most: int = LEGS) -> list[Leg]:
    """At most `most` legs, neighbours joined; sum and deepest fall stay exact.

    >>> [leg.r for leg in shortened([trade(0, 1.0), trade(1, -1.0), trade(2, 2.0)], 2)]
    [1.0, 1.0]
    """
    parts = min(most, len(legs))
    bounds = [len(legs) * part // max(1, parts) for part in range(parts + 1)]
    return [reduce(Leg.then, legs[first:last]) for first, last in pairwise(bounds)]


def curve_of(trades: Sequence[Trade], days: Sequence[tuple[int, Total]]) -> list[Leg]:
    """The curve of `days` in order; where they hold few fills, of the `trades` in closing order."""
    if sum(total.filled for _, total in days) <= TRADES:
        return _filled([trade(*one) for one in trades])
    return shortened(_filled([of_day(day, total) for day, total in days]))


def _filled(legs: Sequence[Leg]) -> list[Leg]:
    """The legs with fills; what the others came to in theory is the next one's, at the end the last one's.

    >>> [leg.theory for leg in _filled([trade(0, None, 1.0), trade(1, 2.0, 2.0), trade(2, None, 0.5)])]
    [3.5]
    """
    found: list[Leg] = []
    theory = 0.0
    for leg in legs:
        theory += leg.theory
        if leg.count:
            found.append(replace(leg, theory=theory))
            theory = 0.0
    return [*found[:-1], replace(found[-1], theory=found[-1].theory + theory)] if found else []


async def curve(conn: AsyncConnection, first: int | None = None) -> list[Leg]:
    """The curve of everything that closed from the UTC day `first` on (None: ever)."""
    start = first or 0
    names = ("win", "lose", "r", "high", "low", "fall", "theory_r")
    query = select(totals.c.day, *(totals.c[name] for name in names))
    mine = (totals.c.dimension == ALL[0], totals.c.name == ALL[1], totals.c.day >= start)
    rows = await conn.execute(query.where(*mine).order_by(totals.c.day))
    days = [(day, Total(**dict(zip(names, found)))) for day, *found in rows]
    few = sum(total.filled for _, total in days) <= TRADES
    return curve_of(await returns(conn, start * DAY_MS) if few else (), days)
