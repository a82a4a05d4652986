"""How far setups run: the odds that price touches r times the risk before the stop, and the TP/SL that follow.

Distribution regression: each trade gives one row a ratio r ("was r R touched before the stop?"), all in one logistic
with log r, so that a single fit tells P(TP1 first) at any RR (Foresi and Peracchi 1995; Chernozhukov, Fernandez-Val and
Melly 2013). A trade tells of the ratios up to the one at which its plan would have ended (`limit`, known before it
began): beyond it nothing was seen. The rows of a trade are one observation: the covariance is the sandwich that sums
their scores trade by trade (Liang and Zeger 1986), with the prior's share kept.

Prior: a walk without drift touches +r before -1 with probability 1 / (1 + r), which is logit p = -log r.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.decision.policy_calibration import Q90
from engine.learning.labels import DAY, design_effect
from engine.learning.model import Posterior, expit, laplace, with_intercept
from engine.learning.table import Floats, Ints

RATIOS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
INTERCEPT_SD, SLOPE_MEAN, SLOPE_SD, INPUT_SD = 0.5, -1.0, 0.5, 0.25
FINE = 1e-9
TRIED = 0.05  # the step between the ratios that a proposal tries
TP1_RANGE, SCALP_RANGE = (1.5, 3.0), (1.2, 1.5)
STOP_BUFFER_ATR, TP2_ATR, APART = 0.1, 2.0, 0.25


@dataclass(frozen=True, slots=True)
class Excursions:
    """Filled trades, one a row: what was known of them (`x`, standardised) and how far they ran.

    `best` and `worst` are MFE and MAE in R of the fill (worst as a positive number), `limit` the ratio at which the
    plan would have ended in profit, `won` 1 where TP1 came first, `atr` one ATR(14, H1) in R, `opened` and `closed` ms
    UTC, `weight` as labels weigh.
    """

    x: Floats
    best: Floats
    worst: Floats
    limit: Floats
    won: Floats
    atr: Floats
    opened: Ints
    closed: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.best)

    def take(self, rows: Ints) -> Excursions:
        """Some of the trades."""
        return Excursions(
            self.x[rows], self.best[rows], self.worst[rows], self.limit[rows], self.won[rows], self.atr[rows],
            self.opened[rows], self.closed[rows], self.weight[rows],
        )  # fmt: skip

    def told(self) -> Excursions:
        """Those of which everything is known."""
        return self.take(self.known())

    def known(self) -> Ints:
        """Their row numbers."""
        numbers = (self.best, self.worst, self.limit, self.won, self.atr, self.weight)
        known = np.all([np.isfinite(one) for one in numbers], axis=0) & np.all(np.isfinite(self.x), axis=1)
        sound = (self.best >= 0.0) & (self.worst >= 0.0) & (self.limit > 0.0) & (self.atr > 0.0) & (self.weight > 0.0)
        return np.flatnonzero(known & sound)


@dataclass(frozen=True, slots=True)
class Reach:
    """P(r R before the stop): coefficients of intercept, log r and the inputs, and how sure they are."""

    posterior: Posterior

    def touch(self, x: Floats, ratio: Floats) -> Floats:
        """P of each row of `x` at its own ratio."""
        return expit(_stacked(x, ratio) @ self.posterior.mean)

    def surely(self, x: Floats, ratio: Floats) -> Floats:
        """The one-sided 90 % lower bound of it."""
        design = _stacked(x, ratio)
        spread = np.sqrt(np.einsum("ij,jk,ik->i", design, self.posterior.cov, design))
        return expit(design @ self.posterior.mean - Q90 * spread)


def fit_reach(trades: Excursions) -> Reach:
    """Fit the distribution regression. With no trades at all it is the walk without drift, as unsure as its prior.

    >>> nothing = Excursions(np.zeros((0, 1)), *[np.zeros(0)] * 5, *[np.zeros(0, dtype=np.int64)] * 2, np.zeros(0))
    >>> reach = fit_reach(nothing)
    >>> reach.touch(np.zeros((3, 1)), np.array([1.0, 1.5, 3.0])).round(3).tolist()
    [0.5, 0.4, 0.25]
    """
    trades = trades.told()
    trade, ratio, touched = stacked(trades)
    inputs = trades.x.shape[1]
    design = _stacked(trades.x[trade], ratio)
    mean, sd = (0.0, SLOPE_MEAN, *[0.0] * inputs), (INTERCEPT_SD, SLOPE_SD, *[INPUT_SD] * inputs)
    weight = trades.weight[trade]
    found = laplace(design, touched, weight, mean, sd)
    scores = (weight * (touched - expit(design @ found.mean)))[:, None] * design
    return Reach(Posterior(found.mean, _clustered(found.cov, scores, trade, trades.opened, np.asarray(sd))))


def stacked(trades: Excursions) -> tuple[Ints, Floats, Floats]:
    """(trade, ratio, touched) rows: each trade at each of RATIOS up to its limit.

    >>> one = Excursions(np.zeros((1, 0)), *[np.array([v]) for v in (1.3, 0.4, 2.0, 1.0, 0.8)], np.array([0]),
    ...                  np.array([9]), np.ones(1))
    >>> stacked(one)[2].tolist()  # at 0.5, 0.75, 1, 1.25, 1.5 and 2
    [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    """
    grid = np.asarray(RATIOS)
    trade, at = np.nonzero(grid[None, :] <= trades.limit[:, None] + FINE)
    return trade.astype(np.int64), grid[at], (trades.best[trade] >= grid[at] - FINE).astype(np.float64)


def _stacked(x: Floats, ratio: Floats) -> Floats:
    return with_intercept(np.column_stack([np.log(ratio), x]))


def _clustered(cov: Floats, scores: Floats, trade: Ints, opened: Ints, sd: Floats) -> Floats:
    """The sandwich over trades, widened by how much trades of one day ran together."""
    if not len(scores):
        return cov
    trades = len(opened)
    each = np.zeros((trades, scores.shape[1]))
    np.add.at(each, trade, scores)
    together = design_effect(each[:, 0], opened // DAY)
    return np.asarray(cov @ (together * each.T @ each + np.diag(1.0 / sd**2)) @ cov, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Levels in R of the structural stop: TP1, TP2, the stop's distance; what TP1 is worth at the lower bound of P."""

    tp1: float
    tp2: float
    stop: float
    p_low: float
    worth: float


def propose(
    reach: Reach, x: Floats, cost: float, atr: float, *, far: float, stop: float, scalp: bool
) -> Proposal | None:
    """The levels that the lower bound of P makes most of; None where no allowed TP1 lies within 2 ATR.

    `x`: the setup's inputs (k,). `cost` and `atr`: its costs and one ATR(14, H1) in R. `far`: how far such setups run
    (R, the upper quartile of MFE): where TP2 lies, a quarter R beyond TP1 at least, within 2 ATR at most. `stop`: the
    upper quartile of the MAE of winners (R); the stop lies 0.1 ATR beyond it and never nearer than the structure (1 R).
    """
    numbers = (cost, atr, far, stop)
    if not (np.all(np.isfinite(numbers)) and np.all(np.isfinite(x)) and cost >= 0.0 and atr > 0.0):
        return None
    least, most = SCALP_RANGE if scalp else TP1_RANGE
    most = min(most, TP2_ATR * atr)
    if most < least - FINE:
        return None
    steps = int((most - least) / TRIED + FINE)
    ratio: Floats = least + TRIED * np.arange(steps + 1, dtype=np.float64)
    p = reach.surely(np.tile(x, (len(ratio), 1)), ratio)
    worth = p * (ratio - cost) - (1.0 - p) * (1.0 + cost)
    best = int(np.argmax(worth))
    tp1 = float(ratio[best])
    tp2 = min(max(far, tp1 + APART), TP2_ATR * atr)
    wide = max(1.0, stop + STOP_BUFFER_ATR * atr)
    return Proposal(tp1, max(tp1, tp2), wide, float(p[best]), float(worth[best]))
