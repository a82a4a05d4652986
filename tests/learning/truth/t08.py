"""T8: a challenger that is better is found in time."""

from __future__ import annotations

from tests.learning.truth.markets import BETTER_4H, MUCH_BETTER, share_promoted
from tests.learning.truth.measured import Figure, Measured

RUNS = 400
DAYS, DAYS_4H, BLOCKS_A_DAY = 56, 28, 6


def measure() -> Measured:
    """30 setups a day in blocks of a day; 198 a day in blocks of 4 h."""
    much = share_promoted(MUCH_BETTER, DAYS, RUNS, 80_000, DAYS)
    better = share_promoted(BETTER_4H, DAYS_4H * BLOCKS_A_DAY, RUNS // 2, 81_000, DAYS_4H)
    return Measured(
        8,
        "a better challenger is promoted",
        (
            Figure("+0.15 R a trade, 30 a day, by day 56", much, least=0.80),
            Figure("+0.066 R a trade, 200 a day in 4 h blocks, by day 28", better, least=0.90),
        ),
    )
