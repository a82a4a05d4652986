"""T10: how soon the shown weights point where the truth points."""

from __future__ import annotations

import numpy as np

from tests.learning.truth.layers_world import fitted, market, shown
from tests.learning.truth.measured import Figure, Measured

SEEDS, FEW, A_DAY = 48, 8, 30  # of eight seeds alone the mean at 900 labels is not known well
DAYS = ((30, 0.92), (90, 0.95), (180, 0.965))


def measure() -> Measured:
    """Cosine between the shown weights (before the nightly step) and the true worth of the layers, mean over seeds."""
    figures = [
        Figure(f"cosine at {days * A_DAY:,} labels, {SEEDS} seeds", _cosine(days), least=least) for days, least in DAYS
    ]
    few = Figure(f"the same at {DAYS[0][0] * A_DAY:,} over {FEW} seeds alone", _cosine(DAYS[0][0], FEW))
    return Measured(10, "weights recovered", (*figures, few))


def _cosine(days: int, seeds: int = SEEDS) -> float:
    found = []
    for seed in range(seeds):
        seen = market(seed, days, A_DAY)
        weights = shown(fitted(seen, days))
        found.append(weights @ seen.worth / np.linalg.norm(weights) / np.linalg.norm(seen.worth))
    return float(np.mean(found))
