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
            positive[name] = coefficient
    shares = target_shares(list(positive.values()))
    if shares is None:
        return dict(before)
    target = dict(zip(LAYER_NAMES, shares))
    furthest = max(abs(target[name] - before[name]) for name in LAYER_NAMES)
    share = min(1.0, MOST_STEP / furthest) if furthest > 0.0 else 0.0
    return {name: round(before[name] + share * (target[name] - before[name]), 12) for name in LAYER_NAMES}


def target_shares(coefficients: Sequence[float]) -> list[float] | None:
    """Where the weights go if nights were no object: the positive parts as shares of one, each at least 2 %.

    None without a single positive coefficient.

    >>> [round(share, 3) for share in target_shares([0.3, -0.1, 0.1, 0.0])]
    [0.71, 0.02, 0.25, 0.02]
    """
    positive = [max(0.0, coefficient) for coefficient in coefficients]
    total = sum(positive)
    if not total > 0.0:
        return None
    spare = 1.0 - FLOOR * len(positive)
    return [FLOOR + spare * one / total for one in positive]
