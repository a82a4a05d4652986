"""The playbook's gates as they were written, on a rolling week: the control that shows why they are not enough.

PR-AUC (0.98 of the champion's), Brier (1.05 times), mean R and drawdown (1.1 times) of what each takes, and four bins
of which each wins no less than the one before; looked at every day.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.learning.contest import Paired
from engine.learning.scores import equal_mass, max_drawdown, pr_auc
from engine.learning.table import Floats
from tests.learning.truth.markets import DAY

WEEK = 7
BINS = 4
FEWEST = 10


def ever_promotes(paired: Paired, days: int) -> bool:
    """Whether one look a day over the last seven days ever promotes the challenger."""
    return any(_passes(_between(paired, day - WEEK, day)) for day in range(WEEK, days + 1))


def _between(paired: Paired, first: int, last: int) -> Paired:
    start, end = np.searchsorted(paired.opened, [first * DAY, last * DAY])
    return paired.take(np.arange(start, end))


def _passes(p: Paired) -> bool:
    ours, theirs = p.net[p.takes_challenger > 0.5], p.net[p.takes_champion > 0.5]
    if min(len(ours), len(theirs)) < FEWEST or ours.mean() < theirs.mean():
        return False
    if not _monotone(p.p_challenger, p.y):
        return False
    if np.mean((p.p_challenger - p.y) ** 2) > 1.05 * np.mean((p.p_champion - p.y) ** 2):
        return False
    if (max_drawdown(ours.tolist()) or 0.0) > 1.1 * (max_drawdown(theirs.tolist()) or 0.0):
        return False
    return (pr_auc(p.p_challenger, p.y) or 0.0) >= 0.98 * (pr_auc(p.p_champion, p.y) or 0.0)


def _monotone(p: Floats, y: Floats) -> bool:
    bins = equal_mass(p, BINS)
    share = np.bincount(bins, weights=y) / np.bincount(bins)
    return all(later >= earlier - 1e-12 for earlier, later in pairwise(share))
