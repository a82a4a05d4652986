"""T12: a collapse of p is found within two days, and calm markets are left alone for 80 days on average."""

from __future__ import annotations

import numpy as np

from engine.learning.model import expit
from engine.learning.rollback import cusum, threshold
from engine.learning.table import Floats
from tests.learning.truth.markets import shocked
from tests.learning.truth.measured import Figure, Measured

A_DAY = 30
HISTORY, CALM = 360, 2000  # days that h is tuned on; days watched in each calm run
HISTORIES, RUNS = 40, 60
FOUND_WITHIN = 2  # days
BASE = float(np.log(0.48 / 0.52))


def measure() -> Measured:
    """h is tuned by the product on a year of its own residuals, in several years; each is tried on fresh markets."""
    figures: list[Figure] = []
    for rho, least in ((0.0, 0.90), (0.2, 0.50)):
        levels = [_tuned(rho, seed) for seed in range(HISTORIES)]
        found = float(np.mean([_found(level, rho, 0.28, seed) for seed, level in enumerate(levels)]))
        calm = _calm_days(levels, rho)
        figures += [
            Figure(f"28 points lost, found in 48 h, rho {rho:g}", found, least=least),
            Figure(f"days between false alarms, rho {rho:g}", calm, least=80.0),
            Figure(f"h, mean, rho {rho:g}", float(np.mean(levels))),
        ]
    return Measured(12, "rollback by the CUSUM of p - y", tuple(figures))


def _tuned(rho: float, seed: int) -> float:
    level = threshold(_residuals(rho, 0.0, HISTORY, 120_000 + seed), np.repeat(np.arange(HISTORY), A_DAY), seed)
    assert level is not None
    return level


def _found(level: float, rho: float, drop: float, seed: int) -> float:
    """Share of fresh markets whose collapse is found within 48 h of its start."""
    runs = [_residuals(rho, drop, FOUND_WITHIN, 121_000 + 1000 * seed + run) for run in range(RUNS)]
    return float(np.mean(cusum(np.array(runs)).max(axis=1) >= level))


def _calm_days(levels: list[float], rho: float) -> float:
    """Days watched for each alarm; the CUSUM begins again after each."""
    alarms = 0
    for seed, level in enumerate(levels):
        residual = _residuals(rho, 0.0, CALM, 140_000 + seed)
        while len(over := np.flatnonzero(cusum(residual) >= level)):
            alarms += 1
            residual = residual[int(over[0]) + 1 :]
    return CALM * len(levels) / max(alarms, 1)


def _residuals(rho: float, drop: float, days: int, seed: int) -> Floats:
    """p - y of `days` days: what was said lies between 0.3 and 0.7, what wins is `drop` lower."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), A_DAY)
    p = np.clip(expit(BASE + 0.3 * rng.standard_normal(len(day))), 0.3, 0.7)
    side = np.where(rng.random(len(day)) < rng.beta(1.2, 1.2, days)[day], 1.0, -1.0)
    return p - shocked(p - drop, side, day, rho, rng)
