"""When a promoted policy has to go again: tripwires at once, a run of losses within days, the old one being better.

A fall of 12 points of the win rate takes three to six days to be told from luck at thirty labels a day; only a collapse
(28 points) is found within two days, and what a tripwire sees (a broken bundle, impossible numbers) at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.learning.contest import Paired, evidence, whole_blocks
from engine.learning.table import Floats, Ints

SLACK = 0.06  # k of the CUSUM: half the smallest shift worth an alarm
QUIET_DAYS = 90.0  # between false alarms, on average
DRAWS, HORIZON = 400, 180  # sequences of the bootstrap, days in each
LEAST_DAYS = 10  # of history, below which nothing can be tuned
STEP, LOWEST, HIGHEST = 0.1, 3.0, 200.0
PUBLISH_RANGE = (0.25, 4.0)  # times the expected rate of 24 h
DRAWDOWN = 1.5  # times the paper drawdown's 95th percentile
LESS_THAN_OLD = 5.0  # reversed E: a rollback is cheap, so alpha is 0.2
PROBATION_DAYS, HALF_SIZE_HOURS = 14, 48  # after a promotion: the old champion watches, signals are half the size
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """What went off, when (ms UTC), and the numbers that speak for it."""

    name: str
    at: int
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the tripwires look at: the last 24 h of a policy in force. Drawdowns in R; `p` as it was told.

    `broken`: of what the data lack so much that nothing may be concluded (pair and what), and the numbers.
    """

    at: int
    bundle_matches: bool
    p: Floats
    published: int
    expected: float
    drawdown: float
    paper_drawdown_p95: float
    broken: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def tripwires(seen: Vitals) -> tuple[Alarm, ...]:
    """T0: every tripwire that is cut, each reason enough for a rollback at once.

    >>> calm = Vitals(7, True, np.array([0.4]), 5, 6.0, 2.0, 8.0)
    >>> tripwires(calm)
    ()
    >>> [one.name for one in tripwires(Vitals(7, False, np.array([np.nan]), 30, 6.0, 13.0, 8.0, {"BTC adx": {}}))]
    ['bundle', 'p_range', 'publish_rate', 'drawdown', 'data_quality/BTC adx']
    """
    wrong = int(np.sum(~((seen.p >= 0.0) & (seen.p <= 1.0))))
    low, high = (bound * seen.expected for bound in PUBLISH_RANGE)
    deepest = DRAWDOWN * seen.paper_drawdown_p95
    cut: tuple[tuple[str, bool, Mapping[str, float]], ...] = (
        ("bundle", not seen.bundle_matches, {}),
        ("p_range", wrong > 0, {"rows": float(wrong)}),
        ("publish_rate", not low <= seen.published <= high, {"published": seen.published, "expected": seen.expected}),
        ("drawdown", seen.drawdown > deepest, {"drawdown": seen.drawdown, "most": deepest}),
        *((f"data_quality/{name}", True, numbers) for name, numbers in seen.broken.items()),
    )
    return tuple(Alarm(name, seen.at, numbers) for name, off, numbers in cut if off)


def cusum(residual: Floats, slack: float = SLACK) -> Floats:
    """The one-sided CUSUM of p - y after each label, along the last axis: S = max(0, S + (p - y) - k) (Page 1954).

    >>> cusum(np.array([0.56, -0.94, 0.56, 0.46])).round(2).tolist()
    [0.5, 0.0, 0.5, 0.9]
    """
    walk = np.cumsum(residual - slack, axis=-1)
    return np.asarray(walk - np.minimum(0.0, np.minimum.accumulate(walk, axis=-1)), dtype=np.float64)


def threshold(residual: Floats, day: Ints, seed: int, quiet: float = QUIET_DAYS, slack: float = SLACK) -> float | None:
    """h of the CUSUM: the lowest at which days like these alarm once in `quiet` days. None below ten days of history.

    Whole days are drawn (labels of a day share a market), centred: the history stands for days on which p is right.
    With seeds equal the answer is equal.
    """
    days, place = np.unique(day, return_inverse=True)
    if len(days) < LEAST_DAYS:
        return None
    peaks = _peaks(_by_day(residual - residual.mean() - slack, place, len(days)), np.random.default_rng(seed))
    levels = np.arange(LOWEST, HIGHEST, STEP)
    lowest, highest = 0, len(levels) - 1
    while lowest < highest:
        middle = (lowest + highest) // 2
        if _quiet(peaks, float(levels[middle])) >= quiet:
            highest = middle
        else:
            lowest = middle + 1
    return round(float(levels[lowest]), 6)


def drawdown_limit(net: Floats, day: Ints, days: int, seed: int) -> float | None:
    """The 95 % quantile of the deepest fall of the running sum of `net` (R) within `days` days like these.

    Whole days are drawn with replacement. None below ten days of history.
    """
    known, place = np.unique(day, return_inverse=True)
    if len(known) < LEAST_DAYS:
        return None
    steps = _by_day(net, place, len(known))
    drawn = np.random.default_rng(seed).integers(0, len(known), (DRAWS, days))
    walk = np.cumsum(steps[drawn].reshape(DRAWS, -1), axis=1)
    highest = np.maximum(0.0, np.maximum.accumulate(walk, axis=1))
    return round(float(np.quantile(np.max(highest - walk, axis=1), 0.95)), 6)


def _by_day(steps: Floats, place: Ints, days: int) -> Floats:
    """Steps as a row a day, in order, filled up with zeros (days, most labels of a day)."""
    order = np.argsort(place, kind="stable")
    count = np.bincount(place, minlength=days)
    column = np.arange(len(steps)) - np.repeat(np.cumsum(count) - count, count)
    rows = np.zeros((days, int(count.max())))
    rows[place[order], column] = steps[order]
    return rows


def _peaks(rows: Floats, rng: np.random.Generator) -> Floats:
    """The highest S so far at the end of each day, in sequences of days drawn with replacement (DRAWS, HORIZON).

    A day that begins at S ends at max(S + its sum, where it ends from 0), and likewise for its peak.
    """
    walk, alone = np.cumsum(rows, axis=1), cusum(rows, 0.0)
    total, highest, ends, peak = walk[:, -1], walk.max(axis=1), alone[:, -1], alone.max(axis=1)
    drawn = np.array([rng.integers(0, len(rows), HORIZON) for _ in range(DRAWS)])
    found, level = np.empty((DRAWS, HORIZON)), np.zeros(DRAWS)
    for at in range(HORIZON):
        day = drawn[:, at]
        found[:, at] = np.maximum(level + highest[day], peak[day])
        level = np.maximum(level + total[day], ends[day])
    return np.asarray(np.maximum.accumulate(found, axis=1), dtype=np.float64)


def _quiet(peaks: Floats, level: float) -> float:
    """Days between alarms at a level: all days watched for each alarm (sequences without one count as watched)."""
    watched = np.sum(peaks < level, axis=1)
    alarms = int(np.sum(watched < peaks.shape[1]))
    return float(np.sum(watched) + alarms) / alarms if alarms else float("inf")


def collapse(residual: Floats, closed: Ints, level: float, slack: float = SLACK) -> Alarm | None:
    """T1: the first label (in order of `closed`, ms) at which the CUSUM of p - y reaches `level`.

    >>> alarm = collapse(np.full(30, 0.46), np.arange(30), 8.5)
    >>> alarm.at, alarm.name, alarm.numbers["labels"]
    (21, 'cusum', 22.0)
    """
    path = cusum(residual[np.argsort(closed, kind="stable")], slack)
    over = np.flatnonzero(path >= level)
    if not len(over):
        return None
    first = int(over[0])
    return Alarm(
        "cusum",
        int(np.sort(closed)[first]),
        {"value": float(path[first]), "limit": level, "labels": first + 1.0},
    )


def worse_than_old(paired: Paired, promoted: int, cut: int) -> Alarm | None:
    """T2: within fourteen days of the promotion, whether the old champion is shown to be better (reversed E >= 5).

    `paired`: the setups since the promotion, with the new policy as champion and the old one as challenger.
    """
    until = min(cut, promoted + PROBATION_DAYS * DAY)
    inside = whole_blocks(paired.take(np.flatnonzero(paired.opened >= promoted)), until)
    found = evidence(inside)
    over = np.flatnonzero(found.path >= LESS_THAN_OLD)
    if not len(over):
        return None
    at = int(over[0])
    end = int(found.blocks[at] + 1) * found.block
    return Alarm("worse_than_old", end, {"e": float(found.path[at]), "needed": LESS_THAN_OLD, "blocks": at + 1.0})
