"""What tau needs from labels: what a win really pays, and the margin over break-even, per book."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.learning.labels import Decision, Floats

MARGIN = 0.05  # R
MARGINS = (0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30)
PRIOR_WINS = 50.0
PRIOR_LABELS = 200.0
RATIO_RANGE = (0.5, 2.0)


def gross_ratio(rows: Sequence[Decision], weight: Floats) -> float:
    """E[gross R | TP1 first] as a multiple of RR(TP1), starting at 1 (worth fifty wins).

    Gross R is the followable net R plus the costs assumed at the decision; half leaves at TP1, the rest at breakeven,
    TP2 or the time limit.
    """
    total, mass = PRIOR_WINS, PRIOR_WINS
    for row, w in zip(rows, weight.tolist()):
        target = row.features.get("rr_tp1")
        if row.win == 1 and row.rr is not None and target is not None and target > 0.0:
            total += w * (row.rr + (row.features.get("cost_r") or 0.0)) / target
            mass += w
    return min(RATIO_RANGE[1], max(RATIO_RANGE[0], total / mass))


def margin(rows: Sequence[Decision], p: Floats, ratio: float, n_eff: float) -> float:
    """m of a book (R): 0.05 moved towards the margin that would have paid best on out-of-fold p, by n / (n + 200)."""
    cost = np.array([row.features.get("cost_r") or 0.0 for row in rows])
    target = np.array([row.features.get("rr_tp1") or 1.0 for row in rows])
    net = np.array([row.rr or 0.0 for row in rows])
    if not len(rows):
        return MARGIN
    earned = {m: float(np.sum(net[p >= (1.0 + cost + m) / (1.0 + target * ratio)])) for m in MARGINS}
    best = max(earned, key=lambda m: (earned[m], -abs(m - MARGIN)))
    return MARGIN + n_eff / (n_eff + PRIOR_LABELS) * (best - MARGIN)
