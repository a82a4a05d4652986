"""T14: a brigade among the voters."""

from __future__ import annotations

import numpy as np

from engine.learning.model import expit, laplace, with_intercept
from engine.learning.raters import MOST_MOVE, MOST_WEIGHT, Nudge, counted, nudges, rate
from engine.learning.table import Floats
from tests.learning.truth.measured import Figure, Measured
from tests.learning.truth.raters_world import BORDERLINE, poll
from tests.learning.truth.scores_world import BASE

SEEDS, LABELS = 60, 1000
GRID = np.linspace(-3.0, 3.0, 61)


def measure() -> Measured:
    """How often votes lean to the hidden truth of a borderline label, and how far they move any p."""
    alone, attacked = _accuracy(0.0), _accuracy(0.5)
    moved = max(_moved(seed, _said(seed, brigade)) for seed in range(20) for brigade in (0.2, 0.5))
    worst = max(_moved(seed, np.full(BORDERLINE, MOST_MOVE)) for seed in range(20))
    return Measured(
        14,
        "a brigade of half the voters",
        (
            Figure("borderline accuracy without a brigade", alone),
            Figure("borderline accuracy with it", attacked),
            Figure("accuracy lost (percentage points)", 100.0 * (alone - attacked), most=10.0),
            Figure("furthest any p was moved", moved, most=0.02),
            Figure("furthest if voters had every borderline label", worst, most=0.02),
        ),
    )


def _nudged(seed: int, brigade: float, y0: float) -> tuple[dict[str, Nudge], dict[str, int]]:
    said = poll(seed, brigade)
    votes = counted(said.votes)
    return nudges(votes, rate(votes, said.gold), dict.fromkeys(said.hidden, y0)), said.hidden


def _accuracy(brigade: float) -> float:
    right = []
    for seed in range(SEEDS):
        found, hidden = _nudged(seed, brigade, 0.5)
        right += [float((one.y > 0.5) == bool(hidden[name])) for name, one in found.items() if one.y != 0.5]
    return float(np.mean(right))


def _said(seed: int, brigade: float) -> Floats:
    """The borderline labels, lost by the market's word, as the votes leave them."""
    found, hidden = _nudged(seed, brigade, 0.0)
    return np.array([found[name].y if name in found else 0.0 for name in sorted(hidden)])


def _moved(seed: int, soft: Floats) -> float:
    """A tenth of a thousand labels is borderline: the furthest p moves between the fit with and without the votes."""
    rng = np.random.default_rng(14_500 + seed)
    x = rng.standard_normal(LABELS)
    y = (rng.random(LABELS) < expit(BASE + 0.45 * x)).astype(np.float64)
    y[:BORDERLINE] = 0.0
    weight = np.ones(LABELS)
    weight[:BORDERLINE] = MOST_WEIGHT
    voted = np.concatenate([soft, y[BORDERLINE:]])
    return float(np.abs(_forecast(x, voted, weight) - _forecast(x, y, weight)).max())


def _forecast(x: Floats, y: Floats, weight: Floats) -> Floats:
    fitted = laplace(with_intercept(x[:, None]), y, weight, (BASE, 0.0), (0.5, 0.25))
    return expit(with_intercept(GRID[:, None]) @ fitted.mean)
