"""How good probabilities were, and how sure a mean R is. All figures are None where they are undefined."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ECE_BINS = 10
BOOTSTRAP_DRAWS = 2000
BOOTSTRAP_SEED = 20240229
CERTAIN = 1e-12


def brier(p: Floats, won: Floats) -> float | None:
    """Mean squared distance of the probability from what happened (1 or 0).

    >>> round(brier(np.array([0.8, 0.4]), np.array([1.0, 0.0])), 9)
    0.1
    """
    return float(np.mean((p - won) ** 2)) if len(p) else None


def log_loss(p: Floats, won: Floats) -> float | None:
    """Mean negative log likelihood in nats; probabilities are held off 0 and 1 by 1e-12.

    >>> round(log_loss(np.array([0.5, 0.5]), np.array([1.0, 0.0])), 9)
    0.693147181
    """
    if not len(p):
        return None
    likely = np.clip(np.where(won > 0.5, p, 1.0 - p), CERTAIN, 1.0)
    return float(-np.mean(np.log(likely)))


def ece_debiased(p: Floats, won: Floats, bins: int = ECE_BINS) -> float | None:
    """Expected calibration error over bins of equal mass, less what a perfect forecaster would show by chance.

    From each bin's |mean p - mean won| the expected noise sqrt(2/pi) sqrt(p(1-p)/n) is taken, not below zero. None
    with fewer rows than bins.

    >>> p, fair, sure = np.full(1000, 0.5), np.tile([1.0, 0.0], 500), np.ones(1000)
    >>> ece_debiased(p, fair), round(ece_debiased(p, sure), 9)
    (0.0, 0.460105772)
    """
    if len(p) < bins:
        return None
    order = np.argsort(p, kind="stable")
    total = 0.0
    for rows in np.array_split(order, bins):
        mean = float(p[rows].mean())
        noise = math.sqrt(2.0 / math.pi) * math.sqrt(mean * (1.0 - mean) / len(rows))
        total += len(rows) * max(0.0, abs(mean - float(won[rows].mean())) - noise)
    return total / len(p)


def pr_auc(p: Floats, won: Floats) -> float | None:
    """Average precision: the mean precision at each win, equal probabilities taken together. None without a win.

    >>> round(pr_auc(np.array([0.9, 0.8, 0.3]), np.array([1.0, 0.0, 1.0])), 9)
    0.833333333
    """
    wins = float(won.sum())
    if not wins:
        return None
    order = np.argsort(-p, kind="stable")
    last_of_equals = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    caught = np.cumsum(won[order])[last_of_equals]
    precision = caught / (last_of_equals + 1)
    return float(np.sum(np.diff(caught, prepend=0.0) * precision)) / wins


def day_block_interval(
    days: Sequence[int], values: Sequence[float], level: float = 0.90, draws: int = BOOTSTRAP_DRAWS
) -> tuple[float, float] | None:
    """Interval of the mean of `values`, drawing whole days with replacement (fixed seed). None below two days.

    >>> low, high = day_block_interval([1, 1, 2, 3], [1.0, 0.5, -1.0, 0.1])
    >>> low < 0.15 < high
    True
    """
    _, block = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    blocks = int(block.max()) + 1 if len(block) else 0
    if blocks < 2:
        return None
    sums = np.bincount(block, weights=np.asarray(values, dtype=np.float64))
    counts = np.bincount(block).astype(np.float64)
    drawn = np.random.default_rng(BOOTSTRAP_SEED).integers(0, blocks, (draws, blocks))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    tail = (1.0 - level) / 2
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)


def profit_factor(values: Sequence[float]) -> float | None:
    """Gains over losses; None without a loss.

    >>> profit_factor([2.0, -1.0, 1.0])
    3.0
    """
    lost = -math.fsum(value for value in values if value < 0)
    return math.fsum(value for value in values if value > 0) / lost if lost else None


def max_drawdown(values: Sequence[float]) -> float | None:
    """The deepest fall of the running sum below its highest point so far (0 before the first), as a positive number.

    >>> max_drawdown([1.0, -0.5, -1.0, 3.0]), max_drawdown([])
    (1.5, None)
    """
    if not values:
        return None
    equity = np.cumsum(np.asarray(values, dtype=np.float64))
    return float(np.max(np.maximum(np.maximum.accumulate(equity), 0.0) - equity))
