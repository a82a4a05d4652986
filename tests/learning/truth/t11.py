"""T11: what the learned model earns of what the truth would have earned, before and after layers trade places."""

from __future__ import annotations

from collections.abc import Callable

from engine.learning.table import Floats
from tests.learning.truth.layers_world import Market, by_fixed_weights, by_the_mean, market, share_of_oracle
from tests.learning.truth.measured import Figure, Measured

SEEDS, A_DAY, DAYS, SWAP = 8, 30, 180, 90


def measure() -> Measured:
    """Shares of the oracle's R, over 8 seeds: days 30 to 90 without a swap, days 120 to 180 after one on day 90."""
    static = _share([market(seed, SWAP, A_DAY) for seed in range(SEEDS)], by_the_mean, 30, SWAP)
    swapped = [market(seed, DAYS, A_DAY, SWAP) for seed in range(SEEDS)]
    after = _share(swapped, by_the_mean, 120, DAYS)
    fixed = _share(swapped, by_fixed_weights, 120, DAYS)
    return Measured(
        11,
        "share of the oracle's R",
        (
            Figure("days 30 to 90, nothing changes", static, least=0.88),
            Figure("30 to 90 days after layers traded places", after, least=0.86),
            Figure("that above fixed weights", after - fixed, least=0.04),
        ),
    )


def _share(markets: list[Market], rule: Callable[[Market], Floats], first: int, last: int) -> float:
    both = [share_of_oracle(seen, rule(seen), first, last) for seen in markets]
    return sum(earned for earned, _ in both) / sum(most for _, most in both)
