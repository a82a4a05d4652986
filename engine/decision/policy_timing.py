"""The timing part of a policy: which way to enter a setup that waits for its 5m triggers, in plain float arithmetic.

Of each way besides the full trigger it holds what that is worth more (R): a normal posterior of each book's
coefficients, the intercept first; "*" stands for any other book. A policy without this part waits for the full trigger.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision.triggers import FULL, OTHERS

Z_80 = 0.8416212335729143  # one-sided
Worth = Mapping[str, tuple[float, float]]


def surest(worth: Worth) -> str:
    """The way with the largest mean advantage among those that surely have one; else the full trigger.

    `worth`: (mean, standard deviation) in R of the ways that may be chosen.

    >>> surest({"now": (0.1, 0.1), "choch": (0.05, 0.2)}), surest({"choch": (0.05, 0.2)})
    ('now', 'full')
    """
    best, most = FULL, 0.0
    for name, (mean, sd) in worth.items():
        if mean - Z_80 * sd > 0.0 and mean > most:
            best, most = name, mean
    return best


@dataclass(frozen=True, slots=True)
class _Coefficients:
    mean: tuple[float, ...]
    cov: tuple[tuple[float, ...], ...]

    def of(self, x: tuple[float, ...]) -> tuple[float, float]:
        mean = sum(a * b for a, b in zip(self.mean, x))
        variance = sum(a * sum(b * c for b, c in zip(row, x)) for a, row in zip(x, self.cov))
        return mean, math.sqrt(max(variance, 0.0))


@dataclass(frozen=True, slots=True)
class TimingPart:
    """Read with `timing_part`; immutable. `inputs`: (name, centre, scale)."""

    inputs: tuple[tuple[str, float, float], ...]
    ways: Mapping[str, Mapping[str, _Coefficients]]

    def worth(self, book: str, read: Mapping[str, float | None]) -> dict[str, tuple[float, float]]:
        """(mean, standard deviation) in R of every way over the full trigger; what is unknown stands at the centre."""
        x = [1.0]
        for name, center, scale in self.inputs:
            value = read.get(name)
            x.append(0.0 if value is None or math.isnan(value) else (value - center) / scale)
        row = tuple(x)
        return {name: (books.get(book) or books["*"]).of(row) for name, books in self.ways.items()}

    def choose(self, book: str, read: Mapping[str, float | None]) -> str:
        """The way to enter a setup."""
        return surest(self.worth(book, read))


def timing_part(row: Mapping[str, Any] | None) -> TimingPart | None:
    """The part of a policy's document, None of a policy without one. Raises ValueError, KeyError or TypeError."""
    if row is None:
        return None
    inputs = tuple((str(one["feature"]), _number(one["center"]), _number(one["scale"])) for one in row["inputs"])
    if any(scale <= 0.0 for _, _, scale in inputs):
        raise ValueError("an input of the timing cannot be read")
    ways = {
        str(name): {str(book): _coefficients(one, len(inputs) + 1) for book, one in books.items()}
        for name, books in row["ways"].items()
    }
    if not ways or not set(ways) <= set(OTHERS) or any("*" not in books for books in ways.values()):
        raise ValueError("the timing names no way that is known, or lacks a book for everything else")
    return TimingPart(inputs, ways)


def _coefficients(row: Mapping[str, Any], size: int) -> _Coefficients:
    mean = tuple(map(_number, row["mean"]))
    cov = tuple(tuple(map(_number, one)) for one in row["cov"])
    if len(mean) != size or len(cov) != size or any(len(one) != size for one in cov):
        raise ValueError("a book's timing does not fit the inputs")
    return _Coefficients(mean, cov)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)
