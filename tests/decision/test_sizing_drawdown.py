"""What the lower bound is worth: drawdowns of sizes from an uncertain p, on markets whose p is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaincinv

from engine.decision.sizing import Evidence, kelly, risk_fraction, size_multiplier
from engine.learning.table import Floats
from engine.params import Params

RUNS, TRADES, GROSS, COST, CAP = 60, 500, 1.5, 0.08, 0.02
GRID = np.linspace(0.0, 1.0, 2001)
KELLY = np.array([kelly(float(p), GROSS, COST) for p in GRID])


def fraction(p: Floats, share: float) -> Floats:
    """A share of Kelly's fraction (the product's own), looked up on a grid fine enough for five digits."""
    found: Floats = share * np.interp(p, GRID, KELLY)
    return found


def drawdowns(risk: Floats, won: Floats) -> Floats:
    """The deepest fall of each run's equity (runs,), from risk and wins (runs, trades)."""
    grown = np.cumsum(np.log1p(risk * np.where(won > 0.5, GROSS - COST, -1.0 - COST)), axis=1)
    top = np.maximum(np.maximum.accumulate(grown, axis=1), 0.0)
    return np.asarray(1.0 - np.exp(np.min(grown - top, axis=1)), dtype=np.float64)


@pytest.mark.parametrize(("labels", "most"), [(50, 0.75), (200, 0.85)])
def test_a_quarter_of_kelly_at_the_lower_bound_draws_down_less_and_full_kelly_ruins(labels: int, most: float) -> None:
    rng = np.random.default_rng(labels)
    p = np.clip(0.47 + 0.05 * rng.standard_normal((RUNS, TRADES)), 0.3, 0.65)
    said = rng.beta(p * labels, (1.0 - p) * labels)
    low = betaincinv(said * labels + 0.5, (1.0 - said) * labels + 0.5, 0.1)
    won = (rng.random((RUNS, TRADES)) < p).astype(np.float64)
    full = float(np.median(drawdowns(fraction(said, 1.0), won)))
    mean = float(np.median(drawdowns(np.minimum(fraction(said, 0.25), CAP), won)))
    bound = float(np.median(drawdowns(np.minimum(fraction(low, 0.25), CAP), won)))
    assert full > 0.85
    assert bound <= most * mean < 0.3


def test_the_size_as_it_is_given_by_hand() -> None:
    """p_low 0.5, W 1.5, c 0.1: f* = (0.5 * 1.4 - 0.5 * 1.1) / 1.54 = 9.74 %, a quarter of it is 2.4 %: the cap."""
    k = Params()
    found = Evidence("live", p_win=0.56, p_low=0.5, threshold=0.46, confluence=0.7, gross_r=1.5, cost_r=0.1)
    assert risk_fraction(found, k) == 0.005
    assert kelly(0.45, 1.5, 0.1) * 0.25 == pytest.approx(0.25 * (0.45 * 1.4 - 0.55 * 1.1) / 1.54)
    slight = Evidence("live", p_win=0.5, p_low=0.45, threshold=0.44, confluence=0.7, gross_r=1.5, cost_r=0.1)
    assert risk_fraction(slight, k) == pytest.approx(0.00405844, abs=1e-8)
    halved = Evidence("live", 0.5, 0.45, 0.44, 0.7, 1.5, 0.1, day_below=True, probation=True)
    assert risk_fraction(halved, k) * size_multiplier(halved, k) == pytest.approx(0.00405844 / 4, abs=1e-8)


def test_the_caps_of_what_is_open_together_are_three_and_one_and_a_half_percent() -> None:
    k = Params()
    assert k.heat_total_r * k.risk_max == pytest.approx(0.03)
    assert k.heat_max_r * k.risk_max == pytest.approx(0.015)
