"""Cells beside the rest: means, differences and their standard errors by whole days, shrunken; what may be claimed.

Setups of one day share their market, so every variance sums whole days (Liang and Zeger 1986), with as many degrees of
freedom as days carry the weight. Means of a dimension's cells are shrunken towards each other as far as they are alike
(normal hierarchy, half-normal prior of the spread; Gelman 2006). Claims are held to a false discovery rate (Benjamini
and Hochberg 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.learning.cells import Dimension
from engine.learning.table import Floats, Ints, Mask

Z = 1.6448536269514722  # two-sided 90 %
DRAWS = 4000
SEED = 20240229
SMALLEST = 1e-12
GRID = np.linspace(0.0, 3.0, 25)  # spreads, in units of the prior's scale


@dataclass(frozen=True, slots=True)
class Cells:
    """Columns, one place a cell of a dimension: weighted mean and variance of it, difference to the rest and its own.

    Variances are widened to what a normal with the same 90 % range would have (few days: Student's t). A cell without
    rows has n 0 and NaN.
    """

    n: Ints
    n_eff: Floats
    mean: Floats
    variance: Floats
    difference: Floats
    difference_variance: Floats
    p: Floats  # two-sided, of no difference
    below: Floats  # one-sided, of a mean of at least 0


def compare(of: Dimension, day: Ints, weight: Floats, value: Floats) -> Cells:
    """Weighted means of `value` by cell; rows in no cell are left out. `day` numbers days, over a few years."""
    known = np.flatnonzero((of.of >= 0) & (weight > 0.0))
    cell, w, x, on = of.of[known], weight[known], value[known], day[known]
    first = int(on.min()) if len(on) else 0
    cells, days = len(of.names), int(on.max()) - first + 1 if len(on) else 0
    at = cell * days + (on - first)

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(at, values, cells * days), dtype=np.float64).reshape(cells, days)

    with np.errstate(divide="ignore", invalid="ignore"):
        mass, earned = summed(w), summed(w * x)
        ours, theirs = _part(mass, earned), _part(*_rest(mass, earned))
        square = np.bincount(cell, w * w, cells)
        total, many = float(w.sum()), np.bincount(cell, minlength=cells)
        middle = float(np.sum(w * x) / total) if total else np.nan
        spread = float(np.sum(w * (x - middle) ** 2) / total) if total else np.nan
        alone = spread * square / ours.weight**2
        apart = alone + spread * (square.sum() - square) / theirs.weight**2
        variance = np.maximum(np.sum(ours.push**2, axis=1) * ours.few, alone)
        both = np.maximum(ours.few, theirs.few)
        difference_variance = np.maximum(np.sum((ours.push - theirs.push) ** 2, axis=1) * both, apart)
        difference = ours.mean - theirs.mean
        p = 2.0 * _tail(np.abs(difference) / np.sqrt(difference_variance), np.minimum(ours.days, theirs.days))
        below = _tail(-ours.mean / np.sqrt(variance), ours.days)
        return Cells(
            many, ours.weight**2 / square, ours.mean, variance * _wider(ours.days) ** 2, difference,
            difference_variance * _wider(np.minimum(ours.days, theirs.days)) ** 2, p, below,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """Of each cell: its weight and mean, how much each day pushes the mean, days that carry it, what few days cost."""

    weight: Floats
    mean: Floats
    push: Floats
    days: Floats
    few: Floats


def _part(weight: Floats, value: Floats) -> _Part:
    """From sums by cell and day."""
    whole = weight.sum(axis=1)
    mean = value.sum(axis=1) / whole
    days = whole**2 / np.sum(weight**2, axis=1)
    return _Part(whole, mean, (value - mean[:, None] * weight) / whole[:, None], days, days / np.maximum(days - 1, 0.1))


def _rest(weight: Floats, value: Floats) -> tuple[Floats, Floats]:
    return weight.sum(axis=0) - weight, value.sum(axis=0) - value


def _tail(t: Floats, days: Floats) -> Floats:
    from scipy.special import stdtr

    return np.asarray(stdtr(np.maximum(np.nan_to_num(days) - 1.0, 1.0), -t), dtype=np.float64)


def _wider(days: Floats) -> Floats:
    """How much wider than a normal's the 90 % range of a mean of so many days is."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.maximum(np.nan_to_num(days) - 1.0, 1.0), 0.95) / Z, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Posterior of cells as a mixture over their spread: `chance` of each, `means` and `variances` (spreads, cells)."""

    chance: Floats
    means: Floats
    variances: Floats

    @property
    def mean(self) -> Floats:
        """Of each cell."""
        return np.asarray(self.chance @ self.means, dtype=np.float64)

    @property
    def reach(self) -> Floats:
        """Half of each cell's 90 % interval."""
        variance = self.chance @ (self.variances + (self.means - self.mean) ** 2)
        return np.asarray(Z * np.sqrt(variance), dtype=np.float64)

    def extreme(self, seed: int = SEED) -> tuple[Floats, Floats]:
        """The chance of each cell to be the best of all, and to be the worst."""
        dice = np.random.default_rng(seed)
        which = dice.choice(len(self.chance), size=DRAWS, p=self.chance)
        drawn = self.means[which] + np.sqrt(self.variances[which]) * dice.standard_normal((DRAWS, self.means.shape[1]))
        cells = self.means.shape[1]
        best, worst = (np.bincount(found, minlength=cells) / DRAWS for found in (drawn.argmax(1), drawn.argmin(1)))
        return best, worst


def shrink(
    mean: Floats, variance: Floats, scale: float, centre: Floats | None = None, doubt: Floats | float = 0.0
) -> Shrunken:
    """Means (at least one) shrunken towards `centre`, or towards their common mean; `scale` is the usual spread.

    `doubt`: the variance of the centre, at least.

    >>> one = shrink(np.array([0.3, -0.3]), np.array([0.01, 0.01]), 0.15, np.zeros(2))
    >>> [round(value, 2) for value in one.mean.tolist()]
    [0.23, -0.23]
    """
    spread = (scale * GRID[:, None]) ** 2
    around = np.maximum(variance, SMALLEST) + spread
    if centre is None:
        precision = 1.0 / np.sum(1.0 / around, axis=1, keepdims=True)
        middle = precision * np.sum(mean / around, axis=1, keepdims=True)
        told, unsure = 0.5 * np.log(precision[:, 0]), np.maximum(precision, doubt)
    else:
        middle, told, unsure = centre[None, :], 0.0, np.broadcast_to(np.asarray(doubt), mean.shape)[None, :]
    log = told - 0.5 * np.sum(np.log(around) + (mean - middle) ** 2 / around, axis=1) - 0.5 * GRID**2
    chance = np.exp(log - log.max())
    believed = spread / around
    means = believed * mean + (1.0 - believed) * middle
    return Shrunken(chance / chance.sum(), means, believed * variance + (1.0 - believed) ** 2 * unsure)


def discoveries(p: Floats, rate: float = 0.10) -> Mask:
    """Which of these tests may be claimed so that, of the claims, `rate` are wrong on average (Benjamini, Hochberg).

    >>> discoveries(np.array([0.001, 0.2, 0.03, 0.9])).tolist()
    [True, False, True, False]
    """
    if not len(p):
        return np.zeros(0, dtype=bool)
    order = np.sort(p)
    held = np.flatnonzero(order <= rate * np.arange(1, len(p) + 1) / len(p))
    found: Mask = p <= order[held[-1]] if len(held) else np.zeros(len(p), dtype=bool)
    return found
