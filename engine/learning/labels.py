"""From decisions and their market outcomes to labelled, weighted rows: what a policy is fitted to.

y = 1 iff TP1 came before SL, invalidation and time limit, given the followable fill; plans that were never filled (or
void) have no label. A label exists from the moment its market closed: nothing later than the data cut is used.
Weights: uniqueness (overlapping lives share one market), age (half-life 46 days) and resolution of the tape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.decision.verdict import FEATURES
from engine.learning.table import Decision, Floats, Ints, Table

DAY = 86_400_000
DECAY = 0.985  # per day
MOST_CLUSTERING = 4.0
COLUMNS = FEATURES  # the whole vector: which inputs are read is a procedure's choice
OLDEST = 365 * DAY  # a label of that age weighs 0.4 % of a new one
OTHER_PAIR = 0.5  # how much a life on another pair, same side, counts as the same market
COARSE_WEIGHT, COARSE_LEAST_ATR = 0.3, 0.5
RESOLUTION_WEIGHTS = {"trades": 1.0, "1m": 1.0, "5m": 0.7, "15m": 0.7, "1h": COARSE_WEIGHT}


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled rows in order of their close (then of their start): columns of equal length.

    `at` are their places in the table whose `ids` they have, `book` numbers into `keys` (timeframe/REGIME). `raw` has
    one column for each of COLUMNS and `net` is the followable R, NaN where unknown.
    """

    at: Ints
    ids: Sequence[str]
    keys: tuple[str, ...]
    book: Ints
    y: Floats
    opened: Ints
    closed: Ints
    weight: Floats
    raw: Floats
    net: Floats

    def column(self, feature: str) -> Floats:
        """One raw column, NaN where unknown."""
        return self.raw[:, COLUMNS.index(feature)]

    def take(self, index: Ints) -> Labels:
        """Some of the rows, in the order of `index`."""
        return Labels(
            self.at[index], self.ids, self.keys, self.book[index], self.y[index], self.opened[index],
            self.closed[index], self.weight[index], self.raw[index], self.net[index],
        )  # fmt: skip

    @property
    def n_eff(self) -> float:
        """Effective number of labels."""
        return effective(self.weight)

    def books(self) -> dict[str, Ints]:
        """Row numbers of each book (timeframe/REGIME) that has some, in the order of their names."""
        return {self.keys[at]: np.flatnonzero(self.book == at) for at in self._present()}

    def _present(self) -> list[int]:
        return sorted((int(at) for at in np.unique(self.book)), key=self.keys.__getitem__)


def effective(weights: Floats) -> float:
    """(sum w)^2 / sum w^2.

    >>> effective(np.array([1.0, 1.0, 1.0])), effective(np.array([]))
    (3.0, 0.0)
    """
    square = float(np.sum(weights * weights))
    return float(np.sum(weights)) ** 2 / square if square > 0.0 else 0.0


def clustering(labels: Labels) -> float:
    """Design effect of same-day labels: how much they are won and lost together, between 1 and 4."""
    residual = labels.weight * (labels.y - np.average(labels.y, weights=labels.weight))
    return design_effect(residual, labels.opened // DAY)


def design_effect(residual: Floats, day: Ints) -> float:
    """Variance of a sum of residuals over what it would be if rows of one day had nothing in common (1 to 4).

    >>> design_effect(np.array([1.0, 1.0, -1.0, -1.0]), np.array([1, 1, 2, 2]))
    2.0
    """
    alone = float(np.sum(residual * residual))
    if alone <= 0.0:
        return 1.0
    _, block = np.unique(day, return_inverse=True)
    together = float(np.sum(np.bincount(block, weights=residual) ** 2))
    return min(MOST_CLUSTERING, max(1.0, together / alone))


def labelled(decisions: Iterable[Decision], cut: int) -> Labels:
    """The rows whose label was known at `cut` (ms UTC), each `decision_id` once, with their weights."""
    known = {row.decision_id: row for row in decisions}
    return labels_of(Table(known[name] for name in sorted(known)), cut)


def labels_of(table: Table, cut: int) -> Labels:
    """The labels of a table that were known at `cut` (ms UTC), in order of their close (then of their start).

    What is so old that it weighs next to nothing is left out.
    """
    win, closed, ts = table.floats("win"), table.ints("closed"), table.ints("ts")
    at = np.flatnonzero(~np.isnan(win) & (closed <= cut) & (closed > np.maximum(ts, cut - OLDEST)))
    at = at[np.lexsort((at, ts[at], closed[at]))]
    opened, closed = ts[at], closed[at]
    raw = table.floats("features")[at]
    unique = uniqueness(opened, closed, table.ints("pair")[at], table.ints("side")[at])
    trust = np.array([trusted(word) for word in table.resolutions.words])
    believed = resolution_weights(trust[table.ints("resolution")[at]], raw[:, COLUMNS.index("risk_atr")])
    weight = unique * DECAY ** ((cut - closed) / DAY) * believed
    book, net = table.ints("book")[at], table.floats("rr")[at]
    return Labels(at, table.ids, tuple(table.books.words), book, win[at], opened, closed, weight, raw, net)


def trusted(resolution: str) -> float:
    """How far a resolution is believed at all; one that is not known as the coarsest."""
    return RESOLUTION_WEIGHTS.get(resolution, COARSE_WEIGHT)


def resolution_weights(trust: Floats, risk_atr: Floats) -> Floats:
    """How far labels are believed, given what their resolution is trusted with (RESOLUTION_WEIGHTS).

    Inside a bar of an hour the order of stop and target is unknown so often that a label whose stop is nearer than half
    an ATR of the hour says nothing; unknown resolutions count as the coarsest.

    >>> resolution_weights(np.array([1.0, 0.7, 0.3, 0.3, 0.3]), np.array([0.3, 0.3, 0.3, 0.6, np.nan])).tolist()
    [1.0, 0.7, 0.0, 0.3, 0.3]
    """
    return np.where((trust <= COARSE_WEIGHT) & (risk_atr < COARSE_LEAST_ATR), 0.0, trust)


def uniqueness(opened: Ints, closed: Ints, pair: Ints, side: Ints) -> Floats:
    """Mean over each life of 1 / (lives of the same pair and side + half of the other pairs' on that side).

    >>> pair = np.array([7, 7])
    >>> uniqueness(np.array([0, 0]), np.array([10, 10]), pair, np.array([1, 1])).tolist()
    [0.5, 0.5]
    >>> uniqueness(np.array([0, 5]), np.array([10, 15]), pair, np.array([1, -1])).tolist()
    [1.0, 1.0]
    """
    out = np.ones(len(opened))
    if not len(opened):
        return out
    for one in (1, -1):
        ours = np.flatnonzero(side == one)
        if len(ours):
            out[ours] = _shares(opened[ours], closed[ours], pair[ours])
    return out


def _shares(opened: Ints, closed: Ints, pair: Ints) -> Floats:
    """`uniqueness` of one side's lives: every pair's at once."""
    count = len(opened)
    edges, place = np.unique(np.concatenate([opened, closed]), return_inverse=True)
    every = np.cumsum(
        np.bincount(place[:count], minlength=len(edges)) - np.bincount(place[count:], minlength=len(edges))
    )
    # The edges of a pair's own lives, in order: between two of them the number of its lives is constant.
    order = np.lexsort((place, np.tile(pair, 2)))
    own = np.cumsum(np.repeat([1, -1], count)[order])
    begin, end = place[order[:-1]], place[order[1:]]
    area = np.zeros(2 * count)
    for load in np.unique(own[:-1]).tolist():
        passed = np.concatenate([[0.0], np.cumsum(np.diff(edges) / _load(load, every[:-1]))])
        at = np.flatnonzero(own[:-1] == load)
        area[at + 1] = passed[end[at]] - passed[begin[at]] if load else 0.0
    reached = np.empty(2 * count)
    reached[order] = np.cumsum(area)
    return np.asarray((reached[count:] - reached[:count]) / (closed - opened), dtype=np.float64)


def _load(same: int, every: Ints) -> Floats:
    """Lives that share a moment, those of other pairs counted in part."""
    return np.asarray(np.maximum(same + OTHER_PAIR * (every - same), 1.0), dtype=np.float64)
