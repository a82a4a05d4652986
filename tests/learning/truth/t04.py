"""T4: how often the lower bound of p is below the truth, among the scores that would be published."""

from __future__ import annotations

import numpy as np

from tests.learning.truth.measured import Figure, Measured
from tests.learning.truth.scores_world import TRUTHS, Truth, calibrated, drawn, quantiles, said

SIZES = ((100, 60), (1000, 40), (10_000, 20))
TOP = 0.30


def measure() -> Measured:
    """Share of the top 30 % of scores whose p_lo is at or below the true p."""
    figures = [
        Figure(f"covered at n = {n:,}, {name}", _covered(truth, n, seeds), least=0.85)
        for n, seeds in SIZES
        for name, truth in TRUTHS.items()
    ]
    return Measured(4, "p_lo covers the truth in the top 30 % of scores", tuple(figures))


def _covered(truth: Truth, n: int, seeds: int) -> float:
    z = quantiles(200)
    z = z[z >= np.quantile(z, 1.0 - TOP)]
    held = [
        np.mean(said(calibrated(drawn(np.random.default_rng(4000 + seed), truth, n)), z)[1] <= truth(z))
        for seed in range(seeds)
    ]
    return float(np.mean(held))
