"""T9: a true edge is proven in time, by the rule that publishes on the lower bound of p."""

from __future__ import annotations

import numpy as np

from tests.learning.truth.edges_world import learned
from tests.learning.truth.measured import Figure, Measured

RUNS, DAYS, BY = 80, 90, 60
COST = 0.08


def measure() -> Measured:
    """The layers are worth what the plan assumes; thirty setups a day."""
    found = [learned(9000 + seed, DAYS, 1.0, COST) for seed in range(RUNS)]
    days = np.array([np.inf if one.live is None else one.live for one in found])
    published = float(np.mean([one.a_day[14:BY].mean() for one in found]))
    return Measured(
        9,
        "a true edge is proven by day 60",
        (
            Figure("live by day 60", float(np.mean(days <= BY)), least=0.90),
            Figure("median day of going live", float(np.median(days))),
            Figure("live by day 90", float(np.mean(days <= DAYS))),
            Figure("would be published a day, days 15 to 60", published, 2.0, 10.0),
        ),
    )
