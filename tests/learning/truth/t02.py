"""T2: how far the selected calibrator is from the true probabilities."""

from __future__ import annotations

import numpy as np

from tests.learning.truth.measured import Figure, Measured
from tests.learning.truth.scores_world import TRUTHS, Truth, calibrated, drawn, quantiles, said

SIZES = ((100, 60, 0.055), (500, 60, 0.035), (5000, 20, 0.020))


def measure() -> Measured:
    """Mean |p - true p| over all scores, by number of labels and truth."""
    figures = [
        Figure(f"mean error at n = {n:,}, {name}", _error(truth, n, seeds), most=most)
        for n, seeds, most in SIZES
        for name, truth in TRUTHS.items()
    ]
    return Measured(2, "true calibration error of the selected calibrator", tuple(figures))


def _error(truth: Truth, n: int, seeds: int) -> float:
    z = quantiles(100)
    errors = [
        np.mean(np.abs(said(calibrated(drawn(np.random.default_rng(2000 + seed), truth, n)), z)[0] - truth(z)))
        for seed in range(seeds)
    ]
    return float(np.mean(errors))
