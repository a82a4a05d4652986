"""How much of the voting weight agrees with a side, and how much weight voted at all."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from engine.decision.row import Row
from engine.params import Params
from engine.readings import PRIOR_WEIGHTS

ALL = fsum(PRIOR_WEIGHTS.values())


def confluence(row: Row, side: int, weights: Mapping[str, float] | None, params: Params) -> tuple[float, float]:
    """(confluence, coverage), both in [0, 1].

    confluence = sum w * clip(side * score / 0.6, 0, 1) / sum w over the layers that vote, with the book's weights
    (None: the prior ones; a layer that the policy never met has none); coverage = the share of prior weight that voted.
    """
    agreed = total = coverage = 0.0
    for name, prior in PRIOR_WEIGHTS.items():
        score = row.score(name)
        if score is None:
            continue
        weight = prior if weights is None else weights.get(name, 0.0)
        coverage += prior
        total += weight
        agreed += weight * max(0.0, min(1.0, side * score / params.full_score))
    return (agreed / total if total > 0.0 else 0.0), round(coverage / ALL, 10)
