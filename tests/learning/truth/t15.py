"""T15: the canary: an input that knows the future, and labels that know nothing."""

from __future__ import annotations

import numpy as np

from engine.learning.canary import Canary, Evidence, out_of_fold, planted, sing
from engine.learning.dataset import choose_inputs, matrix
from engine.learning.labels import DAY, Labels, labelled
from engine.learning.scores import pr_auc_lift
from tests.learning.truth.measured import Figure, Measured
from tests.learning.world import World

SEEDS = range(1, 7)
NOISE = 1.0  # R; the planted column is the net R under this much noise
EDGE = 0.35  # true p then spread by 0.10, as much as the plan allows a market


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


def evidence_of(labels: Labels) -> Evidence:
    """The product's own inputs of some labels."""
    x = matrix(labels, choose_inputs(labels))
    return Evidence(x, labels.y, labels.weight, labels.opened, labels.closed)


def _sung(seed: int) -> tuple[Canary, float]:
    """The canary of one world, and the planted column's lift without purge and embargo."""
    world = World(seed, edge=EDGE)
    labels = labelled(world.rows(), world.end)
    evidence = evidence_of(labels)
    future = labels.net + NOISE * np.random.default_rng(15_000 + seed).standard_normal(len(labels.y))
    canary = sing(evidence, future, DAY, seed)
    assert canary is not None
    leaky = pr_auc_lift(out_of_fold(planted(evidence, future), None), labels.y)
    return canary, leaky or 0.0
