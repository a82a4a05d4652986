"""T5: without an edge nothing goes live, and the lower bound of p publishes next to nothing."""

from __future__ import annotations

import numpy as np

from tests.learning.truth.edges_world import A_DAY, learned
from tests.learning.truth.measured import Figure, Measured

RUNS, DAYS = 200, 180
COST = 0.08


def measure() -> Measured:
    """No book is live before all together are, so E_edge of all bounds every book."""
    nothing = [learned(seed, DAYS, 0.0, COST) for seed in range(RUNS)]
    even = [learned(1000 + seed, DAYS, 0.0, 0.0) for seed in range(RUNS)]
    published = float(np.mean([one.a_day[7:].sum() for one in nothing])) / (A_DAY * (DAYS - 7))
    return Measured(
        5,
        "no edge, 200 x 180 days",
        (
            Figure("ever live, cost 0.08 R", _live([one.live for one in nothing]), most=0.05),
            Figure("ever live, worth exactly nothing", _live([one.live for one in even]), most=0.05),
            Figure("share that p_lo publishes after day 7", published, most=0.05),
        ),
    )


def _live(days: list[int | None]) -> float:
    return sum(day is not None for day in days) / len(days)
