"""T7: a challenger that is worse is not promoted."""

from __future__ import annotations

from tests.learning.truth.markets import WORSE, share_promoted
from tests.learning.truth.measured import Figure, Measured

RUNS, DAYS = 400, 84


def measure() -> Measured:
    """Promotions in 400 runs of 84 days; the challenger sees less and loses 0.033 R a trade against the champion."""
    promoted = round(share_promoted(WORSE, DAYS, RUNS, 70_000) * RUNS)
    return Measured(7, "a worse challenger, 400 runs", (Figure("promotions", promoted, most=1),))
