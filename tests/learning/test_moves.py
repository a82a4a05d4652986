"""How far setups run: the fit finds a known law, its lower bound covers it, and proposals keep to their ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.model import Posterior, laplace, with_intercept
from engine.learning.moves import Excursions, Reach, fit_reach, propose, stacked
from tests.learning.runs_world import drift_of, runs, touches

POINTS = np.array([[first, 0.0, 0.0] for first in (-1.0, -0.5, 0.0, 0.5, 1.0)])


@pytest.mark.parametrize(("n", "most"), [(200, 0.07), (2000, 0.03)])
def test_the_odds_of_any_ratio_are_found(n: int, most: float) -> None:
    gaps = []
    for seed in range(8):
        reach = fit_reach(runs(n, seed))
        for ratio in (1.0, 1.5, 2.5):
            found = reach.touch(POINTS, np.full(len(POINTS), ratio))
            gaps.append(np.mean(np.abs(found - touches(drift_of(POINTS[:, 0]), ratio))))
    assert float(np.mean(gaps)) <= most


def test_the_lower_bound_lies_below_the_truth_nine_times_in_ten() -> None:
    below = []
    for seed in range(40):
        reach = fit_reach(runs(400, 100 + seed))
        for ratio in (1.0, 1.5, 2.0):
            low = reach.surely(POINTS[2:4], np.full(2, ratio))
            below += (low <= touches(drift_of(POINTS[2:4, 0]), ratio)).tolist()
    assert np.mean(below) >= 0.85


def test_eight_rows_of_a_trade_are_no_eight_trades() -> None:
    trades = runs(500, 1)
    trade, ratio, touched = stacked(trades)
    once = fit_reach(trades).posterior.cov[0, 0]
    alone = replace(
        trades.take(trade),
        best=np.where(touched > 0.5, ratio, 0.0),
        limit=ratio,
        opened=np.arange(len(trade)) * 86_400_000,
    )
    naive = fit_reach_rows(alone)
    assert once > 1.5 * naive, "counted one by one they would look far surer"


def fit_reach_rows(alone: Excursions) -> float:
    """The intercept's variance where each row would be a trade of its own."""
    design = with_intercept(np.column_stack([np.log(alone.limit), alone.x]))
    touched = (alone.best >= alone.limit).astype(np.float64)
    found = laplace(design, touched, alone.weight, (0.0, -1.0, 0.0, 0.0, 0.0), (0.5, 0.5, 0.25, 0.25, 0.25))
    return float(found.cov[0, 0])


def test_what_lies_beyond_a_plans_end_is_not_counted_against_it() -> None:
    trades = runs(3000, 2)
    near = replace(trades, limit=np.full(3000, 1.5), best=np.minimum(trades.best, 1.5))
    whole, cut = (fit_reach(one).touch(POINTS, np.full(5, 2.5)) for one in (trades, near))
    assert np.max(np.abs(whole - cut)) < 0.04


def test_what_is_not_known_of_a_trade_is_left_out() -> None:
    trades = runs(300, 3)
    x = trades.x.copy()
    x[0, 0] = np.nan
    best = trades.best.copy()
    best[1], best[2] = np.nan, np.inf
    broken = replace(trades, x=x, best=best, atr=np.where(np.arange(300) == 3, 0.0, trades.atr))
    assert len(broken.told()) == 296
    kept = fit_reach(trades.take(np.arange(4, 300)))
    assert np.array_equal(fit_reach(broken).posterior.mean, kept.posterior.mean)


@pytest.mark.parametrize("best", [0.0, 3.0])
def test_one_class_only_stays_near_its_prior(best: float) -> None:
    trades = replace(runs(50, 4), best=np.full(50, best), limit=np.full(50, 3.0))
    p = fit_reach(trades).touch(POINTS, np.full(5, 1.5))
    assert np.all((p > 0.02) & (p < 0.98)) and np.all(np.isfinite(p))


def certain(slope: float) -> Reach:
    """The walk's odds with a slope on log r, known without doubt."""
    return Reach(Posterior(np.array([0.0, slope]), np.zeros((2, 2))))


def test_tp1_is_where_the_lower_bound_makes_most() -> None:
    none = np.zeros(0)
    near = propose(certain(-1.5), none, 0.08, 2.0, far=2.0, stop=0.6, scalp=False)
    far = propose(certain(-0.5), none, 0.08, 2.0, far=2.0, stop=0.6, scalp=False)
    assert near is not None and far is not None
    assert near.tp1 == 1.5 and far.tp1 == pytest.approx(3.0)
    assert near.worth == pytest.approx(near.p_low * 1.42 - (1.0 - near.p_low) * 1.08)
    assert near.tp2 == 2.0 and far.tp2 == pytest.approx(3.25), "a quarter R beyond TP1 at least"
    assert near.stop == 1.0, "never nearer than the structure"


def test_a_proposal_stays_within_two_atr_and_a_scalp_within_its_range() -> None:
    none, flat = np.zeros(0), certain(-0.5)
    short = propose(flat, none, 0.08, 0.9, far=5.0, stop=1.2, scalp=False)
    assert short is not None and short.tp1 <= 1.8 and short.tp2 == pytest.approx(1.8)
    assert short.stop == pytest.approx(1.2 + 0.09)
    assert propose(flat, none, 0.08, 0.7, far=5.0, stop=1.2, scalp=False) is None, "1.5 R is beyond 2 ATR"
    scalp = propose(flat, none, 0.08, 0.7, far=5.0, stop=1.2, scalp=True)
    assert scalp is not None and 1.2 <= scalp.tp1 <= 1.4


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1.0])
def test_nothing_is_proposed_from_costs_that_are_none(wrong: float) -> None:
    assert propose(certain(-1.0), np.zeros(0), wrong, 2.0, far=2.0, stop=0.6, scalp=False) is None
