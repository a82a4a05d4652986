"""How good probabilities were, and how sure a mean R is. All figures are None where they are undefined."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ECE_BINS, FEWEST_BINS, ROWS_A_BIN, LEAST_ROWS = 10, 3, 100, 10
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


def skill(p: Floats, won: Floats, base_rate: float | Floats) -> float | None:
    """Brier skill: 1 - Brier / Brier of saying `base_rate`, that of the training data: one, or each row's own.

    None without a base.

    >>> round(skill(np.array([0.8, 0.4]), np.array([1.0, 0.0]), 0.5), 9)
    0.6
    """
    score, reference = brier(p, won), brier(np.broadcast_to(base_rate, p.shape), won)
    return 1.0 - score / reference if score is not None and reference else None


def bins_for(count: int) -> int:
    """How many bins of equal mass so many rows bear: one a hundred, between 3 and 10.

    >>> bins_for(50), bins_for(470), bins_for(9000)
    (3, 4, 10)
    """
    return min(ECE_BINS, max(FEWEST_BINS, count // ROWS_A_BIN))


def equal_mass(p: Floats, bins: int) -> Ints:
    """The bin (0 to `bins` - 1) of each row, in order of the probability; as many rows in each, give or take one."""
    of = np.empty(len(p), dtype=np.int64)
    for at, rows in enumerate(np.array_split(np.argsort(p, kind="stable"), bins)):
        of[rows] = at
    return of


def ece(p: Floats, won: Floats, bins: int | None = None) -> float | None:
    """Expected calibration error as usually measured (plug-in) over bins of equal mass; None with fewer than ten rows.

    A perfect forecaster does not score 0 by it: 0.017 in the mean at 5,000 rows and ten bins.

    >>> round(ece(np.full(1000, 0.5), np.ones(1000)), 9)
    0.5
    """
    found = _gaps(p, won, bins)
    return None if found is None else float(np.sum(found[0] * np.abs(found[1])) / len(p))


def ece_debiased(p: Floats, won: Floats, bins: int | None = None) -> float | None:
    """Expected calibration error over bins of equal mass, less what a perfect forecaster would show by chance.

    From each bin's |mean p - mean won| the expected noise sqrt(2/pi) sqrt(p(1-p)/n) is taken; the sum is not below
    zero (after Kumar, Liang, Ma 2019). None with fewer than ten rows.

    >>> p, fair, sure = np.full(1000, 0.5), np.tile([1.0, 0.0], 500), np.ones(1000)
    >>> ece_debiased(p, fair), round(ece_debiased(p, sure), 9)
    (0.0, 0.460105772)
    """
    found = _gaps(p, won, bins)
    if found is None:
        return None
    count, gap, said = found
    return max(0.0, float(np.sum(count * (np.abs(gap) - chance_gap(said, count))) / len(p)))


def chance_gap(said: Floats, count: Floats) -> Floats:
    """The expected |mean p - mean won| of bins of a perfect forecaster, at their mean p and their rows."""
    return np.sqrt(2.0 / math.pi * said * (1.0 - said) / count)


def _gaps(p: Floats, won: Floats, bins: int | None) -> tuple[Floats, Floats, Floats] | None:
    """Of each bin: its rows, mean p - mean won, and mean p."""
    wanted = bins_for(len(p)) if bins is None else bins
    if len(p) < max(wanted, LEAST_ROWS):
        return None
    of = equal_mass(p, wanted)
    count = np.bincount(of).astype(np.float64)
    said, happened = np.bincount(of, weights=p) / count, np.bincount(of, weights=won) / count
    return count, said - happened, said


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


def pr_auc_lift(p: Floats, won: Floats) -> float | None:
    """How much better than chance the order is: average precision over the share of wins, less 1.

    >>> round(pr_auc_lift(np.array([0.9, 0.8, 0.3, 0.2]), np.array([1.0, 1.0, 0.0, 0.0])), 9)
    1.0
    """
    found = pr_auc(p, won)
    return None if found is None else found / float(np.mean(won)) - 1.0


def day_draws(days: Sequence[int] | Ints, draws: int = BOOTSTRAP_DRAWS) -> tuple[Ints, Floats] | None:
    """Whole days drawn with replacement (fixed seed): each row's day number, and how often each day came (draws, days).

    None below two days.
    """
    _, block = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    blocks = int(block.max()) + 1 if len(block) else 0
    if blocks < 2:
        return None
    drawn = np.random.default_rng(BOOTSTRAP_SEED).integers(0, blocks, (draws, blocks))
    place = drawn + blocks * np.arange(draws)[:, None]
    times = np.bincount(place.ravel(), minlength=draws * blocks).reshape(draws, blocks)
    return block, times.astype(np.float64)


def day_block_interval(
    days: Sequence[int] | Ints, values: Sequence[float] | Floats, level: float = 0.90, draws: int = BOOTSTRAP_DRAWS
) -> tuple[float, float] | None:
    """Interval of the mean of `values`, drawing whole days with replacement (fixed seed). None below two days.

    >>> low, high = day_block_interval([1, 1, 2, 3], [1.0, 0.5, -1.0, 0.1])
    >>> low < 0.15 < high
    True
    """
    found = day_draws(days, draws)
    if found is None:
        return None
    block, times = found
    sums = np.bincount(block, weights=np.asarray(values, dtype=np.float64))
    means = times @ sums / (times @ np.bincount(block))
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
