"""The playbook's gates on the whole shadow sample of a challenger: necessary, never sufficient.

Measured alone they promote noise (docs/learning.md); what is sufficient is the evidence of engine/learning/contest.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.learning.scores import brier, equal_mass, max_drawdown, pr_auc
from engine.learning.table import Floats, Mask

LEAST_DAYS, LEAST_PAIRS, LEAST_DISAGREEMENTS = 7.0, 150, 40
LEAST_PR_AUC, MOST_BRIER, MOST_DRAWDOWN = 0.98, 1.005, 1.10  # times the champion's
INVERSION_SE = 1.64
FEW = 500


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: what the challenger reached and what was asked of it."""

    name: str
    value: float
    asked: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """The paired sample in order of time. `y` is NaN where nothing was filled; `net` is followable R, 0 there.

    `net_challenger` is the challenger's where it may enter otherwise, `differ` where both do not do the same (None: as
    `net`, and where one takes what the other leaves).
    """

    y: Floats
    net: Floats
    takes_champion: Floats
    takes_challenger: Floats
    p_champion: Floats
    p_challenger: Floats
    days: float
    net_challenger: Floats | None = None
    differ: Mask | None = None


def gates(sample: Sample) -> tuple[Gate, ...]:
    """Every gate, in the order in which people are told of them."""
    filled = ~np.isnan(sample.y)
    y, ours, theirs = sample.y[filled], sample.p_challenger[filled], sample.p_champion[filled]
    differ = sample.takes_champion != sample.takes_challenger if sample.differ is None else sample.differ
    disagreed = float(np.sum(differ))
    net = sample.net if sample.net_challenger is None else sample.net_challenger
    gained, lost = net * sample.takes_challenger, sample.net * sample.takes_champion
    fall, fall_before = max_drawdown(gained.tolist()) or 0.0, max_drawdown(lost.tolist()) or 0.0
    return (
        _least("days", sample.days, LEAST_DAYS),
        _least("pairs", float(len(y)), LEAST_PAIRS),
        _least("disagreements", disagreed, LEAST_DISAGREEMENTS),
        _least("pr_auc", _or_zero(pr_auc(ours, y)), LEAST_PR_AUC * _or_zero(pr_auc(theirs, y))),
        _most("brier", _or_zero(brier(ours, y)), MOST_BRIER * _or_zero(brier(theirs, y))),
        _least("net_r", float(gained.sum()), float(lost.sum())),
        _most("drawdown_r", fall, MOST_DRAWDOWN * fall_before),
        _most("inversion_se", inversion(ours, y), INVERSION_SE),
    )


def inversion(p: Floats, y: Floats) -> float:
    """The largest step down between neighbouring bins of equal mass, in its standard errors (0: none).

    Three bins below 500 labels, four from there, five from 2,500.

    >>> p = np.repeat([0.2, 0.4, 0.6], 100)
    >>> inversion(p, np.tile([1.0, 0.0], 150))
    0.0
    """
    if not len(p):
        return 0.0
    bins = 3 if len(p) < FEW else 4 if len(p) < 5 * FEW else 5
    bin_of = equal_mass(p, bins)
    share = [y[bin_of == at] for at in range(bins)]
    worst = 0.0
    for low, high in pairwise(share):
        if not len(low) or not len(high):
            continue
        spread = sum(_variance(one) for one in (low, high))
        worst = max(worst, float(low.mean() - high.mean()) / math.sqrt(spread))
    return worst


def _variance(y: Floats) -> float:
    """Of a share, never 0: as if one more win and one more loss had been seen."""
    n = len(y) + 2
    p = (float(y.sum()) + 1.0) / n
    return p * (1.0 - p) / n


def _least(name: str, value: float, asked: float) -> Gate:
    return Gate(name, value, asked, value >= asked - 1e-12)


def _most(name: str, value: float, asked: float) -> Gate:
    return Gate(name, value, asked, value <= asked + 1e-12)


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None else value


def failed(found: tuple[Gate, ...]) -> tuple[str, ...]:
    """The names of the gates that are not passed."""
    return tuple(one.name for one in found if not one.passed)
