"""A second opinion beside the model's p: one more expert in log odds, whose weight is earned and bounded.

logit p = a + b logit p_ml + w l, with priors a ~ N(0, 0.1^2), b ~ N(1, 0.1^2), w ~ N(0, 0.15^2). `l` is the opinion's
log odds by its own Platt fit (one of each model and prompt version), in its own spreads from its own centre (the base
rate is in p_ml already), within -1 and 1. Below 300 paired outcomes w is exactly 0 and p is p_ml; w stays within 0 and
0.35, and p never moves further than 0.09 from p_ml, whatever the opinion says. Opinions are never averaged and never
vote.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.decision.policy_calibration import Q90
from engine.decision.pool import HALF_STEP, LEAST_PAIRS, MOST_SAID, MOST_WEIGHT, NEAR_EDGE, NO_POOL, Pool
from engine.learning.model import laplace, with_intercept
from engine.learning.table import Floats

PRIOR_MEAN, PRIOR_SD = (0.0, 1.0, 0.0), (0.1, 0.1, 0.15)
PLATT_MEAN, PLATT_SD = (0.0, 0.3), (0.5, 0.3)
LEAST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Opinions:
    """What one model said under one prompt version, in time order, with how it ended: columns of equal length.

    `p_ml` and `said` are probabilities (the model's own calibrated one, and the opinion as given), `won` is 1 or 0.
    """

    p_ml: Floats
    said: Floats
    won: Floats


def fit_pool(opinions: Opinions) -> Pool:
    """Fit one model's and prompt version's pool. Below 300 outcomes, or with one class only, it weighs nothing.

    So does an opinion that is always the same, or whose own record points the wrong way. Raises ValueError on an
    opinion that is no probability.
    """
    pairs, x, p_ml = len(opinions.won), logits(opinions.said, HALF_STEP), logits(opinions.p_ml)
    silent = replace(NO_POOL, pairs=pairs)
    if pairs < LEAST_PAIRS or float(opinions.won.min()) == float(opinions.won.max()):
        return silent
    ones = np.ones(pairs)
    own = laplace(with_intercept(x[:, None]), opinions.won, ones, PLATT_MEAN, PLATT_SD)
    odds = own.mean[0] + own.mean[1] * x
    center, spread = float(np.mean(odds)), float(np.std(odds))
    alone = replace(silent, said_intercept=float(own.mean[0]), said_slope=float(own.mean[1]))
    if own.mean[1] <= 0.0 or spread < LEAST_SPREAD:
        return alone
    told = np.clip((odds - center) / spread, -MOST_SAID, MOST_SAID)
    found = laplace(with_intercept(np.column_stack([p_ml, told])), opinions.won, ones, PRIOR_MEAN, PRIOR_SD)
    intercept, slope, weight = (float(value) for value in found.mean)
    return replace(
        alone,
        intercept=intercept,
        slope=slope,
        weight=min(MOST_WEIGHT, max(0.0, weight)),
        weight_low=weight - Q90 * math.sqrt(float(found.cov[2, 2])),
        said_center=center,
        said_spread=spread,
    )


def logits(p: Floats, edge: float = NEAR_EDGE) -> Floats:
    """`logit` of a column. Raises ValueError on what is no probability."""
    if not bool(np.all((p >= 0.0) & (p <= 1.0))):
        raise ValueError("an opinion must lie within 0 and 1")
    kept = np.clip(p, edge, 1.0 - edge)
    return np.asarray(np.log(kept / (1.0 - kept)), dtype=np.float64)
