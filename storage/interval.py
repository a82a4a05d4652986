"""How sure a mean R is: a 90 % interval that draws whole days, because the trades of one day share their luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DAY_MS = 86_400_000
DRAWS = 1000
SEED = 0
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
    days = int(day.max()) + 1
    if days == 1:
        freedom = len(r) - 1
        t = _T95[freedom - 1] if freedom <= len(_T95) else 1.645 + 1.6 / freedom
        half = t * float(values.std(ddof=1)) / len(r) ** 0.5
        return float(values.mean()) - half, float(values.mean()) + half
    total, count = np.bincount(day, weights=values), np.bincount(day)
    drawn = np.random.default_rng(SEED).integers(0, days, size=(DRAWS, days))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.05, 0.95))
    return float(low), float(high)
