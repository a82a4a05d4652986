"""How much of the voting weight agrees with a side, and how much weight voted at all."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from engine.decision.policy import Policy
from engine.decision.row import MINUTE_NAMES, votes
from engine.decision.verdict import Verdict
from engine.market.regime import NAMES as REGIMES
from engine.params import Params
from engine.readings import LAYER_AT, LAYER_WIDTH, PRIOR_WEIGHTS
from engine.records import step

PRIOR = tuple(PRIOR_WEIGHTS.values())
COUNT = len(PRIOR)
ALL = fsum(PRIOR)
BOOKS = tuple((minutes, regime) for minutes in (15, 60) for regime in range(len(REGIMES)))
REGIME_COUNT = len(REGIMES)
DIGITS = 1e10  # coverage is a share of hundredths: what a sum adds beyond the tenth digit is dust


@step
def agree(v: Verdict, row: Sequence[float], side: int, weights: Sequence[float], k: Params) -> None:
    """Fill in confluence and coverage, both in [0, 1].

    confluence = sum w * clip(side * score / 0.6, 0, 1) / sum w over the layers that vote, with the book's weights
    (`weights_of`); coverage = the share of prior weight that voted.
    """
    book = (REGIME_COUNT if v.minutes == 60 else 0) + v.regime
    agreed = 0.0
    total = 0.0
    voted = 0.0
    for j in range(COUNT):
        at = LAYER_AT + j * LAYER_WIDTH
        if votes(row, at) == 1:
            weight = weights[book * COUNT + j]
            voted += PRIOR[j]
            total += weight
            agreed += weight * max(0.0, min(1.0, side * row[at] / k.full_score))
    v.confluence = agreed / total if total > 0.0 else 0.0
    v.coverage = int(voted / ALL * DIGITS + 0.5) / DIGITS


def weights_of(policy: Policy | None) -> list[float]:
    """The layers' weights in every book, one after the other (BOOKS).

    The prior ones without a policy, and where it has none for a book; a layer that the policy never met has none.
    """
    weights: list[float] = []
    for minutes, regime in BOOKS:
        learned = None if policy is None else policy.weights(MINUTE_NAMES[minutes], REGIMES[regime])
        weights += [prior if learned is None else learned.get(name, 0.0) for name, prior in PRIOR_WEIGHTS.items()]
    return weights
