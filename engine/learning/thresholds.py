"""What tau needs from labels: what a win really pays, and the margin over break-even, per book."""

from __future__ import annotations

import numpy as np

from engine.learning.labels import Labels
from engine.learning.table import Floats

MARGIN = 0.05  # R
MARGINS = (0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30)
PRIOR_WINS = 50.0
PRIOR_LABELS = 200.0
RATIO_RANGE = (0.5, 2.0)


def gross_ratio(labels: Labels) -> float:
    """E[gross R | TP1 first] as a multiple of RR(TP1), starting at 1 (worth fifty wins).

    Gross R is the followable net R plus the costs assumed at the decision; half leaves at TP1, the rest at breakeven,
    TP2 or the time limit.
    """
    target = labels.column("rr_tp1")
    told = (labels.y > 0.5) & (target > 0.0) & ~np.isnan(labels.net)
    gross = labels.net[told] + _cost(labels)[told]
    mass = labels.weight[told]
    found = (PRIOR_WINS + float(np.sum(mass * gross / target[told]))) / (PRIOR_WINS + float(np.sum(mass)))
    return min(RATIO_RANGE[1], max(RATIO_RANGE[0], found))


def margin(labels: Labels, p: Floats, ratio: float, n_eff: float) -> float:
    """m of a book (R): 0.05 moved towards the margin that would have paid best on out-of-fold p, by n / (n + 200)."""
    if not len(p):
        return MARGIN
    cost, target = _cost(labels), labels.column("rr_tp1")
    worth = 1.0 + np.where(target > 0.0, target, 1.0) * ratio
    net = np.nan_to_num(labels.net)
    earned = {m: float(np.sum(net[p >= (1.0 + cost + m) / worth])) for m in MARGINS}
    best = max(earned, key=lambda m: (earned[m], -abs(m - MARGIN)))
    return MARGIN + n_eff / (n_eff + PRIOR_LABELS) * (best - MARGIN)


def _cost(labels: Labels) -> Floats:
    return np.nan_to_num(labels.column("cost_r"))
