"""Bayesian logistic regression by Laplace: one fit, and one with a level of books below a global level.

logit P(y = 1 | x, book) = (g + d_book)' [1, x], with g ~ N(mean, sd^2) and d_book ~ N(0, sd_book^2), all fitted
jointly; the posterior is normal around the mode. Rows carry weights (a row of weight 0.5 tells half as much).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.learning.labels import Floats, Ints

STEPS = 60
TOLERANCE = 1e-9


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


def laplace(design: Floats, y: Floats, weight: Floats, mean: Sequence[float], sd: Sequence[float]) -> Posterior:
    """Logistic regression with an independent normal prior on each column of `design`."""
    none = np.zeros(len(y), dtype=np.int64)
    return hierarchical(design, y, weight, none, 0, mean, sd, sd).top


def hierarchical(
    design: Floats,
    y: Floats,
    weight: Floats,
    book: Ints,
    books: int,
    mean: Sequence[float],
    sd: Sequence[float],
    sd_book: Sequence[float],
) -> Hierarchy:
    """Fit both levels jointly by damped Newton steps.

    `book` numbers each row's book, `books` says how many there are (0: the global level alone).
    """
    size = design.shape[1]
    prior = np.concatenate([np.asarray(mean, dtype=np.float64), np.zeros(size * books)])
    precision = np.concatenate([1.0 / np.square(sd), np.tile(1.0 / np.square(sd_book), books)])
    members = [np.flatnonzero(book == at) for at in range(books)]
    theta = prior.copy()
    for _ in range(STEPS):
        gradient, curvature = _slopes(design, y, weight, members, theta, prior, precision)
        step = np.linalg.solve(curvature, gradient)
        largest = float(np.max(np.abs(step)))
        theta = theta - step * min(1.0, 2.0 / max(largest, 1e-12))
        if largest < TOLERANCE:
            break
    curvature = _slopes(design, y, weight, members, theta, prior, precision)[1]
    cov = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
    top = Posterior(theta[:size], cov[:size, :size])
    return Hierarchy(top, tuple(_book(theta, cov, size, at) for at in range(books)))


def _slopes(
    design: Floats, y: Floats, weight: Floats, members: list[Ints], theta: Floats, prior: Floats, precision: Floats
) -> tuple[Floats, Floats]:
    """Gradient and Hessian of the negative log posterior; the Hessian is an arrow of one block a book."""
    size = design.shape[1]
    eta = design @ theta[:size]
    for at, rows in enumerate(members):
        own = slice(size * (at + 1), size * (at + 2))
        eta[rows] += design[rows] @ theta[own]
    p = expit(eta)
    residual, spread = weight * (p - y), weight * p * (1.0 - p)
    gradient = precision * (theta - prior)
    curvature = np.diag(precision)
    gradient[:size] += design.T @ residual
    if not members:
        curvature += (design * spread[:, None]).T @ design
    for at, rows in enumerate(members):
        own = slice(size * (at + 1), size * (at + 2))
        block = (design[rows] * spread[rows, None]).T @ design[rows]
        gradient[own] += design[rows].T @ residual[rows]
        curvature[:size, :size] += block
        curvature[own, own] += block
        curvature[own, :size] += block
        curvature[:size, own] += block
    return gradient, curvature


def _book(theta: Floats, cov: Floats, size: int, at: int) -> Posterior:
    own = slice(size * (at + 1), size * (at + 2))
    cross = cov[:size, own]
    return Posterior(theta[:size] + theta[own], cov[:size, :size] + cov[own, own] + cross + cross.T)
