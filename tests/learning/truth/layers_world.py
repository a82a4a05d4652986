"""Eight layer scores that tell something, in twelve books, day after day; and rules that decide on them.

Scores are N(0, 1) with cross-correlation 0.3. What a layer is worth (log odds a standard deviation) differs a little
from book to book; from the day of a swap on, two pairs of layers trade places. RR 1.5, cost 0.08 R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.decision.signal import LAYER_NAMES
from engine.learning.labels import DECAY
from engine.learning.model import Hierarchy, expit, hierarchical, laplace, with_intercept
from engine.learning.table import Floats, Ints
from engine.learning.weights import target_shares
from engine.readings import PRIOR_WEIGHTS

RR, COST = 1.5, 0.08
TAU = (1.0 + COST) / (1.0 + RR)
BAR = float(np.log(TAU / (1.0 - TAU)))
BASE = float(np.log(0.40 / 0.60))
WORTH = np.array([0.30, 0.05, 0.22, 0.18, 0.0, 0.16, 0.0, 0.0])
SPREAD, BOOKS = 0.10, 12
HOW_OFTEN = np.array([5, 4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1]) / 27.0
MIXED = np.linalg.cholesky(0.3 + 0.7 * np.eye(len(WORTH)))
PRIOR = np.array([PRIOR_WEIGHTS[name] for name in LAYER_NAMES])
KAPPA = 0.8
LAYER_SD, LAYER_BOOK_SD, LEVEL_SD, LEVEL_BOOK_SD = 0.25, 0.12, 0.3, 0.2
SWAPPED = np.array([0, 3, 1, 6]), np.array([3, 0, 6, 1])


@dataclass(frozen=True, slots=True)
class Market:
    """Candidates in order of their day: scores (n, 8), book, true p and what became of them."""

    x: Floats
    book: Ints
    day: Ints
    p: Floats
    won: Floats
    worth: Floats

    @property
    def gain(self) -> Floats:
        """Expected net R of taking each candidate."""
        return self.p * RR - (1.0 - self.p) - COST


def market(seed: int, days: int, a_day: int, swap: int | None = None) -> Market:
    """`swap`: the day from which two pairs of layers are worth what the other was. `worth` is the first truth (8,)."""
    rng = np.random.default_rng(10_000 + seed)
    noise = rng.standard_normal((BOOKS, len(WORTH)))
    worth = np.where(WORTH > 0.0, WORTH + SPREAD * noise, 0.5 * SPREAD * noise)
    day = np.repeat(np.arange(days), a_day)
    book = rng.choice(BOOKS, len(day), p=HOW_OFTEN)
    x = rng.standard_normal((len(day), len(WORTH))) @ MIXED.T
    told = worth[book]
    if swap is not None:
        later = np.flatnonzero(day >= swap)
        told[later[:, None], SWAPPED[0]] = told[later[:, None], SWAPPED[1]]
    p = expit(BASE + np.sum(x * told, axis=1))
    won = (rng.random(len(day)) < p).astype(np.float64)
    return Market(x, book, day, p, won, np.maximum(HOW_OFTEN @ worth, 0.0))


def fitted(seen: Market, until: int, start: Hierarchy | None = None, gamma: float = DECAY) -> Hierarchy:
    """The product's model of everything before day `until`, older labels discounted by `gamma` a day."""
    rows = slice(0, int(np.searchsorted(seen.day, until)))
    weight = np.power(gamma, until - 1.0 - seen.day[rows], dtype=np.float64)
    return hierarchical(
        with_intercept(seen.x[rows]), seen.won[rows], weight, seen.book[rows], BOOKS,
        (BASE, *(KAPPA * PRIOR)), (LEVEL_SD, *[LAYER_SD] * len(WORTH)),
        (LEVEL_BOOK_SD, *[LAYER_BOOK_SD] * len(WORTH)), start,
    )  # fmt: skip


def shown(model: Hierarchy) -> Floats:
    """The weights people would see in the end, of all books together."""
    return np.array(target_shares(model.top.mean[1:].tolist()))


def by_the_mean(seen: Market, every: int = 2) -> Floats:
    """Whether the posterior mean of the days before takes each candidate (refitted every other day)."""
    taken = np.zeros(len(seen.won))
    model: Hierarchy | None = None
    for day in range(0, int(seen.day[-1]) + 1, every):
        rows = np.flatnonzero((seen.day >= day) & (seen.day < day + every))
        model = fitted(seen, day, model)
        own = np.array([book.mean for book in model.books])[seen.book[rows]]
        taken[rows] = np.sum(with_intercept(seen.x[rows]) * own, axis=1) > BAR
    return taken


def by_fixed_weights(seen: Market) -> Floats:
    """The same by the prior weights alone, with the best level and slope that hindsight can give them."""
    score = with_intercept((seen.x @ PRIOR)[:, None])
    found = laplace(score, seen.p, np.ones(len(seen.p)), (BASE, 1.0), (1000.0, 1000.0))
    return (score @ found.mean > BAR).astype(np.float64)


def share_of_oracle(seen: Market, taken: Floats, first: int, last: int) -> tuple[float, float]:
    """Expected net R of what was taken on days [first, last), and of what the truth would have taken."""
    rows = np.flatnonzero((seen.day >= first) & (seen.day < last))
    gain = seen.gain[rows]
    return float(np.sum(gain * taken[rows])), float(np.sum(np.maximum(gain, 0.0)))
