"""Which pairs win and lose together: correlations of their setups' net R, and the clusters that these make.

A block is a UTC day and a side. Pairs of which nothing is known count as one: what is not known is not spread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.learning.cells import Dimension
from engine.learning.table import Floats, Ints

LEAST_BLOCKS = 30
LINKED = 0.5


@dataclass(frozen=True, slots=True)
class Together:
    """Two pairs, their correlation (None: too few common blocks, or nothing ever moved), and the common blocks."""

    one: str
    other: str
    correlation: float | None
    blocks: int


def together(pairs: Dimension, day: Ints, side: Ints, net: Floats) -> list[Together]:
    """Every two pairs, in the order of their names."""
    known = np.flatnonzero(pairs.of >= 0)
    pairs, net = replace(pairs, of=pairs.of[known]), net[known]
    block, count = _blocks(day[known], side[known])
    at = pairs.of * count + block
    size = (len(pairs.names), count)
    n = np.bincount(at, minlength=size[0] * count).reshape(size)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(at, weights=net, minlength=size[0] * count).reshape(size) / n
    found = []
    for i, one in enumerate(pairs.names):
        for j in range(i + 1, len(pairs.names)):
            both = (n[i] > 0) & (n[j] > 0)
            found.append(Together(one, pairs.names[j], _correlation(mean[i, both], mean[j, both]), int(both.sum())))
    return found


def clusters(names: tuple[str, ...], found: list[Together]) -> Ints:
    """The cluster of each pair: linked, directly or through others, by LINKED or by nothing being known.

    >>> known = [Together("A", "B", 0.8, 90), Together("A", "C", 0.1, 90), Together("B", "C", 0.2, 90)]
    >>> clusters(("A", "B", "C"), known).tolist()
    [0, 0, 2]
    """
    of = np.arange(len(names), dtype=np.int64)
    place = {name: at for at, name in enumerate(names)}
    for one in found:
        if one.correlation is None or one.correlation >= LINKED:
            low, high = sorted((int(of[place[one.one]]), int(of[place[one.other]])))
            of[of == high] = low
    return of


def _blocks(day: Ints, side: Ints) -> tuple[Ints, int]:
    _, block = np.unique(day * 2 + (side > 0), return_inverse=True)
    return block, int(block.max()) + 1 if len(block) else 0


def _correlation(a: Floats, b: Floats) -> float | None:
    if len(a) < LEAST_BLOCKS:
        return None
    away_a, away_b = a - a.mean(), b - b.mean()
    spread = float(away_a @ away_a) * float(away_b @ away_b)
    return float(away_a @ away_b) / spread**0.5 if spread > 1e-18 else None
