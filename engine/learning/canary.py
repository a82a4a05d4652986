"""Whether the evaluation would notice a leak: a canary that knows the future must be heard, noise must stay silent.

Three runs over the same purged folds: the inputs as they are; with a planted column that knows each market's end; and
with the labels shuffled. A setup that does not hear the canary, or finds skill in shuffled labels, measures nothing.
The same ear listens to every real input: one whose order alone lifts the average precision by more than 60 % knows
more than an input can know (true chances would have to be spread by 0.2 along it alone).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.learning import scores
from engine.learning.labels import DAY
from engine.learning.model import expit, laplace, with_intercept
from engine.learning.reliability import Interval, skill_interval
from engine.learning.splits import purged_folds
from engine.learning.table import Floats, Ints

HEARD, TOO_GOOD = 0.30, 0.60  # lifts of the average precision
FOLDS = 5
INTERCEPT, INTERCEPT_SD, SLOPE_SD = -0.4, 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is to be judged: standardised inputs (n, inputs) and labels with their lives, in columns of equal length."""

    x: Floats
    y: Floats
    weight: Floats
    opened: Ints
    closed: Ints


@dataclass(frozen=True, slots=True)
class Canary:
    """`honest` and `planted` are lifts of the average precision without and with the planted column; `shuffled` is
    the skill on shuffled labels. `suspects` are the numbers of inputs that know too much by themselves."""

    honest: float
    planted: float
    shuffled: Interval
    suspects: tuple[int, ...]

    @property
    def heard(self) -> bool:
        """The planted column is seen for what it is."""
        return self.planted > HEARD and self.planted > self.honest

    @property
    def silent_on_noise(self) -> bool:
        """Shuffled labels show no skill: the interval reaches 0 or lies below it."""
        return self.shuffled.low is None or self.shuffled.low <= 0.0

    @property
    def clean(self) -> bool:
        """The evaluation can be trusted, and no input knows the future."""
        return self.heard and self.silent_on_noise and not self.suspects


def sing(evidence: Evidence, future: Floats, embargo: int, seed: int) -> Canary | None:
    """Run it. `future` (n,) is what only the future knows of each row, such as its net R; `seed` shuffles.

    None with fewer than two days or one class only.
    """
    y, days = evidence.y, evidence.opened // DAY
    if len(np.unique(days)) < 2 or float(y.min()) == float(y.max()):
        return None
    order = np.random.default_rng(seed).permutation(len(y))
    noise = Evidence(evidence.x, y[order], evidence.weight, evidence.opened, evidence.closed)
    shuffled = skill_interval(out_of_fold(noise, embargo), noise.y, days, float(np.mean(y)))
    assert shuffled is not None, "there are rows of both classes"
    return Canary(
        honest=_lift(out_of_fold(evidence, embargo), y),
        planted=_lift(out_of_fold(planted(evidence, future), embargo), y),
        shuffled=shuffled,
        suspects=suspects(evidence.x, y),
    )


def planted(evidence: Evidence, future: Floats) -> Evidence:
    """The same with one more input: `future`, standardised (what is unknown stands at the centre)."""
    known = np.where(np.isnan(future), np.nanmean(future) if not np.all(np.isnan(future)) else 0.0, future)
    column = (known - known.mean()) / max(float(known.std()), 1e-9)
    x = np.column_stack([evidence.x, column])
    return Evidence(x, evidence.y, evidence.weight, evidence.opened, evidence.closed)


def out_of_fold(evidence: Evidence, embargo: int | None, folds: int = FOLDS) -> Floats:
    """p of each row by a model that saw nothing near it; `embargo` None: neither purged nor embargoed (to compare)."""
    design, p = with_intercept(evidence.x), np.full(len(evidence.y), 0.5)
    inputs = evidence.x.shape[1]
    mean, sd = [INTERCEPT] + [0.0] * inputs, [INTERCEPT_SD] + [SLOPE_SD] * inputs
    for train, test in _folds(evidence, embargo, folds):
        fitted = laplace(design[train], evidence.y[train], evidence.weight[train], mean, sd)
        p[test] = expit(design[test] @ fitted.mean)
    return p


def suspects(x: Floats, y: Floats) -> tuple[int, ...]:
    """The columns whose order alone, either way round, lifts the average precision by more than 60 %.

    >>> y = np.tile([1.0, 0.0, 0.0, 1.0], 50)
    >>> suspects(np.column_stack([np.tile([0.0, 1.0], 100), y]), y)
    (1,)
    """
    found = []
    for at in range(x.shape[1]):
        if max(_lift(x[:, at], y), _lift(-x[:, at], y)) > TOO_GOOD:
            found.append(at)
    return tuple(found)


def _folds(evidence: Evidence, embargo: int | None, folds: int) -> Iterator[tuple[Ints, Ints]]:
    if embargo is not None:
        yield from purged_folds(evidence.opened, evidence.closed, folds=folds, embargo=embargo)
        return
    every: Sequence[Ints] = np.array_split(np.argsort(evidence.opened, kind="stable"), folds)
    for test in every:
        yield np.setdiff1d(np.arange(len(evidence.y)), test), test


def _lift(p: Floats, y: Floats) -> float:
    return scores.pr_auc_lift(p, y) or 0.0
