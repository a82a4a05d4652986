"""Splits by time that leak nothing: labels live from `opened` to `closed`, and no training life meets a test span."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.learning.labels import DAY, effective
from engine.learning.table import Floats, Ints

BLOCK = 7 * DAY
MIN_TRAIN = 300.0
EMBARGO = {"5m": DAY, "15m": DAY, "1h": 2 * DAY, "4h": 7 * DAY}  # max(24 h, time limit of the timeframe)


def embargo_of(timeframes: set[str]) -> int:
    """The longest embargo (ms) among some timeframes.

    >>> embargo_of({"15m", "1h"}) // 3_600_000
    48
    """
    return max((EMBARGO.get(timeframe, 7 * DAY) for timeframe in timeframes), default=DAY)


def walk_forward(
    opened: Ints, closed: Ints, weight: Floats, *, block: int = BLOCK, min_train: float = MIN_TRAIN
) -> Iterator[tuple[Ints, Ints]]:
    """(train, test) row numbers, expanding: test blocks of `block` ms by the time of the decision.

    A training label must have closed before its test block begins (so nothing overlaps), and the training set must
    weigh at least `min_train` effective labels. Empty test blocks are left out.
    """
    if len(opened) == 0:
        return
    start, last = int(opened.min()), int(opened.max())
    while start <= last:
        test = np.flatnonzero((opened >= start) & (opened < start + block))
        train = np.flatnonzero(closed < start)
        if len(test) and len(train) and effective(weight[train]) >= min_train:
            yield train, test
        start += block


def purged_folds(opened: Ints, closed: Ints, *, folds: int, embargo: int) -> Iterator[tuple[Ints, Ints]]:
    """(train, test) row numbers: contiguous test spans of about equal count that together hold every row once.

    Training rows whose life meets the test span are purged, and those that open within `embargo` ms after it.
    """
    order = np.argsort(opened, kind="stable")
    for part in np.array_split(order, min(folds, len(order))):
        if not len(part):
            continue
        begin, end = int(opened[part].min()), int(closed[part].max())
        apart = (closed < begin) | (opened > end + embargo)
        apart[part] = False
        yield np.flatnonzero(apart), np.sort(part)
