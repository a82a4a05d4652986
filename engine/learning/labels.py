"""From decisions and their market outcomes to labelled, weighted rows: what a policy is fitted to.

y = 1 iff TP1 came before SL, invalidation and time limit, given the followable fill; plans that were never filled (or
void) have no label. A label exists from the moment its market closed: nothing later than the data cut is used.
Weights: uniqueness (overlapping lives share one market), age (half-life 46 days) and resolution of the tape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decision.signal import LAYER_NAMES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY = 86_400_000
DECAY = 0.985  # per day
MOST_CLUSTERING = 4.0
COLUMNS = (*(f"score_{name}" for name in LAYER_NAMES), "rr_tp1", "cost_r")
OTHER_PAIR = 0.5  # how much a life on another pair, same side, counts as the same market
RESOLUTION_WEIGHTS = {"trades": 1.0, "1m": 1.0, "5m": 0.7, "15m": 0.7, "1h": 0.3}


@dataclass(frozen=True, slots=True)
class Decision:
    """One judged setup (published or shadow) as the learner reads it; the last four are None until its market ended.

    `side` is 1 or -1, times are ms UTC, `rr` is the followable net R, `features` as a decision keeps them.
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
        found: dict[tuple[str, str], list[int]] = {}
        for at, row in enumerate(self.rows):
            found.setdefault((row.timeframe, row.regime), []).append(at)
        return {key: np.array(found[key], dtype=np.int64) for key in sorted(found)}


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
    alone = float(np.sum(residual * residual))
    if alone <= 0.0:
        return 1.0
    _, day = np.unique(labels.opened // DAY, return_inverse=True)
    together = float(np.sum(np.bincount(day, weights=residual) ** 2))
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
    age = (cut - closed) / DAY
    resolution = np.array([RESOLUTION_WEIGHTS.get(row.resolution or "", 0.3) for row in rows])
    unique = uniqueness(opened, closed, [row.pair for row in rows], [row.side for row in rows])
    y = np.array([float(row.win or 0) for row in rows])
    unknown = float("nan")
    raw = np.array([[_or(row.features.get(name), unknown) for name in COLUMNS] for row in rows], dtype=np.float64)
    net = np.array([_or(row.rr, unknown) for row in rows], dtype=np.float64)
    weight = unique * DECAY**age * resolution
    return Labels(tuple(rows), y, opened, closed, weight, raw.reshape(len(rows), len(COLUMNS)), net)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def uniqueness(opened: Ints, closed: Ints, pairs: Sequence[str], sides: Sequence[int]) -> Floats:
    """Mean over each life of 1 / (lives of the same pair and side + half of the other pairs' on that side).

    >>> uniqueness(np.array([0, 0]), np.array([10, 10]), ["A", "A"], [1, 1]).tolist()
    [0.5, 0.5]
    >>> uniqueness(np.array([0, 5]), np.array([10, 15]), ["A", "A"], [1, -1]).tolist()
    [1.0, 1.0]
    """
    out = np.ones(len(opened))
    side_of, pair_of = np.array(sides), np.array(pairs)
    for side in sorted(set(sides)):
        ours = np.flatnonzero(side_of == side)
        edges = np.unique(np.concatenate([opened[ours], closed[ours]]))
        all_lives = _alive(edges, opened[ours], closed[ours])
        for pair in sorted(set(pair_of[ours].tolist())):
            own = ours[pair_of[ours] == pair]
            same = _alive(edges, opened[own], closed[own])
            load = np.maximum(same + OTHER_PAIR * (all_lives - same), 1.0)
            area = np.concatenate([[0.0], np.cumsum(np.diff(edges) / load[:-1])])
            begin, end = np.searchsorted(edges, opened[own]), np.searchsorted(edges, closed[own])
            out[own] = (area[end] - area[begin]) / (closed[own] - opened[own])
    return out


def _alive(edges: Ints, opened: Ints, closed: Ints) -> Floats:
    """How many lives [opened, closed) hold each stretch that begins at an edge."""
    change = np.zeros(len(edges))
    np.add.at(change, np.searchsorted(edges, opened), 1.0)
    np.add.at(change, np.searchsorted(edges, closed), -1.0)
    return np.cumsum(change)
