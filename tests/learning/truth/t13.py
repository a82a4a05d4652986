"""T13: the second opinion in the pool: useless, useful, and taken over by a stranger."""

from __future__ import annotations

import numpy as np

from engine.decision.pool import Pool
from engine.learning.model import expit
from engine.learning.pool import Opinions, fit_pool
from engine.learning.table import Floats
from tests.learning.truth.measured import Figure, Measured
from tests.learning.truth.scores_world import BASE

SEEDS, PAIRS, FRESH = 60, 1000, 4000
EXTREMES = (0.0, 0.05, 0.5, 0.95, 1.0)


def measure() -> Measured:
    """Mean change of the Brier score on fresh rows after a thousand outcomes, and the furthest p was ever moved."""
    useless, moved = _changes(0.0)
    useful, further = _changes(0.30)
    return Measured(
        13,
        "second opinion as an expert in log odds",
        (
            Figure("useless opinion: Brier lost", -float(np.mean(useless)), most=0.001),
            Figure("useful opinion: Brier gained", float(np.mean(useful)), least=0.002),
            Figure("furthest p moved, whatever is said", max(moved, further), most=0.09 + 1e-12),
            Figure("moved before 300 outcomes", _before(), most=0.0),
        ),
    )


def _opinions(seed: int, n: int, told: float) -> Opinions:
    """Too sure of itself, in steps of 5 %: it knows v (worth `told` in log odds) and half of what p knows."""
    rng = np.random.default_rng(13_000 + seed)
    u, v, noise = rng.standard_normal((3, n))
    won = (rng.random(n) < expit(BASE + 0.3 * u + told * v)).astype(np.float64)
    said = np.round(20.0 * expit(1.2 * v + 0.5 * u + 0.6 * noise)) / 20.0
    return Opinions(expit(BASE + 0.3 * u), said, won)


def _changes(told: float) -> tuple[list[float], float]:
    """Of each seed: p_ml's Brier less the pool's; and the furthest move over all of them, extremes included."""
    gains, furthest = [], 0.0
    for seed in range(SEEDS):
        whole = _opinions(seed, PAIRS + FRESH, told)
        pool = fit_pool(Opinions(whole.p_ml[:PAIRS], whole.said[:PAIRS], whole.won[:PAIRS]))
        p_ml, said, won = whole.p_ml[PAIRS:], whole.said[PAIRS:], whole.won[PAIRS:]
        pooled = _applied(pool, p_ml, said)
        gains.append(float(np.mean((p_ml - won) ** 2 - (pooled - won) ** 2)))
        grid = np.linspace(0.01, 0.99, 99)
        strange = [np.abs(_applied(pool, grid, np.full(99, one)) - grid).max() for one in EXTREMES]
        furthest = max(furthest, float(np.abs(pooled - p_ml).max()), *map(float, strange))
    return gains, furthest


def _applied(pool: Pool, p_ml: Floats, said: Floats) -> Floats:
    return np.array([pool.apply(p, opinion) for p, opinion in zip(p_ml.tolist(), said.tolist())])


def _before() -> float:
    few = _opinions(1, 299, 0.3)
    return float(np.abs(_applied(fit_pool(few), few.p_ml, few.said) - few.p_ml).max())
