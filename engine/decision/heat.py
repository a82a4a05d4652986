"""How much is at risk together: open R on one side in pairs that move as one.

Correlation is Pearson's, of the log returns of 1h closes over the newest 480 hours (20 days, ours: every warm-up is
longer, so a restart rebuilds the same window and nothing of it is stored). Only hours that both pairs closed count;
with fewer than 168 of them, or where a price never moved, pairs count as one: what is not known is not spread risk.
A cluster is all that is linked to the candidate's pair, directly or through pairs with open risk, by a correlation of
at least `cluster_correlation`. Known at the hour's close; times are ms UTC.

The limits are those of a quarter Kelly book (Baker and McHale 2013: shrink it under parameter uncertainty) at 0.5 % of
equity an R: 1.5 % on one side of a cluster is 3 R, 3 % in all is 6 R.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decision.closes import HOUR, Closes
from engine.params import Params

Floats = NDArray[np.float64]
TRUSTED = 168
EPSILON = 1e-9


def correlation(a: Floats, b: Floats) -> float | None:
    """Pearson's r of the places that both know (NaN: unknown); None below 168 of them or where one never moved.

    Shapes (hours,). Sums are exact, so that their order changes nothing.

    >>> up = np.array([0.01, -0.02, 0.005] * 60)
    >>> round(correlation(up, -up), 12), correlation(up[:100], up[:100])
    (-1.0, None)
    """
    return _together(_hours(a), _hours(b))


@dataclass(frozen=True, slots=True)
class _Hours:
    """Returns with NaN, which of them are known (all of them: `whole`), how far each of those is from their mean, and
    the squares' sum.
    """

    values: Floats
    known: NDArray[np.bool_]
    whole: bool
    away: Floats
    square: float


def _hours(values: Floats, known: NDArray[np.bool_] | None = None) -> _Hours:
    """By the hours that are known, or by those given."""
    there = ~np.isnan(values) if known is None else known
    picked = values[there]
    away = picked - _sum(picked) / max(1, len(picked))
    return _Hours(values, there, len(picked) == len(values), away, _sum(away * away))


def _together(a: _Hours, b: _Hours) -> float | None:
    """`correlation`; what pairs know of the same hours need not be summed up again for each other pair."""
    if not (a.whole and b.whole) and not np.array_equal(a.known, b.known):
        both = a.known & b.known
        a, b = _hours(a.values, both), _hours(b.values, both)
    if len(a.away) < TRUSTED:
        return None
    spread = a.square * b.square
    return _sum(a.away * b.away) / math.sqrt(spread) if spread > 0.0 else None


def _steps(values: Floats) -> Floats:
    return values[1:] - values[:-1]


def _sum(values: Floats) -> float:
    return math.fsum(values.tolist())


class Correlations:
    """Of pairs by their 1h closes; what was asked for is kept for the hour."""

    def __init__(self, closes: Closes) -> None:
        self._closes = closes
        self._asked: dict[tuple[str, str], tuple[int, float | None]] = {}
        self._newest: dict[str, tuple[int, _Hours]] = {}  # the returns of a pair that were asked for last

    def of(self, a: str, b: str, now: int) -> float | None:
        """The correlation of two pairs at `now` (ms); None where it is not to be trusted."""
        hour = now // HOUR
        key = (a, b) if a < b else (b, a)
        known = self._asked.get(key)
        if known is None or known[0] != hour:
            known = self._asked[key] = (hour, _together(self._returns(key[0], hour), self._returns(key[1], hour)))
        return known[1]

    def _returns(self, pair: str, hour: int) -> _Hours:
        """Log returns of the hours up to `hour`, oldest first; NaN where either close is unknown."""
        known = self._newest.get(pair)
        if known is None or known[0] != hour:
            known = self._newest[pair] = (hour, _hours(_steps(self._closes.logs(pair, hour))))
        return known[1]


@dataclass(frozen=True, slots=True)
class Heat:
    """Why one more R is too much: what is open together, and the limit (R)."""

    open_r: int
    limit: float


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An open signal that can still lose 1 R: half is not banked yet, the stop not at breakeven."""

    pair: str
    side: int


def cluster_heat(pairs: Correlations, risky: Collection[AtRisk], pair: str, side: int, now: int, least: float) -> int:
    """Open R on `side` in the cluster of `pair`; pairs are linked by a correlation of at least `least`."""
    same = [one.pair for one in risky if one.side == side]
    outside = sorted(set(same) - {pair})
    cluster = [pair]
    for member in cluster:  # grows while it is walked
        linked = [other for other in outside if _linked(pairs.of(member, other, now), least)]
        cluster += linked
        outside = [other for other in outside if other not in linked]
    return sum(1 for one in same if one in cluster)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Open R (`open_r`) on one side in pairs that count as one; `links`: two of them and their correlation (None: not
    known, so that they count as one)."""

    side: int
    pairs: tuple[str, ...]
    open_r: int
    links: tuple[tuple[str, str, float | None], ...]


def clusters(pairs: Correlations, risky: Collection[AtRisk], now: int, least: float) -> list[Cluster]:
    """What is open now, as heat counts it: longs first, the pairs of each side in groups that are linked."""
    found = []
    for side in (1, -1):
        left = sorted({one.pair for one in risky if one.side == side})
        while left:
            links, members = list[tuple[str, str, float | None]](), [left.pop(0)]
            for member in members:  # grows while it is walked
                for other in tuple(left):
                    value = pairs.of(member, other, now)
                    if _linked(value, least):
                        links.append((member, other, value))
                        members.append(other)
                        left.remove(other)
            open_r = sum(1 for one in risky if one.side == side and one.pair in members)
            found.append(Cluster(side, tuple(members), open_r, tuple(links)))
    return found


def _linked(found: float | None, least: float) -> bool:
    return found is None or found >= least - EPSILON


def too_hot(pairs: Correlations, risky: Collection[AtRisk], pair: str, side: int, now: int, k: Params) -> Heat | None:
    """Why one more R on `side` of `pair` goes beyond the limit of its cluster or of everything open; None: it does not.

    Correlations are looked up only where the open R of that side would be too much for one cluster.
    """
    if len(risky) + 1 <= k.heat_max_r:
        return None
    if len(risky) + 1 > k.heat_total_r:
        return Heat(len(risky), k.heat_total_r)
    if sum(1 for one in risky if one.side == side) + 1 <= k.heat_max_r:
        return None
    heat = cluster_heat(pairs, risky, pair, side, now, k.cluster_correlation)
    return Heat(heat, k.heat_max_r) if heat + 1 > k.heat_max_r else None
