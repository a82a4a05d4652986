"""Bayesian logistic regression by Laplace: one fit, and one with a level of books below a global level.

logit P(y = 1 | x, book) = (g + d_book)' [1, x], with g ~ N(mean, sd^2) and d_book ~ N(0, sd_book^2), all fitted
jointly; the posterior is normal around the mode. Rows carry weights (a row of weight 0.5 tells half as much).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.learning.table import Floats, Ints

STEPS = 60
TOLERANCE = 1e-6  # Newton squares its error: after a step this small the mode is exact to the last digits


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mode and covariance of some coefficients, intercept first."""

    mean: Floats
    cov: Floats


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The global level, and each book's own coefficients (global + deviation), in the order of the books."""

    top: Posterior
    books: tuple[Posterior, ...]


def expit(values: Floats) -> Floats:
    """The logistic function of a column, without overflow."""
    shrunk = np.exp(-np.abs(values))
    return np.where(values >= 0.0, 1.0 / (1.0 + shrunk), shrunk / (1.0 + shrunk))


def with_intercept(x: Floats) -> Floats:
    """A column of ones before the inputs."""
    return np.column_stack([np.ones(len(x)), x])


def laplace(
    design: Floats,
    y: Floats,
    weight: Floats,
    mean: Sequence[float],
    sd: Sequence[float],
    start: Posterior | None = None,
) -> Posterior:
    """Logistic regression with an independent normal prior on each column of `design`; `start`: where to begin."""
    none = np.zeros(len(y), dtype=np.int64)
    begin = None if start is None else Hierarchy(start, ())
    return hierarchical(design, y, weight, none, 0, mean, sd, sd, begin).top


def hierarchical(
    design: Floats,
    y: Floats,
    weight: Floats,
    book: Ints,
    books: int,
    mean: Sequence[float],
    sd: Sequence[float],
    sd_book: Sequence[float],
    start: Hierarchy | None = None,
) -> Hierarchy:
    """Fit both levels jointly by damped Newton steps.

    `book` numbers each row's book, `books` says how many there are (0: the global level alone). `start`: a fit of the
    same shape to begin at; it saves steps and does not move the mode. Raises ValueError where the mode, or how sure it
    is, is no finite number.
    """
    told = _by_book(design, y, weight, book, books)
    precision = np.vstack([1.0 / np.square(sd), np.tile(1.0 / np.square(sd_book), (books, 1))])
    prior = np.zeros_like(precision)
    prior[0] = mean
    theta = prior.copy() if start is None else _stacked(start)
    for _ in range(STEPS):
        gradient, arrow = _slopes(told, theta, prior, precision)
        step = arrow.solve(gradient)
        largest = float(np.max(np.abs(step)))
        theta = theta - step * min(1.0, 2.0 / max(largest, 1e-12))
        if largest < TOLERANCE:
            break
    found = _slopes(told, theta, prior, precision)[1].posterior(theta)
    if not (np.all(np.isfinite(found.top.mean)) and np.all(np.isfinite(found.top.cov))):
        raise ValueError("a coefficient is no finite number")
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """The rows in order of their book; `ends` are the row numbers at which the books begin and end."""

    design: Floats
    y: Floats
    weight: Floats
    ends: list[int]


@dataclass(frozen=True, slots=True)
class _Arrow:
    """The Hessian: a dense global corner, and for each book one block that stands alone but for its edge to it.

    Eliminating the books leaves a system of the global size (its Schur complement). `top` (d,) and `own` (books, d)
    are prior precisions, `blocks` (books, d, d) each book's X'WX, `corner` (d, d) that of all rows.
    """

    top: Floats
    own: Floats
    blocks: Floats
    corner: Floats

    def solve(self, gradient: Floats) -> Floats:
        """The Newton step (1 + books, d)."""
        if not len(self.own):
            return np.asarray(np.linalg.solve(np.diag(self.top) + self.corner, gradient[0])[None], dtype=np.float64)
        whole, edge, schur = self._eliminated()
        alone = np.linalg.solve(whole, gradient[1:, :, None])[:, :, 0]
        first = np.linalg.solve(schur, gradient[0] - np.einsum("kij,kj->i", self.blocks, alone))
        return np.vstack([first, alone - edge @ first])

    def posterior(self, theta: Floats) -> Hierarchy:
        """The normal around the mode `theta` (1 + books, d)."""
        whole, edge, schur = self._eliminated()
        cov = np.asarray(np.linalg.inv(schur), dtype=np.float64)
        rest = np.eye(len(cov)) - edge
        each = np.linalg.inv(whole) + rest @ cov @ rest.transpose(0, 2, 1)
        books = tuple(Posterior(theta[0] + own, one) for own, one in zip(theta[1:], each))
        return Hierarchy(Posterior(theta[0], cov), books)

    def _eliminated(self) -> tuple[Floats, Floats, Floats]:
        """Each book's own block, the share of a global move it takes back, and the Schur complement."""
        size = len(self.top)
        whole = self.blocks + self.own[:, :, None] * np.eye(size)
        edge = np.asarray(np.linalg.solve(whole, self.blocks), dtype=np.float64)
        # X'WX - X'WX (X'WX + P)^-1 X'WX = X'WX (X'WX + P)^-1 P: nothing cancels.
        left = np.einsum("kji,kj->ij", edge, self.own) if len(edge) else self.corner
        return whole, edge, np.diag(self.top) + (left + left.T) / 2.0


def _by_book(design: Floats, y: Floats, weight: Floats, book: Ints, books: int) -> _Told:
    if not books:
        return _Told(design, y, weight, [0])
    order = np.argsort(book, kind="stable")
    ends = np.searchsorted(book[order], np.arange(books + 1)).tolist()
    return _Told(design[order], y[order], weight[order], ends)


def _stacked(start: Hierarchy) -> Floats:
    return np.vstack([start.top.mean, *(one.mean - start.top.mean for one in start.books)])


def _slopes(told: _Told, theta: Floats, prior: Floats, precision: Floats) -> tuple[Floats, _Arrow]:
    """Gradient (1 + books, d) and Hessian of the negative log posterior."""
    size = told.design.shape[1]
    gradient = precision * (theta - prior)
    blocks = np.zeros((len(theta) - 1, size, size))
    corner = np.zeros((size, size))
    if not len(blocks):
        pull, corner = _likelihood(told.design, told.y, told.weight, theta[0])
        gradient[0] += pull
    for at, (begin, end) in enumerate(pairwise(told.ends)):
        rows = slice(begin, end)
        pull, blocks[at] = _likelihood(told.design[rows], told.y[rows], told.weight[rows], theta[0] + theta[at + 1])
        gradient[0] += pull
        gradient[at + 1] += pull
    return gradient, _Arrow(precision[0], precision[1:], blocks, corner)


def _likelihood(design: Floats, y: Floats, weight: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Gradient (d,) and curvature (d, d) of some rows' negative log likelihood."""
    p = expit(design @ theta)
    spread = weight * p * (1.0 - p)
    return design.T @ (weight * (p - y)), design.T @ (design * spread[:, None])
