"""A lower bound of p that assumes nothing but order: where more score means more p, p is at least what came below.

Used where the parametric calibrations do not fit: the wins among the k nearest scores below s bound p(s) by Clopper and
Pearson, whatever the curve looks like. k = max(40, 0.9 n^(2/3)) keeps the window small enough to be near s.
"""

from __future__ import annotations

import numpy as np

from engine.learning.table import Floats

LEAST_WINDOW, GROWTH, POWER = 40.0, 0.9, 2.0 / 3.0
ONE_SIDED = 0.10
BINS = 10
REJECT = 0.05
KNOTS = 60


def window_bound(raw: Floats, y: Floats, weight: Floats) -> list[list[float]]:
    """[logit, lower 90 % bound] at rising logits: each holds from its logit up to the next one.

    `weight` are effective labels (already divided by their design effect).

    >>> points = window_bound(np.arange(400.0), np.tile([1.0, 0.0], 200), np.ones(400))
    >>> points[-1][0], round(points[-1][1], 2)  # 24 wins in the last 49
    (399.0, 0.4)
    """
    from scipy.special import betaincinv

    told = np.flatnonzero(weight > 0.0)
    order = told[np.argsort(raw[told], kind="stable")]
    mass = np.concatenate([[0.0], np.cumsum(weight[order])])
    wins = np.concatenate([[0.0], np.cumsum((weight * y)[order])])
    window = max(LEAST_WINDOW, GROWTH * float(mass[-1]) ** POWER)
    last = np.unique(np.linspace(1, len(order), KNOTS).astype(np.int64))
    first = np.searchsorted(mass, mass[last] - window)
    count, won = mass[last] - mass[first], wins[last] - wins[first]
    low = np.where(won > 0.0, betaincinv(np.maximum(won, 1e-9), count - won + 1.0, ONE_SIDED), 0.0)
    logit = raw[order[last - 1]]
    kept = np.concatenate([np.diff(logit) > 0.0, [True]])
    found: list[list[float]] = np.column_stack([logit, low])[kept].tolist()
    return found


def misfits(p: Floats, y: Floats, weight: Floats) -> bool:
    """Whether bins of equal mass contradict `p` (Hosmer, Lemeshow 1980; two parameters fitted, level 5 %).

    >>> p = np.full(4000, 0.5)
    >>> misfits(p, np.tile([1.0, 0.0], 2000), np.ones(4000)), misfits(p, np.repeat([1.0, 0.0], 2000), np.ones(4000))
    (False, True)
    """
    from scipy.special import chdtrc

    from engine.learning.scores import equal_mass

    of = equal_mass(p, BINS)
    gap = np.bincount(of, weights=weight * (y - p), minlength=BINS)
    variance = np.bincount(of, weights=weight * p * (1.0 - p), minlength=BINS)
    statistic = float(np.sum(gap**2 / np.maximum(variance, 1e-12)))
    return bool(chdtrc(BINS - 2, statistic) < REJECT)
