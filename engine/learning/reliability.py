"""Whether forecasts mean what they say: parts of the Brier score, calibration error, bins; each with its doubt.

Rows of one day share one market: every interval draws or counts whole days. Nothing here is a gate; how little a
calibration error means at small n is in `engine/learning/scores.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.learning import scores
from engine.learning.labels import design_effect
from engine.learning.table import Floats, Ints

DRAWS = 500
LEVEL = 0.90
Z = 1.6448536269514722  # two-sided 90 % of a normal


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Brier = miscalibration - discrimination + uncertainty (CORP)."""

    miscalibration: float
    discrimination: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its 90 % interval; `low` and `high` are None where there are too few days to tell."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about one size: mean p `said`, share that `happened`, and its 90 % interval."""

    count: int
    said: float
    happened: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What out-of-sample forecasts were worth. `ece` is the debiased one, `plug_in` the one usually quoted.

    `brier_base_rate` is what saying the base rate would have got. Fields are None where undefined (no rows, one class
    only, no base rate to compare with).
    """

    rows: int
    brier: float | None
    brier_base_rate: float | None
    skill: Interval | None
    parts: Decomposition | None
    ece: Interval | None
    plug_in: float | None
    pr_auc: float | None
    pr_auc_lift: float | None
    bins: tuple[Bin, ...]


def reliability(p: Floats, won: Floats, days: Ints, base_rate: float | Floats | None) -> Reliability:
    """All of it: columns of forecasts, ends (1 or 0) and UTC days; `base_rate` is that of the training data.

    One for all, or for each forecast the one known when it was made.

    Raises ValueError on a p that is no probability.
    """
    if not bool(np.all((p >= 0.0) & (p <= 1.0))):
        raise ValueError("a forecast must lie within 0 and 1")
    return Reliability(
        rows=len(p),
        brier=scores.brier(p, won),
        brier_base_rate=None if base_rate is None else scores.brier(np.broadcast_to(base_rate, p.shape), won),
        skill=None if base_rate is None else skill_interval(p, won, days, base_rate),
        parts=decomposition(p, won),
        ece=ece_interval(p, won, days),
        plug_in=scores.ece(p, won),
        pr_auc=scores.pr_auc(p, won),
        pr_auc_lift=scores.pr_auc_lift(p, won),
        bins=bins_of(p, won, days),
    )


def decomposition(p: Floats, won: Floats) -> Decomposition | None:
    """CORP: the recalibration is the isotonic fit itself, so no bin has to be chosen. None without rows.

    Dimitriadis, Gneiting, Jordan, PNAS 2021.

    >>> decomposition(np.array([0.25, 0.25, 0.75, 0.75]), np.array([0.0, 0.0, 1.0, 1.0]))
    Decomposition(miscalibration=0.0625, discrimination=0.25, uncertainty=0.25)
    """
    if not len(p):
        return None
    from scipy.optimize import isotonic_regression

    _, place = np.unique(p, return_inverse=True)
    count = np.bincount(place).astype(np.float64)
    level = isotonic_regression(np.bincount(place, weights=won) / count, weights=count).x[place]
    score, best = float(np.mean((p - won) ** 2)), float(np.mean((level - won) ** 2))
    uncertainty = float(np.mean((np.mean(won) - won) ** 2))
    return Decomposition(score - best, uncertainty - best, uncertainty)


def ece_interval(p: Floats, won: Floats, days: Ints, bins: int | None = None) -> Interval | None:
    """The debiased calibration error with its day-block bootstrap interval (500 draws over the bins of the whole).

    What `ece_debiased` takes for chance is right for a perfect forecaster and too much for one that is far off, so the
    upper end stands on each gap's own expected excess instead. Draws serve for their spread alone: drawing adds noise
    of its own to each gap, which lifts every draw. None with fewer than ten rows.
    """
    wanted = scores.bins_for(len(p)) if bins is None else bins
    value = scores.ece_debiased(p, won, wanted)
    if value is None:
        return None
    found = scores.day_draws(days, DRAWS)
    if found is None:
        return Interval(value, None, None)
    block, times = found
    cell = block * wanted + scores.equal_mass(p, wanted)
    sums = [np.bincount(cell, weights=one, minlength=times.shape[1] * wanted) for one in (np.ones(len(p)), p, won)]
    count, said, happened = (one.reshape(-1, wanted) for one in sums)
    drawn = np.abs(times @ (said - happened)).sum(axis=1) / (times @ count.sum(axis=1))
    down, up = np.quantile(drawn - float(np.mean(drawn)), [(1.0 - LEVEL) / 2, (1.0 + LEVEL) / 2])
    least, most = _ends(count.sum(axis=0), said.sum(axis=0), happened.sum(axis=0))
    return Interval(value, max(0.0, least + float(down)), max(0.0, most + float(up)))


def _ends(count: Floats, said: Floats, happened: Floats) -> tuple[float, float]:
    """The error less all that chance may add, and less what it is expected to add to a gap of that size (bins' sums).

    The mean of |N(g, s^2)| exceeds g by s sqrt(2/pi) exp(-g^2 / 2 s^2) - 2 g Phi(-g / s).
    """
    from scipy.special import ndtr

    gap, chance = np.abs(said - happened) / count, scores.chance_gap(said / count, count)
    sd = np.maximum(chance * math.sqrt(math.pi / 2.0), 1e-12)
    excess = chance * np.exp(-0.5 * (gap / sd) ** 2) - 2.0 * gap * ndtr(-gap / sd)
    least, most = (float(np.sum(count * (gap - less)) / np.sum(count)) for less in (chance, excess))
    return least, most


def skill_interval(p: Floats, won: Floats, days: Ints, base_rate: float | Floats) -> Interval | None:
    """Brier skill over the training base rate with its day-block bootstrap interval."""
    value = scores.skill(p, won, base_rate)
    if value is None:
        return None
    found = scores.day_draws(days, DRAWS)
    if found is None:
        return Interval(value, None, None)
    block, times = found
    said = (p, np.broadcast_to(base_rate, p.shape))
    loss, reference = (times @ np.bincount(block, weights=(one - won) ** 2) for one in said)
    low, high = np.quantile(1.0 - loss / reference, [(1.0 - LEVEL) / 2, (1.0 + LEVEL) / 2])
    return Interval(value, float(low), float(high))


def bins_of(p: Floats, won: Floats, days: Ints, bins: int | None = None) -> tuple[Bin, ...]:
    """The reliability picture: bins of equal mass, from the least p up; none with fewer than ten rows."""
    wanted = scores.bins_for(len(p)) if bins is None else bins
    if len(p) < max(wanted, scores.LEAST_ROWS):
        return ()
    of = scores.equal_mass(p, wanted)
    found = []
    for at in range(wanted):
        rows = np.flatnonzero(of == at)
        happened = float(np.mean(won[rows]))
        told = len(rows) / design_effect(won[rows] - happened, days[rows])
        low, high = wilson(happened, told)
        found.append(Bin(len(rows), float(np.mean(p[rows])), happened, low, high))
    return tuple(found)


def wilson(share: float, count: float, z: float = Z) -> tuple[float, float]:
    """Wilson's interval of a share seen in `count` (effective) trials; (0, 1) of none. Two-sided 90 % by default.

    >>> low, high = wilson(0.5, 100)
    >>> round(low, 4), round(high, 4)
    (0.4188, 0.5812)
    """
    if count <= 0.0:
        return 0.0, 1.0
    square = z * z / count
    middle = (share + square / 2.0) / (1.0 + square)
    reach = z * math.sqrt(share * (1.0 - share) / count + square / (4.0 * count)) / (1.0 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)
