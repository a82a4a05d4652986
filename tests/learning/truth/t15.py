"""T15: the canary: an input that knows the future, and labels that know nothing."""

from __future__ import annotations

import numpy as np

from engine.learning.canary import Canary, Evidence, out_of_fold, planted, sing
from engine.learning.labels import DAY
from engine.learning.scores import pr_auc_lift
from engine.learning.table import Floats
from tests.learning.truth.layers_world import COST, RR, market
from tests.learning.truth.measured import Figure, Measured

SEEDS = range(1, 7)
DAYS, A_DAY, LONGEST = 60, 30, 12  # hours a label may live
NOISE = 1.0  # R; the planted column is the net R under this much noise


def measure() -> Measured:
    """Over six worlds with a real edge: lift with the canary and without, and skill on shuffled labels."""
    found = [_sung(seed) for seed in SEEDS]
    purged = [one.planted for one, _ in found]
    shuffled = [one.shuffled.low or 0.0 for one, _ in found]
    return Measured(
        15,
        "leakage canary",
        (
            Figure("lift with a future return, purged (least)", min(purged), least=0.30),
            Figure("lift with a future return, not purged (least)", min(other for _, other in found), least=0.30),
            Figure("lift of the honest inputs (most)", max(one.honest for one, _ in found)),
            Figure("canaries caught (share)", float(np.mean([one.heard for one, _ in found])), least=1.0),
            Figure("honest inputs suspected", sum(len(one.suspects) for one, _ in found), most=0),
            Figure("shuffled labels: lower end of the skill's interval (most)", max(shuffled), most=0.0),
        ),
    )


def evidence_of(seed: int, days: int = DAYS) -> tuple[Evidence, Floats]:
    """Eight scores with a real edge and their labels; and a future return: the net R under noise."""
    rng = np.random.default_rng(15_000 + seed)
    seen = market(seed, days, A_DAY)
    opened = seen.day * DAY + np.sort(rng.integers(0, DAY, (days, A_DAY)), axis=1).ravel()
    closed = opened + rng.integers(1, LONGEST * DAY // 24, len(opened))
    net = np.where(seen.won > 0.5, RR, -1.0) - COST
    evidence = Evidence(seen.x, seen.won, np.ones(len(net)), opened, closed)
    return evidence, net + NOISE * rng.standard_normal(len(net))


def _sung(seed: int) -> tuple[Canary, float]:
    """The canary of one world, and the planted column's lift without purge and embargo."""
    evidence, future = evidence_of(seed)
    canary = sing(evidence, future, DAY, seed)
    assert canary is not None
    return canary, pr_auc_lift(out_of_fold(planted(evidence, future), None), evidence.y) or 0.0
