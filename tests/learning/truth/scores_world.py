"""Raw logits whose truth is known: three ways in which the chance of a win can hang on the score.

A score z ~ N(0, 1) is told as a raw logit 0.9 z + 0.35, which is 2.2 times too sure of itself where Platt's form is
right ("logit"). "satur" levels off at both ends, so Platt's form is wrong; "null" tells nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.decision.policy_calibration import Calibration, calibration_of
from engine.learning.calibration import Row, Scored, calibrate
from engine.learning.labels import DAY
from engine.learning.model import expit, hierarchical, with_intercept
from engine.learning.table import Floats

HOUR = DAY // 24
BASE = float(np.log(0.42 / 0.58))
Truth = Callable[[Floats], Floats]

TRUTHS: dict[str, Truth] = {
    "logit": lambda z: expit(BASE + 0.45 * z),
    "satur": lambda z: 0.34 + 0.22 * expit(2.2 * (z - 0.5)),
    "null": lambda z: np.full_like(z, 0.40),
}


def raw_of(z: Floats) -> Floats:
    """The logit that the model would say."""
    return 0.9 * z + 0.35


def drawn(rng: np.random.Generator, truth: Truth, n: int) -> Scored:
    """`n` labels, one an hour, each closed after an hour."""
    z = rng.standard_normal(n)
    won = (rng.random(n) < truth(z)).astype(np.float64)
    opened = np.arange(n, dtype=np.int64) * HOUR
    return Scored(raw_of(z), won, np.ones(n), opened, opened + HOUR)


def calibrated(scored: Scored) -> Row:
    """What the product makes of them, as of a book without sisters."""
    none = np.zeros(len(scored.y), dtype=np.int64)
    design = with_intercept(scored.raw[:, None])
    joint = hierarchical(design, scored.y, scored.weight, none, 1, (-0.405, 0.3), (0.5, 0.3), (0.2, 0.12))
    return calibrate(scored, float(len(scored.y)), joint.books[0], None, DAY)


def quantiles(count: int) -> Floats:
    """`count` scores that stand for all of them: the middles of slices of equal mass of N(0, 1)."""
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(count) + 0.5) / count), dtype=np.float64)


def said(row: Row, z: Floats) -> tuple[Floats, Floats, Floats]:
    """(p, p_low, p_high) that the engine would say at some scores."""
    calibration: Calibration = calibration_of(row)
    every = np.array([calibration.apply(value) for value in raw_of(z).tolist()])
    return every[:, 0], every[:, 1], every[:, 2]
