"""Trades whose runs have a known law: Brownian walks with a drift that the first input tells."""

from __future__ import annotations

import numpy as np

from engine.learning.moves import Excursions
from engine.learning.table import Floats

HOUR = 3_600_000
DAY = 24 * HOUR
T0 = 1_767_225_600_000
DRIFT, SLOPE = 0.05, 0.15


def drift_of(first: Floats) -> Floats:
    """The drift of a walk (R a unit of its variance), by its first input."""
    return DRIFT + SLOPE * first


def touches(drift: Floats, ratio: Floats | float) -> Floats:
    """P(+ratio before -1) of a walk with drift: (1 - e^2m) / (e^-2mr - e^2m)."""
    safe = np.where(np.abs(drift) < 1e-6, 1e-6, drift)
    found: Floats = (1.0 - np.exp(2.0 * safe)) / (np.exp(-2.0 * safe * ratio) - np.exp(2.0 * safe))
    return found


def runs(n: int, seed: int, a_day: int = 40, slope: float = 1.0) -> Excursions:
    """`n` trades, each followed to a limit between 1.5 and 3 R; losers end at -1 R, TP1 is at 1.2 R."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 3))
    drift = drift_of(slope * x[:, 0])
    drift = np.where(np.abs(drift) < 1e-6, 1e-6, drift)
    inside = np.exp(2.0 * drift) + (1.0 - np.exp(2.0 * drift)) / rng.random(n)
    highest = np.where(inside > 0.0, -np.log(np.maximum(inside, 1e-300)) / (2.0 * drift), 1e9)
    limit = rng.uniform(1.5, 3.0, n)
    best = np.minimum(highest, limit)
    won = (best >= 1.2).astype(np.float64)
    opened = T0 + (np.arange(n) * DAY) // a_day
    return Excursions(
        x=x,
        best=best,
        worst=np.where(won > 0.5, rng.beta(1.0, 2.0, n), 1.0),
        limit=limit,
        won=won,
        atr=rng.uniform(0.8, 2.5, n),
        opened=opened.astype(np.int64),
        closed=(opened + rng.integers(1, 12, n) * HOUR).astype(np.int64),
        weight=np.ones(n),
    )
