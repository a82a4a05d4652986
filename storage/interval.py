"""How sure a mean R is: a 90 % interval that draws whole days, because the trades of one day share their luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[Any]

DAY_MS = 86_400_000
DRAWS = 1000
SEED = 0
MOST_DRAWN = 92
# 95 % points of Student's t for 1, 2, … degrees of freedom (Fisher & Yates); 1.645 beyond the last.
_T95 = (6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753)


def mean_interval(closed_at: Sequence[int], r: Sequence[float]) -> tuple[float, float] | None:
    """The 90 % interval of the mean of `r` (R per trade), whose trades closed at `closed_at` (ms UTC).

    UTC days are drawn with replacement, 1000 times, with a fixed seed; the 5 % and 95 % quantiles of the means are
    the interval. All trades on one day cannot be drawn: then it is mean ± t · s / √n. None below two trades.

    >>> mean_interval([0, DAY_MS], [1.0, -1.0])
    (-1.0, 1.0)
    >>> mean_interval([0, 1], [1.0, 1.0]), mean_interval([0], [1.0])
    ((1.0, 1.0), None)
    """
    if len(r) < 2:
        return None
    values = np.asarray(r, dtype=np.float64)
    _, day = np.unique(np.asarray(closed_at, dtype=np.int64) // DAY_MS, return_inverse=True)
    if not day.max():
        return _student(len(r), float(values.mean()), float(values.std(ddof=1)))
    return _drawn(np.bincount(day, weights=values), np.bincount(day))


@dataclass(frozen=True, slots=True)
class DaySums:
    """What an interval needs of the days with fills: how many, and over them the sums of R, n, R^2, R n and n^2.

    `square` is the sum of the squared R of each fill.
    """

    days: int
    n: int
    r: float
    square: float
    rr: float
    rn: float
    nn: float


def interval_of_days(sums: DaySums, each: Sequence[tuple[float, int]] = ()) -> tuple[float, float] | None:
    """The same interval out of sums of days; `each` (R, n) is wanted up to MOST_DRAWN days.

    With more the drawn means are as good as normal, with the variance of a ratio of sums over independent days.

    >>> interval_of_days(DaySums(2, 2, 0.0, 2.0, 2.0, 0.0, 2.0), [(1.0, 1), (-1.0, 1)])
    (-1.0, 1.0)
    """
    if sums.n < 2:
        return None
    mean = sums.r / sums.n
    if sums.days == 1:
        return _student(sums.n, mean, max(0.0, (sums.square - sums.n * mean**2) / (sums.n - 1)) ** 0.5)
    if sums.days <= MOST_DRAWN:
        return _drawn(np.asarray([r for r, _ in each]), np.asarray([n for _, n in each]))
    spread = max(0.0, sums.rr - 2.0 * mean * sums.rn + mean**2 * sums.nn)
    half = 1.645 * (spread * sums.days / (sums.days - 1)) ** 0.5 / sums.n
    return mean - half, mean + half


def _student(n: int, mean: float, deviation: float) -> tuple[float, float]:
    freedom = n - 1
    t = _T95[freedom - 1] if freedom <= len(_T95) else 1.645 + 1.6 / freedom
    half = t * deviation / n**0.5
    return mean - half, mean + half


def _drawn(total: FloatArray, count: FloatArray) -> tuple[float, float]:
    drawn = _draws(len(total))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.05, 0.95))
    return float(low), float(high)


@lru_cache(maxsize=4)
def _draws(days: int) -> FloatArray:
    """Which days each draw takes, always the same."""
    return np.random.default_rng(SEED).integers(0, days, size=(DRAWS, days))
