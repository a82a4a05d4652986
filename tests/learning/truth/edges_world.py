"""A rule that learns from day to day what eight layers are worth, and would publish where its bound of p pays.

Thirty setups a day with shared shocks; nothing is believed of a layer at the start (prior mean 0). What it would have
published is bet on by the proof of edge of the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.learning.model import Posterior, expit, laplace, with_intercept
from engine.learning.proof import NEEDED, Would, edge
from engine.learning.table import Floats, Ints
from tests.learning.truth.layers_world import BASE, LAYER_SD, LEVEL_SD, MIXED, WORTH
from tests.learning.truth.markets import DAY, HOUR, RR, shocked

A_DAY = 30
RHO = 0.2
Q10 = 1.2816
MEAN = (BASE, *[0.0] * len(WORTH))
SD = (LEVEL_SD, *[LAYER_SD] * len(WORTH))


@dataclass(frozen=True, slots=True)
class Learned:
    """Of one run: the first day on which E_edge is enough (None: never), and how many setups a day it would publish."""

    live: int | None
    a_day: Floats


def learned(seed: int, days: int, scale: float, cost: float) -> Learned:
    """`scale` times the layers' worth is true (0: no edge); `cost` in R."""
    rng = np.random.default_rng(50_000 + seed)
    day = np.repeat(np.arange(days), A_DAY)
    x = rng.standard_normal((len(day), len(WORTH))) @ MIXED.T
    p = expit(BASE + x @ (WORTH * scale))
    side = np.where(rng.random(len(day)) < rng.beta(1.2, 1.2, days)[day], 1.0, -1.0)
    won = shocked(p, side, day, RHO, rng)
    taken = np.flatnonzero(_taken(with_intercept(x), won, day, (1.0 + cost) / (1.0 + RR)))
    opened = day[taken] * DAY
    net = np.where(won[taken] > 0.5, RR - cost, -1.0 - cost)
    path = edge(Would(opened, opened + 12 * HOUR, net, np.full(len(taken), cost)))
    over = np.flatnonzero(path >= NEEDED)
    live = int(np.unique(day[taken])[over[0]]) + 1 if len(over) else None
    return Learned(live, np.bincount(day[taken], minlength=days).astype(np.float64))


def _taken(design: Floats, won: Floats, day: Ints, tau: float) -> Floats:
    """Whether the lower 10 % bound of p, from the days before, is above tau: refitted every other day, later weekly."""
    taken = np.zeros(len(won))
    bar, model = float(np.log(tau / (1.0 - tau))), Posterior(np.array(MEAN), np.diag(np.square(SD)))
    last = int(day[-1]) + 1
    refits = [*range(0, min(14, last), 2), *range(14, last, 7), last]
    for since, until in pairwise(refits):
        if since:
            seen = slice(0, since * A_DAY)
            model = laplace(design[seen], won[seen], np.ones(since * A_DAY), MEAN, SD, model)
        rows = slice(since * A_DAY, until * A_DAY)
        doubt = np.sqrt(np.einsum("ij,jk,ik->i", design[rows], model.cov, design[rows]))
        taken[rows] = design[rows] @ model.mean - Q10 * doubt > bar
    return taken
