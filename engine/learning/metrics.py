"""How good forecasts and trades were. Every function takes plain sequences and says None where it is undefined."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.learning.labels import Floats

BINS = 10
_EDGE = 1e-12


def brier(y: ArrayLike, p: ArrayLike) -> float | None:
    """Mean squared error of probabilities.

    >>> brier([1, 0], [0.5, 0.5])
    0.25
    """
    truth, said = _columns(y, p)
    return float(np.mean((said - truth) ** 2)) if len(truth) else None


def skill(score: float | None, reference: float | None) -> float | None:
    """1 - score / reference: Brier skill against the base rate; above 0 is better than it.

    >>> skill(0.2, 0.25)
    0.2
    """
    if score is None or reference is None or reference <= 0.0:
        return None
    return round(1.0 - score / reference, 12)


def log_loss(y: ArrayLike, p: ArrayLike) -> float | None:
    """Mean negative log-likelihood in nats.

    >>> round(log_loss([1, 0], [0.5, 0.5]), 4)
    0.6931
    """
    truth, said = _columns(y, p)
    if not len(truth):
        return None
    kept = np.clip(said, _EDGE, 1.0 - _EDGE)
    return float(-np.mean(truth * np.log(kept) + (1.0 - truth) * np.log1p(-kept)))


def calibration_error(y: ArrayLike, p: ArrayLike, bins: int = BINS, debias: bool = True) -> float | None:
    """Expected calibration error over bins of equal count; None below one row a bin.

    Debiased: each bin's gap is lowered by what chance alone gives a perfect forecaster, sqrt(2/pi) standard errors,
    and never below 0.
    """
    truth, said = _columns(y, p)
    if len(truth) < bins:
        return None
    total = 0.0
    for part in np.array_split(np.argsort(said, kind="stable"), bins):
        mean = float(np.mean(said[part]))
        gap = abs(float(np.mean(truth[part])) - mean)
        if debias:
            gap = max(0.0, gap - math.sqrt(2.0 / math.pi) * math.sqrt(max(0.0, mean * (1.0 - mean)) / len(part)))
        total += gap * len(part) / len(truth)
    return total


def pr_auc(y: ArrayLike, p: ArrayLike) -> float | None:
    """Average precision (area under precision and recall, ties taken together); None without a single win.

    >>> pr_auc([1, 1, 0], [0.9, 0.8, 0.1])
    1.0
    """
    truth, said = _columns(y, p)
    wins = float(truth.sum())
    if wins == 0.0:
        return None
    order = np.argsort(-said, kind="stable")
    hits, ranked = np.cumsum(truth[order]), said[order]
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0.0, True))
    precision, recall = hits[ends] / (ends + 1.0), hits[ends] / wins
    return float(np.sum(np.diff(np.concatenate([[0.0], recall])) * precision))


def profit_factor(r: Sequence[float]) -> float | None:
    """Sum of gains over sum of losses (both in R); None without a loss.

    >>> profit_factor([2.0, -1.0, 0.5])
    2.5
    """
    lost = -sum(value for value in r if value < 0.0)
    return sum(value for value in r if value > 0.0) / lost if lost > 0.0 else None


def max_drawdown(r: Sequence[float]) -> float | None:
    """Largest fall of the running sum from its highest point so far (R, >= 0), in the given order.

    >>> max_drawdown([1.0, -0.5, -1.0, 2.0])
    1.5
    """
    if not len(r):
        return None
    total = peak = worst = 0.0
    for value in r:
        total += value
        peak = max(peak, total)
        worst = max(worst, peak - total)
    return worst


def _columns(y: ArrayLike, p: ArrayLike) -> tuple[Floats, Floats]:
    truth, said = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    if truth.shape != said.shape or truth.ndim != 1:
        raise ValueError("y and p must be columns of equal length")
    return truth, said
