"""From raw logits to honest probabilities: which calibrator at which n, and the numbers a policy file keeps of it.

The rule, per book, on purged out-of-fold logits (n = effective labels):

* n < 100: the hierarchical posterior alone (a book leans on all books); a range is shown, no p;
* 100 to 2,000: Bayes-Platt, prior slope N(0.3, 0.3^2) and intercept N(logit 0.40, 0.5^2), their means moved to the
  fit of all other books;
* from 2,000: Bayes-Platt, Bayes-beta or centred isotonic, by purged log loss, one standard error to the simpler.

Bounds are the wider of the Platt and the beta posterior. From 2,000 on, where neither form fits, the lower one is that
of a window of the nearest scores below, which assumes nothing but order (engine/learning/window_bound.py). Labels of
one day share one market: the weights handed in are already divided by their design effect, which widens every posterior
by it and makes every prior count for more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.decision.policy_calibration import LEAST, MOST
from engine.learning.model import Posterior, expit, laplace, with_intercept
from engine.learning.splits import purged_folds
from engine.learning.table import Floats, Ints
from engine.learning.window_bound import misfits, window_bound

SLOPE, SLOPE_SD = 0.3, 0.3
INTERCEPT, INTERCEPT_SD = math.log(0.40 / 0.60), 0.5
BOOK_SD = (0.2, 0.12)
CURVE_SD = 0.25
FEW, MANY = 100.0, 2000.0
FOLDS = 5
KNOTS = 200


@dataclass(frozen=True, slots=True)
class Scored:
    """Out-of-fold logits with their truth: columns of equal length, in time order."""

    raw: Floats
    y: Floats
    weight: Floats
    opened: Ints
    closed: Ints

    def take(self, index: Ints) -> Scored:
        """Some rows."""
        return Scored(self.raw[index], self.y[index], self.weight[index], self.opened[index], self.closed[index])


Row = dict[str, Any]


def calibrate(scored: Scored, n_eff: float, pooled: Posterior, others: Posterior | None, embargo: int) -> Row:
    """The calibration of one book, as a policy file keeps it.

    `pooled`: the book in the joint fit; `others`: the fit of all other books (so that no label counts twice).
    """
    if n_eff < FEW:
        return _row("hierarchical", pooled)
    platt = fit_platt(scored, others)
    curve = fit_beta(scored, others)
    if n_eff < MANY:
        return _row("platt", platt, curve)
    method = _chosen(scored, others, platt, embargo)
    row = _row(method, platt, curve, centred_isotonic(scored) if method == "isotonic" else None)
    fits = (predict({**row, "method": one}, scored.raw) for one in ("platt", "beta"))
    if all(misfits(p, scored.y, scored.weight) for p in fits):
        row["floor"] = window_bound(scored.raw, scored.y, scored.weight)
    return row


def fit_platt(scored: Scored, others: Posterior | None = None, start: Posterior | None = None) -> Posterior:
    """Bayes-Platt: (intercept, slope) on the raw logit; prior means from `others` where there is one."""
    mean = (INTERCEPT, SLOPE) if others is None else (float(others.mean[0]), float(others.mean[1]))
    design = with_intercept(scored.raw[:, None])
    return laplace(design, scored.y, scored.weight, mean, (INTERCEPT_SD, SLOPE_SD), start)


def fit_beta(scored: Scored, others: Posterior | None = None) -> tuple[Floats, Posterior]:
    """Bayes-beta on the standardised basis (1, logit, ln p + ln(1 - p)): the basis' four numbers and the posterior."""
    mean = (INTERCEPT, SLOPE) if others is None else (float(others.mean[0]), float(others.mean[1]))
    mu, sd = float(np.mean(scored.raw)), max(1e-6, float(np.std(scored.raw)))
    curve = _curvature(scored.raw)
    basis = np.array([mu, sd, float(np.mean(curve)), max(1e-6, float(np.std(curve)))])
    design = with_intercept(np.column_stack([(scored.raw - mu) / sd, (curve - basis[2]) / basis[3]]))
    prior = (mean[0] + mean[1] * mu, mean[1] * sd, 0.0)
    return basis, laplace(design, scored.y, scored.weight, prior, (INTERCEPT_SD, INTERCEPT_SD, CURVE_SD))


def centred_isotonic(scored: Scored) -> list[list[float]]:
    """Centred isotonic regression: each flat stretch of the monotone fit stands at its mean logit, lines between.

    Points rise in both columns; levels stay within 2 % and 98 %.
    """
    from scipy.optimize import isotonic_regression

    told = scored.weight > 0.0
    x, place = np.unique(scored.raw[told], return_inverse=True)  # equal logits have one level
    mass = np.bincount(place, weights=scored.weight[told])
    fit = isotonic_regression(np.bincount(place, weights=(scored.weight * scored.y)[told]) / mass, weights=mass)
    starts = fit.blocks[:-1]
    center = np.add.reduceat(x * mass, starts) / np.add.reduceat(mass, starts)
    rising = np.concatenate([[True], np.diff(center) > 0.0])
    level = np.clip(fit.x[starts], LEAST, MOST)
    points = np.column_stack([center, level])[rising]
    kept = points[:: max(1, len(points) // KNOTS)]
    return [*kept.tolist(), *points[-1:].tolist()] if kept[-1, 0] < points[-1, 0] else kept.tolist()


def _chosen(scored: Scored, others: Posterior | None, platt: Posterior, embargo: int) -> str:
    """The simplest method whose purged log loss is within one standard error of the best; `platt`: where to begin."""
    methods: dict[str, Callable[[Scored], Row]] = {
        "platt": lambda train: _row("platt", fit_platt(train, others, platt)),
        "beta": lambda train: _row("beta", platt, fit_beta(train, others)),
        "isotonic": lambda train: _row("isotonic", platt, None, centred_isotonic(train)),
    }
    losses: dict[str, list[float]] = {name: [] for name in methods}
    for train, test in purged_folds(scored.opened, scored.closed, folds=FOLDS, embargo=embargo):
        if not len(train):
            continue
        known, coming = scored.take(train), scored.take(test)
        for name, fit in methods.items():
            losses[name].append(_loss(coming, predict(fit(known), coming.raw)))
    return simplest(losses)


def simplest(losses: dict[str, list[float]]) -> str:
    """Of methods in order of rising complexity, the first whose losses are within one standard error of the best.

    The error is that of the fold-by-fold excess over the best, since all methods meet the same folds.

    >>> simplest({"platt": [0.61, 0.62], "beta": [0.60, 0.63]}), simplest({"platt": [0.62, 0.64], "beta": [0.6, 0.6]})
    ('platt', 'beta')
    """
    count = len(next(iter(losses.values())))
    best = min(losses, key=lambda name: sum(losses[name]))
    for name, values in losses.items():
        excess = np.array(values) - np.array(losses[best])
        error = float(np.std(excess, ddof=1)) / math.sqrt(count) if count > 1 else 0.0
        if count == 0 or float(np.mean(excess)) <= error:
            return name
    return best


def predict(row: Row, raw: Floats) -> Floats:
    """Calibrated p of a column of logits: what the engine computes one by one (a test holds them equal)."""
    if row["method"] == "isotonic":
        knots = np.array(row["points"])
        return np.asarray(np.interp(raw, knots[:, 0], knots[:, 1]), dtype=np.float64)
    if row["method"] == "beta":
        mu, sd, q_mean, q_sd, t0, t1, t2 = row["beta"][:7]
        return expit(t0 + t1 * (raw - mu) / sd + t2 * (_curvature(raw) - q_mean) / q_sd)
    return expit(row["platt"][0] + row["platt"][1] * raw)


def floor(row: Row, raw: Floats) -> Floats:
    """The assumption-free lower bound at a column of logits; NaN where the calibration has none."""
    if not row["floor"]:
        return np.full(len(raw), np.nan)
    knots = np.array(row["floor"])
    at = np.searchsorted(knots[:, 0], raw, side="right") - 1
    return np.where(at >= 0, knots[np.maximum(at, 0), 1], np.nan)


def _loss(scored: Scored, p: Floats) -> float:
    """Mean log loss by weight."""
    kept = np.clip(p, LEAST, MOST)
    likely = np.where(scored.y > 0.5, kept, 1.0 - kept)
    mass = float(scored.weight.sum())
    return float(-np.sum(scored.weight * np.log(likely))) / mass if mass > 0.0 else 0.0


def _curvature(logit: Floats) -> Floats:
    size = np.abs(logit)
    return -size - 2.0 * np.log1p(np.exp(-size))


def _row(
    method: str,
    platt: Posterior,
    curve: tuple[Floats, Posterior] | None = None,
    points: Sequence[Sequence[float]] | None = None,
) -> Row:
    beta = None
    if curve is not None:
        basis, posterior = curve
        beta = [*basis, *posterior.mean, *posterior.cov[np.triu_indices(3)]]
    cov = platt.cov
    return {
        "method": method,
        "platt": [float(value) for value in (*platt.mean, cov[0, 0], cov[0, 1], cov[1, 1])],
        "beta": None if beta is None else [float(value) for value in beta],
        "points": None if points is None else [list(point) for point in points],
        "floor": None,
    }
