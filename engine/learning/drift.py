"""Whether the world still is what was learned: residuals first, features second, a broken feed before either.

The Brier score is blind to drift (where p = 0.46, a win rate 12 points lower even improves it), so p - y is watched.
An alarm never retrains and never promotes: it forgets faster, asks for more, and takes the book back to paper.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.learning.fit import Care
from engine.learning.rollback import SLACK, Alarm, collapse, threshold
from engine.learning.table import Floats, Ints

REACTION = Care(gamma=0.97, margin=0.05)
REACTION_DAYS = 14
DELTA = 0.002
ADWIN_EVERY, ADWIN_LEAST, ADWIN_GROWTH = 8, 15, 1.25
PSI_BINS, PSI_ROWS = 10, 500
PSI_WARN, PSI_ACT = 0.10, 0.25
KS_DRAWS, KS_LEVEL, KS_POINTS = 500, 0.01, 200
MISSING_MORE = 0.10  # share of rows, beyond what training had


def residual_alarms(
    residual: Floats, regime: Ints, closed: Ints, levels: Mapping[str, float], names: tuple[str, ...]
) -> tuple[Alarm, ...]:
    """Two-sided CUSUMs of p - y, over all and in each regime (`regime`: places in `names`).

    `levels`: h of each (`threshold`), under `all` and the regimes' names; whoever has none is not watched. Alarms are
    named `all/worse`, `trend/better` and so on: worse where fewer win than was said.
    """
    found = []
    everyone = {
        "all": np.arange(len(residual)),
        **{name: np.flatnonzero(regime == at) for at, name in enumerate(names)},
    }
    for name, rows in everyone.items():
        for side, sign in (("worse", 1.0), ("better", -1.0)):
            alarm = collapse(sign * residual[rows], closed[rows], levels[name], SLACK) if name in levels else None
            if alarm is not None:
                found.append(Alarm(f"{name}/{side}", alarm.at, alarm.numbers))
    return tuple(found)


def levels(residual: Floats, regime: Ints, day: Ints, names: tuple[str, ...], seed: int) -> dict[str, float]:
    """h of each CUSUM, tuned on history. Two sides share the false alarms, so each is quiet for twice as long."""
    everyone = {
        "all": np.arange(len(residual)),
        **{name: np.flatnonzero(regime == at) for at, name in enumerate(names)},
    }
    found = {name: _both_sides(residual[rows], day[rows], seed) for name, rows in everyone.items()}
    return {name: level for name, level in found.items() if level is not None}


def _both_sides(residual: Floats, day: Ints, seed: int) -> float | None:
    sides = [threshold(sign * residual, day, seed, quiet=180.0) for sign in (1.0, -1.0)]
    return None if None in sides else max(side for side in sides if side is not None)


def adwin(residual: Floats, delta: float = DELTA) -> int | None:
    """The first label after which the mean of p - y has changed (Bifet, Gavalda 2007); None where it has not.

    Every eighth label all that was seen is cut in two at points that move apart geometrically; a cut whose sides differ
    by more than chance allows (delta / ln n each) is a change. Values lie in [-1, 1].

    >>> adwin(np.tile([0.4, -0.6, 0.4, -0.6, 0.4], 200)) is None
    True
    """
    value = (residual + 1.0) / 2.0
    total, squares = np.cumsum(value), np.cumsum(value**2)
    for n in range(2 * ADWIN_LEAST, len(value) + 1, ADWIN_EVERY):
        young = _cuts(n)
        old = n - young
        gap = np.abs(total[old - 1] / old - (total[n - 1] - total[old - 1]) / young)
        variance = max(0.0, squares[n - 1] / n - (total[n - 1] / n) ** 2)
        share = 1.0 / (1.0 / old + 1.0 / young)
        certain = math.log(2.0 * math.log(n) / delta)
        if np.any(gap > np.sqrt(2.0 / share * variance * certain) + 2.0 / (3.0 * share) * certain):
            return n
    return None


def _cuts(n: int) -> Ints:
    """How long the younger side of each cut of `n` labels is."""
    most = int(math.log((n - ADWIN_LEAST) / ADWIN_LEAST, ADWIN_GROWTH)) if n > 2 * ADWIN_LEAST else 0
    return np.unique((ADWIN_LEAST * ADWIN_GROWTH ** np.arange(most + 1)).astype(np.int64))


def psi(before: Floats, recent: Floats) -> float | None:
    """Population stability index over ten bins of equal mass of `before`; None with fewer than 500 recent rows.

    Without drift it is (bins - 1) (1/n + 1/m) in the mean. NaN rows are left out: they are for `missing`.

    >>> psi(np.arange(1000.0), np.arange(1000.0))
    0.0
    >>> round(psi(np.arange(1000.0), np.arange(1000.0) + 200.0), 2) > PSI_ACT
    True
    """
    before, recent = before[~np.isnan(before)], recent[~np.isnan(recent)]
    if len(recent) < PSI_ROWS or len(before) < PSI_ROWS:
        return None
    edges = np.unique(np.quantile(before, np.arange(1, PSI_BINS) / PSI_BINS))
    bins = len(edges) + 1
    was, now = (
        (np.bincount(np.searchsorted(edges, rows, side="left"), minlength=bins) + 0.5) / (len(rows) + 0.5 * bins)
        for rows in (before, recent)
    )
    return float(np.sum((now - was) * np.log(now / was)))


def ks_p(before: Floats, before_day: Ints, recent: Floats, recent_day: Ints, seed: int) -> float:
    """The chance of so large a distance between two distribution functions (Kolmogorov, Smirnov; at 200 quantiles) if
    nothing changed: whole days are drawn from all days alike.

    Rows of a day are alike, so days are what is drawn. 1 where either side has fewer than two days.
    """
    told, told_recent = ~np.isnan(before), ~np.isnan(recent)
    before, before_day = before[told], before_day[told]
    recent, recent_day = recent[told_recent], recent_day[told_recent]
    was, now = len(np.unique(before_day)), len(np.unique(recent_day))
    if min(was, now) < 2:
        return 1.0
    at = np.unique(np.quantile(np.concatenate([before, recent]), np.linspace(0.0, 1.0, KS_POINTS)))
    below = np.vstack([_below(before, before_day, at), _below(recent, recent_day, at)])
    drawn = np.random.default_rng(seed).integers(0, was + now, (KS_DRAWS + 1, was + now))
    drawn[0] = np.arange(was + now)  # the first is what was measured
    left, right = _times(drawn[:, :was], was + now) @ below, _times(drawn[:, was:], was + now) @ below
    apart = np.max(np.abs(left / left[:, -1:] - right / right[:, -1:]), axis=1)
    return (int(np.sum(apart[1:] >= apart[0] - 1e-12)) + 1) / (KS_DRAWS + 1)


def _below(values: Floats, day: Ints, at: Floats) -> Floats:
    """Of each day how many values lie at or below each of the points `at`, whose last is the highest of all."""
    place = np.searchsorted(at, values, side="left")
    rows = np.unique(day, return_inverse=True)[1]
    count = np.zeros((int(rows.max()) + 1, len(at)))
    np.add.at(count, (rows, place), 1.0)
    return np.cumsum(count, axis=1)


def _times(drawn: Ints, days: int) -> Floats:
    """How often each of `days` days is in each row of `drawn`."""
    found = np.zeros((len(drawn), days))
    np.add.at(found, (np.arange(len(drawn))[:, None], drawn), 1.0)
    return found


def missing(before: Floats, recent: Floats, at: int) -> Alarm | None:
    """Whether a feature (NaN: missing) is gone more often than it was: the first thing to look at.

    >>> missing(np.ones(100), np.array([1.0, np.nan]), 5).numbers
    {'before': 0.0, 'recent': 0.5}
    """
    if not len(recent):
        return None
    was, now = (float(np.mean(np.isnan(rows))) if len(rows) else 0.0 for rows in (before, recent))
    return Alarm("missing", at, {"before": was, "recent": now}) if now > was + MISSING_MORE else None


def stale(last: int, every: int, now: int) -> Alarm | None:
    """Whether a reading that comes `every` ms is overdue by more than one of its turns.

    >>> stale(0, 60_000, 120_000), stale(0, 60_000, 180_000).numbers
    (None, {'late_ms': 120000.0})
    """
    late = now - last - every
    return Alarm("stale", now, {"late_ms": float(late)}) if late > every else None


def feature_alarm(
    before: Floats, before_day: Ints, recent: Floats, recent_day: Ints, at: int, seed: int
) -> Alarm | None:
    """A feature that moved: `missing` before all; `warn` from a PSI of 0.1, `moved` where PSI and KS both say so."""
    gone = missing(before, recent, at)
    if gone is not None:
        return gone
    index = psi(before, recent)
    if index is None or index < PSI_WARN:
        return None
    chance = ks_p(before, before_day, recent, recent_day, seed)
    acts = index >= PSI_ACT and chance < KS_LEVEL
    return Alarm("moved" if acts else "warn", at, {"psi": index, "ks_p": chance})
