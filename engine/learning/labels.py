"""From decisions and their market outcomes to labelled, weighted rows: what a policy is fitted to.

y = 1 iff TP1 came before SL, invalidation and time limit, given the followable fill; plans that were never filled (or
void) have no label. A label exists from the moment its market closed: nothing later than the data cut is used.
Weights: uniqueness (overlapping lives share one market), age (half-life 46 days) and resolution of the tape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from engine.decision.verdict import FEATURES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY = 86_400_000
DECAY = 0.985  # per day
MOST_CLUSTERING = 4.0
COLUMNS = FEATURES  # the whole vector: which inputs are read is a procedure's choice
OTHER_PAIR = 0.5  # how much a life on another pair, same side, counts as the same market
COARSE_WEIGHT, COARSE_LEAST_ATR = 0.3, 0.5
RESOLUTION_WEIGHTS = {"trades": 1.0, "1m": 1.0, "5m": 0.7, "15m": 0.7, "1h": COARSE_WEIGHT}


@dataclass(frozen=True, slots=True)
class Decision:
    """One judged setup (published or shadow) as the learner reads it.

    `side` is 1 or -1, times are ms UTC, `rr` is the followable net R, `features` as a decision keeps them, `reasons`
    why it was refused. `win`, `rr`, `closed_at`, `resolution` and `result` are None until its market ended; `win` and
    `rr` stay None where it was never filled, or void.
    """

    decision_id: str
    ts: int
    pair: str
    timeframe: str
    regime: str
    side: int
    features: Mapping[str, float | None]
    win: int | None = None
    rr: float | None = None
    closed_at: int | None = None
    resolution: str | None = None
    setup_model: str = ""
    reasons: tuple[str, ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled rows in order of their close (then of their start): columns of equal length.

    `raw` has one column for each of COLUMNS and `net` is the followable R, NaN where unknown.
    """

    rows: tuple[Decision, ...]
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
        rows = tuple(self.rows[at] for at in index)
        y, weight, raw, net = (one[index] for one in (self.y, self.weight, self.raw, self.net))
        return Labels(rows, y, self.opened[index], self.closed[index], weight, raw, net)

    @property
    def n_eff(self) -> float:
        """Effective number of labels."""
        return effective(self.weight)

    def books(self) -> dict[tuple[str, str], Ints]:
        """Row numbers of each (timeframe, regime), in the order of their names."""
        keys = [(row.timeframe, row.regime) for row in self.rows]
        names = sorted(set(keys))
        number = {key: at for at, key in enumerate(names)}
        of = np.array([number[key] for key in keys], dtype=np.int64)
        return {key: np.flatnonzero(of == at) for key, at in number.items()}


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


def labelled(decisions: Sequence[Decision], cut: int) -> Labels:
    """The rows whose label was known at `cut` (ms UTC), each `decision_id` once, with their weights."""
    known: dict[str, Decision] = {}
    for row in decisions:
        if row.win is not None and row.closed_at is not None and row.ts < row.closed_at <= cut:
            known[row.decision_id] = row
    rows = sorted(known.values(), key=lambda row: (row.closed_at or 0, row.ts, row.decision_id))
    opened = np.array([row.ts for row in rows], dtype=np.int64)
    closed = np.array([row.closed_at for row in rows], dtype=np.int64)
    raw = _columns(rows)
    unique = uniqueness(opened, closed, [row.pair for row in rows], [row.side for row in rows])
    weight = unique * DECAY ** ((cut - closed) / DAY) * resolution_weights(
        [row.resolution for row in rows], raw[:, COLUMNS.index("risk_atr")]
    )  # fmt: skip
    y = np.array([row.win for row in rows], dtype=np.float64)
    net = np.array([row.rr for row in rows], dtype=np.float64)  # None becomes NaN
    return Labels(tuple(rows), y, opened, closed, weight, raw, net)


def _columns(rows: Sequence[Decision]) -> Floats:
    """Rows x COLUMNS, NaN where a feature is None or absent."""
    whole = itemgetter(*COLUMNS)
    found = np.empty((len(rows), len(COLUMNS)))
    for at, row in enumerate(rows):
        try:
            found[at] = whole(row.features)
        except KeyError:  # kept by a version that knew fewer features
            found[at] = [row.features.get(name) for name in COLUMNS]
    return found


def resolution_weights(resolution: Sequence[str | None], risk_atr: Floats) -> Floats:
    """How far a label of each resolution is believed.

    Inside a bar of an hour the order of stop and target is unknown so often that a label whose stop is nearer than half
    an ATR of the hour says nothing; unknown resolutions count as the coarsest.

    >>> resolution_weights(["1m", "15m", "1h", "1h", None], np.array([0.3, 0.3, 0.3, 0.6, np.nan])).tolist()
    [1.0, 0.7, 0.0, 0.3, 0.3]
    """
    weight = np.array([RESOLUTION_WEIGHTS.get(name or "", COARSE_WEIGHT) for name in resolution], dtype=np.float64)
    return np.where((weight <= COARSE_WEIGHT) & (risk_atr < COARSE_LEAST_ATR), 0.0, weight)


def uniqueness(opened: Ints, closed: Ints, pairs: Sequence[str], sides: Sequence[int]) -> Floats:
    """Mean over each life of 1 / (lives of the same pair and side + half of the other pairs' on that side).

    >>> uniqueness(np.array([0, 0]), np.array([10, 10]), ["A", "A"], [1, 1]).tolist()
    [0.5, 0.5]
    >>> uniqueness(np.array([0, 5]), np.array([10, 15]), ["A", "A"], [1, -1]).tolist()
    [1.0, 1.0]
    """
    out = np.ones(len(opened))
    if not len(opened):
        return out
    side_of, pair_of = np.array(sides), np.unique(np.array(pairs), return_inverse=True)[1]
    for side in sorted(set(sides)):
        ours = np.flatnonzero(side_of == side)
        out[ours] = _shares(opened[ours], closed[ours], pair_of[ours])
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
