"""Proof of edge: whether what a rule would publish earns money after costs, however often one looks.

All books together come first; a book of its own (timeframe and regime) is opened only once they are proven, and among
the books false discoveries are held below 10 % (e-BH: Wang and Ramdas 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.learning.betting import block_length, by_block, interleaved_path, over, streams_of
from engine.learning.contest import GAP, days_left
from engine.learning.table import Floats, Ints

LAMBDAS = (0.01, 0.03, 0.08)
NEEDED = 20.0
FDR = 0.10
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Would:
    """Setups that a rule would have published, whose market is over. `net` is followable R, 0 where never filled.

    `pending`: when the oldest market that is still open began (ms, 0: unknown).
    """

    opened: Ints
    closed: Ints
    net: Floats
    cost: Floats
    pending: int = 0

    def take(self, at: Ints) -> Would:
        """Some rows."""
        return Would(self.opened[at], self.closed[at], self.net[at], self.cost[at], self.pending)


@dataclass(frozen=True, slots=True)
class Proof:
    """How far the proof of one book (or of all) has come. `mean` is R a setup that would have been published."""

    e: float
    setups: int
    blocks: int
    mean: float
    days_left: float | None

    @property
    def enough(self) -> bool:
        """Whether E has reached 20."""
        return self.e >= NEEDED


def proof(would: Would, begun: int, cut: int) -> Proof:
    """E_edge of a rule between `begun` and `cut` (ms). Only whole blocks whose markets are all over count."""
    would = would.take(np.flatnonzero(would.opened >= begun))
    would = would.take(over(would.opened, would.closed, block_length(_hold(would)), cut, would.pending))
    path = edge(would)
    e = float(path[-1]) if len(path) else 1.0
    mean = float(would.net.mean()) if len(would.net) else 0.0
    return Proof(e, len(would.net), len(path), mean, days_left(e, NEEDED, (cut - begun) / DAY))


def edge(would: Would) -> Floats:
    """E_edge after each block of `would`, whole blocks all: bets that what would be published earns net R.

    >>> day = np.arange(3) * DAY
    >>> edge(Would(day, day + DAY - 1, np.array([1.0, 1.0, -1.0]), np.full(3, 0.08))).round(4).tolist()
    [1.04, 1.0825, 1.0374]
    """
    block = block_length(_hold(would))
    number = would.opened // block
    blocks = np.unique(number)
    sums, bounds = by_block(number, would.net, blocks), by_block(number, 1.0 + would.cost + GAP, blocks)
    return interleaved_path(blocks, sums, bounds, LAMBDAS, streams_of(would.opened, would.closed, block))


def _hold(would: Would) -> int:
    return int(np.max(would.closed - would.opened)) if len(would.opened) else 0


def proven(everything: Proof, books: Mapping[str, Proof]) -> frozenset[str]:
    """The books that are live: none before all together are proven, then those that e-BH accepts.

    >>> def of(e): return Proof(e, 100, 10, 0.1, None)
    >>> sorted(proven(of(25.0), {"a": of(30.0), "b": of(11.0), "c": of(1.0)}))
    ['a']
    >>> sorted(proven(of(19.0), {"a": of(99.0)}))
    []
    """
    if not everything.enough:
        return frozenset()
    ranked = sorted(books, key=lambda name: (-books[name].e, name))
    accepted = 0
    for rank, name in enumerate(ranked, start=1):
        if rank * books[name].e >= len(books) / FDR:
            accepted = rank
    return frozenset(ranked[:accepted])
