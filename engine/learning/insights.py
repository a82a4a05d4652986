"""What kinds of setups do better or worse than the rest, and what may be said of it.

Every cell has its shrunken win rate and net R with 90 % intervals, and its difference to the rest of its dimension. A
difference is shown where it is found at a false discovery rate of 10 % over all cells tested; best and worst of a
dimension are named only at a posterior chance of 80 %. Cells below 50 effective labels are counted, never judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.learning.cells import Dimension
from engine.learning.effects import Cells, Shrunken, Z, compare, discoveries, shrink
from engine.learning.labels import effective
from engine.learning.table import Floats, Ints
from engine.learning.together import Together, clusters, together

Verdict = Literal["few", "none", "better", "worse", "best", "worst"]
Range = tuple[float, float, float]  # estimate, lower and upper end of its 90 % interval
LEAST = 50.0  # effective labels of a cell that is judged
SURE = 0.8
R_SCALE, RATE_SCALE = 0.15, 0.06  # the usual spread between cells: net R and win rate (ours)
PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Insight:
    """One cell. The ranges are None where it is too small to be judged; `p` is that of no difference to the rest.

    `below`: one-sided p of a mean net R of at least 0.
    """

    dimension: str
    name: str
    n: int
    n_eff: float
    win_rate: Range | None = None
    net_r: Range | None = None
    difference: Range | None = None
    p: float = 1.0
    below: float = 1.0
    verdict: Verdict = "few"

    def document(self) -> dict[str, Any]:
        """Short, for a night's status."""
        rounded = {
            name: None if (found := getattr(self, name)) is None else [round(value, 4) for value in found]
            for name in ("win_rate", "net_r", "difference")
        }
        head = {"dimension": self.dimension, "name": self.name, "n": self.n, "n_eff": round(self.n_eff, 1)}
        return {**head, **rounded, "p": float(f"{self.p:.3g}"), "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Insights:
    """All cells with rows, dimension by dimension; `tested` of them were judged. `pairs`: how they move together."""

    cells: tuple[Insight, ...]
    tested: int
    pairs: tuple[Together, ...] = ()

    @property
    def shown(self) -> list[Insight]:
        """What may be said, the surest first."""
        return sorted((one for one in self.cells if one.verdict not in ("few", "none")), key=lambda one: one.p)


@dataclass(frozen=True, slots=True)
class Filled:
    """Columns of filled setups: UTC day, side (1 or -1), weight, win (1 or 0) and net R."""

    day: Ints
    side: Ints
    weight: Floats
    win: Floats
    net: Floats


@dataclass(frozen=True, slots=True)
class Doubt:
    """The variances of the means of everything: net R and win rate."""

    net: float
    win: float


def insights(rows: Filled, found: list[Dimension]) -> Insights:
    """Judge every cell of every dimension over the same rows."""
    pairs = next((one for one in found if one.name == PAIR), None)
    known = together(pairs, rows.day, rows.side, rows.net) if pairs is not None and len(rows.day) else []
    doubt = Doubt(_doubt(rows, rows.net), _doubt(rows, rows.win))
    judged = [_dimension(rows, one, known, doubt) for one in found]
    cells = [cell for one in judged for cell in one]
    tested = [at for at, cell in enumerate(cells) if cell.verdict != "few"]
    claimed = discoveries(np.array([cells[at].p for at in tested]))
    for at, held in zip(tested, claimed):
        if not held or not _apart(cells[at]):
            cells[at] = _silent(cells[at])
    return Insights(tuple(cells), len(tested), tuple(known))


def _dimension(rows: Filled, of: Dimension, known: list[Together], doubt: Doubt) -> list[Insight]:
    """The cells of one dimension as they would be shown if chance were no matter."""
    by = compare(of, rows.day, rows.weight, rows.net)
    if np.count_nonzero(by.n) < 2:  # nothing to compare with
        return []
    large = np.flatnonzero(np.nan_to_num(by.n_eff) >= LEAST)
    small = [
        Insight(of.name, name, int(by.n[at]), float(by.n_eff[at]))
        for at, name in enumerate(of.names)
        if by.n[at] and at not in large
    ]
    if not len(large):
        return small
    return [*_judged(rows, of, by, large, known, doubt), *small]


def _judged(rows: Filled, of: Dimension, by: Cells, large: Ints, known: list[Together], doubt: Doubt) -> list[Insight]:
    won = compare(of, rows.day, rows.weight, rows.win)
    net = _levels(rows, of, by, large, known, doubt.net)
    rate = shrink(won.mean[large], won.variance[large], RATE_SCALE, doubt=doubt.win)
    zero = np.zeros(len(large))
    apart = shrink(by.difference[large], by.difference_variance[large], R_SCALE, zero)
    best, worst = net.extreme()
    return [
        Insight(
            of.name, of.names[at], int(by.n[at]), float(by.n_eff[at]), _range(rate, i, 0.0, 1.0), _range(net, i),
            _range(apart, i), float(by.p[at]), float(by.below[at]),
            _verdict(float(apart.mean[i]), float(best[i]), float(worst[i])),
        )
        for i, at in enumerate(large)
    ]  # fmt: skip


def _levels(rows: Filled, of: Dimension, by: Cells, large: Ints, known: list[Together], doubt: float) -> Shrunken:
    """Net R of each cell, shrunken towards all of the dimension; a pair towards its cluster, and that towards all."""
    if of.name != PAIR:
        return shrink(by.mean[large], by.variance[large], R_SCALE, doubt=doubt)
    of_pair = clusters(of.names, known)
    names = np.unique(of_pair)
    cluster = Dimension("cluster", tuple(map(str, names)), np.searchsorted(names, of_pair)[of.of])
    whole = compare(cluster, rows.day, rows.weight, rows.net)
    there = np.flatnonzero(whole.n)
    pooled = shrink(whole.mean[there], whole.variance[there], R_SCALE, doubt=doubt)
    at = np.searchsorted(names[there], of_pair[large])
    return shrink(by.mean[large], by.variance[large], R_SCALE, pooled.mean[at], (pooled.reach[at] / Z) ** 2)


def _doubt(rows: Filled, value: Floats) -> float:
    """The variance of the mean of everything."""
    every = Dimension("all", ("all",), np.zeros(len(value), dtype=np.int64))
    return float(compare(every, rows.day, rows.weight, value).variance[0])


def _range(found: Shrunken, at: int, least: float = -np.inf, most: float = np.inf) -> Range:
    middle, reach = float(found.mean[at]), float(found.reach[at])
    return middle, max(least, middle - reach), min(most, middle + reach)


def _verdict(difference: float, best: float, worst: float) -> Verdict:
    if difference > 0:
        return "best" if best >= SURE else "better"
    return "worst" if worst >= SURE else "worse"


def _apart(one: Insight) -> bool:
    return one.difference is not None and (one.difference[1] > 0 or one.difference[2] < 0)


def _silent(one: Insight) -> Insight:
    return Insight(
        one.dimension, one.name, one.n, one.n_eff, one.win_rate, one.net_r, one.difference, one.p, one.below, "none"
    )


def whole_of(rows: Filled) -> dict[str, Any]:
    """Everything together: labels, n_eff, mean net R and win rate."""
    total = float(rows.weight.sum())
    means = [round(float(rows.weight @ one) / total, 4) if total else None for one in (rows.net, rows.win)]
    return {"labels": len(rows.net), "n_eff": effective(rows.weight), "net_r": means[0], "win_rate": means[1]}
