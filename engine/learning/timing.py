"""When to enter a setup that waits: the full trigger is the default, another way only where it surely paid more.

The ways are the full 5m trigger, entering at once, a CHOCH alone, a reclaim of the EMA50 alone. The market answers for
each of them, so every waiting setup tells the net R of all (0 where a way never got a fill): full information, no
bandit. What is modelled is the advantage, R of a way less R of the default in the same setup, so that what both share
cancels. A linear model with a level of books below a global one (Lindley and Smith 1972) is fitted to each way.

A way is chosen where the 20 % quantile of its advantage is above 0, with 150 effective setups behind it; rows of one
day that move together count for less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.decision.policy_timing import Worth, surest
from engine.decision.triggers import FULL
from engine.decision.triggers import OTHERS as OTHERS
from engine.learning.labels import DAY, design_effect, effective
from engine.learning.model import Posterior, with_intercept
from engine.learning.table import Floats, Ints

DEFAULT = FULL
LEAST = 150.0
INTERCEPT_SD, INPUT_SD, BOOK_SD, BOOK_INPUT_SD = 0.3, 0.15, 0.15, 0.07  # R, and R a standard deviation
START_SD, ROUNDS, LEAST_SD = 1.0, 3, 0.05  # of the residual (R)
EXPLORED = 0.10
DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Waited:
    """Setups that waited for a trigger, one a row: inputs (standardised), book, when, weight, and what each way made.

    `made`: the followable net R of the default and of each of OTHERS (rows, 4): 0 where it was never filled, NaN where
    it was not followed. `opened` is ms UTC.
    """

    x: Floats
    book: Ints
    opened: Ints
    weight: Floats
    made: Floats


@dataclass(frozen=True, slots=True)
class Advantage:
    """Of one way over the default: coefficients by book (intercept first), of any book, and from how many setups."""

    top: Posterior
    books: tuple[Posterior, ...]
    n_eff: float

    def of(self, x: Floats, book: int) -> tuple[float, float]:
        """(mean, standard deviation) in R for a setup with inputs `x` (k,); book -1: one never seen."""
        one = self.books[book] if 0 <= book < len(self.books) else self.top
        row = np.concatenate([[1.0], x])
        return float(row @ one.mean), float(np.sqrt(row @ one.cov @ row))


@dataclass(frozen=True, slots=True)
class Timing:
    """The policy of entering, from what each way is worth."""

    ways: Mapping[str, Advantage]

    def choose(self, x: Floats, book: int) -> str:
        """The way with the largest mean advantage among those that surely have one; else the default."""
        return surest(self.worth(x, book))

    def worth(self, x: Floats, book: int) -> Worth:
        """(mean, standard deviation) in R of the ways that may be chosen: those with enough setups behind them."""
        return {name: way.of(x, book) for name, way in self.ways.items() if way.n_eff >= LEAST}

    def shares(self, x: Floats, book: int, seed: int) -> dict[str, float]:
        """How probably each way is tried on paper: nine in ten by the rule, one by a draw of what may be best.

        Thompson's rule (1933) in the tenth; the shares are the propensities to be kept with the choice.
        """
        return shares_of(self.worth(x, book), seed)


def shares_of(worth: Worth, seed: int) -> dict[str, float]:
    """The same of what each way that may be chosen is worth."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros((len(OTHERS) + 1, DRAWS))
    for at, name in enumerate(OTHERS, start=1):
        if name not in worth:
            drawn[at] = -np.inf
            continue
        mean, sd = worth[name]
        drawn[at] = mean + sd * rng.standard_normal(DRAWS)
    best = np.bincount(np.argmax(drawn, axis=0), minlength=len(drawn)) / DRAWS
    ruled, names = surest(worth), (DEFAULT, *OTHERS)
    return {name: (1.0 - EXPLORED) * (name == ruled) + EXPLORED * float(best[at]) for at, name in enumerate(names)}


def fit_timing(told: Waited, books: int) -> Timing:
    """Fit every way's advantage. Ways that nothing is known of are left out: a policy of none keeps to the default.

    >>> none = Waited(np.zeros((0, 1)), *[np.zeros(0, dtype=np.int64)] * 2, np.zeros(0), np.zeros((0, 4)))
    >>> fit_timing(none, 1).choose(np.zeros(1), 0)
    'full'
    """
    ways = {}
    for at, name in enumerate(OTHERS, start=1):
        gained = told.made[:, at] - told.made[:, 0]
        sound = np.isfinite(gained) & np.all(np.isfinite(told.x), axis=1) & (told.weight > 0.0)
        rows = np.flatnonzero(sound)
        if len(rows):
            ways[name] = _fit(told, gained, rows, books)
    return Timing(ways)


def _fit(told: Waited, gained: Floats, rows: Ints, books: int) -> Advantage:
    """Residual spread and clustering by turns with the coefficients."""
    x, y = with_intercept(told.x[rows]), gained[rows]
    weight, book, day = told.weight[rows], told.book[rows], told.opened[rows] // DAY
    variance, together = START_SD**2, 1.0
    for _ in range(ROUNDS):
        top, own = linear(x, y, weight / (variance * together), book, books)
        known = np.array([one.mean for one in (*own, top)])[np.where(book < books, book, books)]
        left = y - np.einsum("ij,ij->i", x, known)
        variance = max(LEAST_SD**2, float(np.average(left * left, weights=weight)))
        together = design_effect(weight * left, day)
    top, own = linear(x, y, weight / (variance * together), book, books)
    return Advantage(top, own, effective(weight))


def linear(x: Floats, y: Floats, trust: Floats, book: Ints, books: int) -> tuple[Posterior, tuple[Posterior, ...]]:
    """The global level and each book's own coefficients (global + deviation), jointly, in closed form.

    `x` has its intercept, `trust` is one over each row's variance.

    >>> top, own = linear(np.ones((4, 1)), np.array([1.0, 1.0, 0.0, 0.0]), np.full(4, 1e6), np.array([0, 0, 1, 1]), 2)
    >>> [round(float(one.mean[0]), 2) for one in own]
    [1.0, 0.0]
    """
    size = x.shape[1]
    sd = np.array([INTERCEPT_SD, *[INPUT_SD] * (size - 1)])
    sd_book = np.array([BOOK_SD, *[BOOK_INPUT_SD] * (size - 1)])
    whole = np.diag(np.concatenate([1.0 / sd**2, np.tile(1.0 / sd_book**2, books)]))
    pull = np.zeros(len(whole))
    for at in range(-1, books):
        rows = np.flatnonzero((book == at) if at >= 0 else (book < 0) | (book >= books))
        told = x[rows] * trust[rows, None]
        block, push = told.T @ x[rows], told.T @ y[rows]
        ours = slice((at + 1) * size, (at + 2) * size)
        whole[:size, :size] += block
        pull[:size] += push
        if at >= 0:
            whole[:size, ours] += block
            whole[ours, :size] += block
            whole[ours, ours] += block
            pull[ours] += push
    cov = np.linalg.inv(whole)
    mean = cov @ pull
    top = Posterior(mean[:size], cov[:size, :size])
    return top, tuple(_of_book(mean, cov, size, at) for at in range(1, books + 1))


def _of_book(mean: Floats, cov: Floats, size: int, at: int) -> Posterior:
    """Global level and deviation of one book together."""
    top, own = slice(0, size), slice(at * size, (at + 1) * size)
    spread = cov[top, top] + cov[top, own] + cov[own, top] + cov[own, own]
    return Posterior(mean[top] + mean[own], spread)
