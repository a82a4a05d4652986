"""What a second opinion is worth beside the model's p: one more expert in log odds, earned and bounded.

`Pool` is applied here and fitted in engine/learning/pool.py. p never moves further than 0.09 from the model's own,
whatever the opinion says. Opinions are never averaged and never vote.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LEAST_PAIRS = 300
MOST_WEIGHT = 0.35
MOST_SAID = 1.0
MOST_MOVE = 0.09
NEAR_EDGE = 1e-3
HALF_STEP = 0.025  # opinions come in steps of 5 %: 0 and 1 mean no more than that
APART = 1.2  # log odds


@dataclass(frozen=True, slots=True)
class Pool:
    """The fitted pool of one model and prompt version. `weight_low` is the lower 10 % of w; `pairs` its outcomes.

    `said_*`: the opinion's own Platt fit, and centre and spread of the log odds it gives.
    """

    pairs: int
    intercept: float
    slope: float
    weight: float
    weight_low: float
    said_intercept: float
    said_slope: float
    said_center: float
    said_spread: float

    def apply(self, p_ml: float, said: float | None) -> float:
        """The pooled p; without an opinion (or a weight) it is `p_ml`.

        >>> pool = Pool(500, 0.0, 1.0, 0.35, 0.1, 0.0, 0.5, 0.0, 1.0)
        >>> pool.apply(0.5, None), round(pool.apply(0.5, 0.6), 4), round(pool.apply(0.5, 1.0), 4)
        (0.5, 0.5177, 0.5866)
        """
        if said is None or self.weight <= 0.0:
            return p_ml
        moved = self.intercept + self.slope * logit(p_ml) + self.weight * self.told(said)
        pooled = 1.0 / (1.0 + math.exp(-moved))
        return min(p_ml + MOST_MOVE, max(p_ml - MOST_MOVE, pooled))

    def odds(self, said: float) -> float:
        """What the opinion means by its own record, as log odds."""
        return self.said_intercept + self.said_slope * logit(said, HALF_STEP)

    def told(self, said: float) -> float:
        """l: the opinion in its own spreads from its own centre, within -1 and 1."""
        return min(MOST_SAID, max(-MOST_SAID, (self.odds(said) - self.said_center) / self.said_spread))

    def disagrees(self, p_ml: float, said: float, tau: float) -> bool:
        """More than 1.2 log odds apart, or on the other side of `tau`. Holds a signal only where `earned`."""
        odds = self.odds(said)
        return abs(logit(p_ml) - odds) > APART or (p_ml >= tau) != (odds >= logit(tau))

    @property
    def earned(self) -> bool:
        """Whether the opinion surely adds something: the lower 10 % of w is above 0."""
        return self.weight_low > 0.0

    def to_document(self) -> dict[str, Any]:
        """As a policy file keeps it."""
        return asdict(self)


NO_POOL = Pool(0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0)


def pool_of(document: Mapping[str, Any]) -> Pool:
    """Read a document of `Pool.to_document`. Raises ValueError, KeyError or TypeError on a wrong one."""
    values = {name: float(document[name]) for name in Pool.__annotations__ if name != "pairs"}
    pool = Pool(int(document["pairs"]), **values)
    if not all(math.isfinite(value) for value in values.values()):
        raise ValueError("a pool with wrong numbers")
    if pool.said_spread <= 0.0:
        raise ValueError("a pool whose opinion has no spread")
    if not 0.0 <= pool.weight <= MOST_WEIGHT or (pool.weight > 0.0 and pool.pairs < LEAST_PAIRS):
        raise ValueError(f"a pool's weight of {pool.weight} after {pool.pairs} outcomes")
    return pool


def logit(p: float, edge: float = NEAR_EDGE) -> float:
    """Log odds, p held `edge` off 0 and 1.

    >>> logit(0.5), round(logit(1.0), 4), round(logit(1.0, HALF_STEP), 4)
    (0.0, 6.9068, 3.6636)
    """
    kept = min(1.0 - edge, max(edge, p))
    return math.log(kept / (1.0 - kept))
