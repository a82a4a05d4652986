"""The eight layers' weights that people see: the positive part of what the model learned, moved a little a night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.decision.signal import LAYER_NAMES

FLOOR = 0.02
MOST_STEP = 0.03


def learned_weights(
    inputs: Sequence[Mapping[str, Any]], coefficients: Sequence[float], before: Mapping[str, float]
) -> dict[str, float]:
    """From a book's coefficients (on standardised scores) to weights that sum to 1.

    Each is at least 2 % and at most 3 points away from `before` (the weights in force): people see smooth change.
    Without a single positive coefficient nothing moves.
    """
    positive = {name: 0.0 for name in LAYER_NAMES}
    for one, coefficient in zip(inputs, coefficients):
        name = str(one["feature"]).removeprefix("score_")
        if one["form"] == "value" and name in positive:
            positive[name] = max(0.0, coefficient)
    total = sum(positive.values())
    if total <= 0.0:
        return dict(before)
    spare = 1.0 - FLOOR * len(LAYER_NAMES)
    target = {name: FLOOR + spare * positive[name] / total for name in LAYER_NAMES}
    furthest = max(abs(target[name] - before[name]) for name in LAYER_NAMES)
    share = min(1.0, MOST_STEP / furthest) if furthest > 0.0 else 0.0
    return {name: round(before[name] + share * (target[name] - before[name]), 12) for name in LAYER_NAMES}
