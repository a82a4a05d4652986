"""The paper arm: Thompson draws with their propensities, and what logged choices say about choices not taken.

The posterior mean publishes; a draw decides only in the tenth of the candidates that explores, on paper. Since every
candidate's market outcome is replayed, estimates off policy are needed only where outcomes depend on people (votes,
manual fills); claims smaller than twice their error are refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.learning.labels import effective
from engine.learning.model import Posterior, with_intercept
from engine.learning.table import Floats, Ints

EXPLORE = 0.10
LEAST_PROPENSITY, MOST_PROPENSITY = 0.02, 0.98
RIDGE = 5.0
ERRORS = 2.0


@dataclass(frozen=True, slots=True)
class Choice:
    """What the paper arm did with some candidates: columns of equal length.

    `mean_rule`: what the posterior mean does; `taken`: what was done; `explored`: whether a draw decided;
    `propensity`: the chance of taking it, in closed form, within 0.02 and 0.98.
    """

    mean_rule: Ints
    taken: Ints
    explored: Ints
    propensity: Floats


def no_choices(rows: int) -> Choice:
    """Room for choices."""
    none = np.zeros(rows, dtype=np.int64)
    return Choice(none.copy(), none.copy(), none.copy(), np.zeros(rows))


def choose(posterior: Posterior, x: Floats, tau: Floats, uniform: Floats, normal: Floats) -> Choice:
    """Decide candidates `x` (n, inputs) against their `tau` (n,).

    `uniform` (n,) and `normal` (n,) are the draws: Thompson sampling needs only x'b ~ N(x'm, x'Vx), so one normal a
    candidate does. pi = 0.9 [mean rule] + 0.1 Phi((x'm - logit tau) / sqrt(x'Vx)). Chapelle, Li 2011.
    """
    design = with_intercept(x)
    bar = np.log(tau / (1.0 - tau))
    mean, sd = design @ posterior.mean, _sd(design, posterior.cov)
    rule = mean > bar
    explored = uniform < EXPLORE
    taken = np.where(explored, mean + sd * normal > bar, rule)
    return Choice(
        rule.astype(np.int64), taken.astype(np.int64), explored.astype(np.int64), propensity(mean - bar, sd, EXPLORE)
    )


def propensity(distance: Floats, sd: Floats, explore: float = EXPLORE) -> Floats:
    """The chance that a candidate `distance` (log odds) above its bar is taken, `sd` the doubt; never near 0 or 1.

    >>> propensity(np.array([0.0, 1.0, -1.0]), np.array([1.0, 0.0, 0.5])).round(4).tolist()
    [0.05, 0.98, 0.02]
    """
    reach = distance / np.maximum(sd, 1e-12)
    normal = np.array([0.5 * math.erfc(-one / math.sqrt(2.0)) for one in reach.tolist()])
    chance = (1.0 - explore) * (distance > 0.0) + explore * normal
    return np.asarray(np.clip(chance, LEAST_PROPENSITY, MOST_PROPENSITY), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Logged:
    """Choices among actions with what they earned: columns of equal length.

    `x` (n, inputs) context, `action` what was done (0, 1, ...), `chance` its propensity, `reward` what came of it,
    `wanted` what the policy in question would have done.
    """

    x: Floats
    action: Ints
    chance: Floats
    reward: Floats
    wanted: Ints


@dataclass(frozen=True, slots=True)
class OffPolicy:
    """An estimate of the mean reward, its error (RMSE, taken from the spread of its terms), and the overlap.

    `n_eff`: effective number of rows on which both agreed.
    """

    value: float
    error: float
    n_eff: float

    def claims(self, other: float) -> bool:
        """Whether it may be said to differ from `other`: by at least two errors.

        >>> OffPolicy(0.2, 0.06, 300.0).claims(0.1), OffPolicy(0.2, 0.05, 300.0).claims(0.1)
        (False, True)
        """
        return bool(abs(self.value - other) >= ERRORS * self.error)


def snips(logged: Logged) -> OffPolicy | None:
    """Self-normalised inverse propensity score (Swaminathan, Joachims 2015). None without a row on which both agree.

    >>> rows = Logged(np.zeros((4, 1)), np.array([1, 0, 1, 1]), np.full(4, 0.5), np.array([1.0, 9.0, 0.0, 2.0]),
    ...               np.array([1, 1, 1, 1]))
    >>> snips(rows).value
    1.0
    """
    weight = _ratio(logged)
    if float(weight.sum()) <= 0.0:
        return None
    value = float(np.sum(weight * logged.reward) / np.sum(weight))
    error = math.sqrt(float(np.sum(weight**2 * (logged.reward - value) ** 2))) / float(np.sum(weight))
    return OffPolicy(value, error, effective(weight))


def doubly_robust(logged: Logged, actions: int) -> OffPolicy | None:
    """A ridge model of the reward of each action, fitted on the other half, corrected by what was logged.

    Dudik, Langford, Li 2011. None below two rows.
    """
    rows = len(logged.reward)
    if rows < 2:
        return None
    half = np.arange(rows) % 2
    guess = np.zeros((rows, actions))
    for part in (0, 1):
        guess[half == part] = _rewards(logged, half != part, actions, logged.x[half == part])
    at = np.arange(rows)
    terms = guess[at, logged.wanted] + _ratio(logged) * (logged.reward - guess[at, logged.action])
    return OffPolicy(float(np.mean(terms)), float(np.std(terms, ddof=1)) / math.sqrt(rows), effective(_ratio(logged)))


def _ratio(logged: Logged) -> Floats:
    """1 / propensity where the policy in question agrees with what was done, else 0."""
    if not bool(np.all((logged.chance > 0.0) & (logged.chance <= 1.0))):
        raise ValueError("a propensity must lie above 0 and not above 1")
    agreed = (logged.action == logged.wanted).astype(np.float64)
    return np.asarray(agreed / np.maximum(logged.chance, LEAST_PROPENSITY), dtype=np.float64)


def _rewards(logged: Logged, known: NDArray[np.bool_], actions: int, x: Floats) -> Floats:
    """Each action's reward at `x` (rows, actions), by ridge regression on the known rows on which it was taken."""
    design, coming = with_intercept(logged.x), with_intercept(x)
    ridge = RIDGE * np.eye(design.shape[1])
    found = np.zeros((len(x), actions))
    for action in range(actions):
        rows = np.flatnonzero(known & (logged.action == action))
        told = design[rows]
        found[:, action] = coming @ np.linalg.solve(told.T @ told + ridge, told.T @ logged.reward[rows])
    return found


def _sd(design: Floats, cov: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", design, cov, design), 0.0)), dtype=np.float64)
