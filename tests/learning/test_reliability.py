"""Reliability against known truths: what an interval holds, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from engine.learning import scores
from engine.learning.reliability import bins_of, decomposition, ece_interval, reliability, skill_interval
from engine.learning.table import Floats, Ints


def forecasts(n: int, seed: int, shock: float = 0.0) -> tuple[Floats, Floats, Ints]:
    """Calibrated forecasts, thirty a day; `shock`: how far a day moves the log odds of all its rows."""
    rng = np.random.default_rng(seed)
    days = np.arange(n) // 30
    logit = -0.32 + 0.45 * rng.standard_normal(n)
    true = 1.0 / (1.0 + np.exp(-(logit + shock * rng.standard_normal(days[-1] + 1)[days])))
    return 1.0 / (1.0 + np.exp(-logit)), (rng.random(n) < true).astype(np.float64), days


def test_the_parts_add_up_to_brier_and_are_never_negative() -> None:
    p, won, _ = forecasts(900, 1)
    p = np.round(p, 2)
    parts = decomposition(p, won)
    assert parts is not None
    whole = parts.miscalibration - parts.discrimination + parts.uncertainty
    assert whole == pytest.approx(brier_score_loss(won, p)) == pytest.approx(scores.brier(p, won))
    assert parts.miscalibration > 0.0 and parts.discrimination > 0.0
    level = IsotonicRegression().fit(p, won).predict(p)
    assert parts.miscalibration == pytest.approx(brier_score_loss(won, p) - float(np.mean((level - won) ** 2)))


@pytest.mark.parametrize(("n", "off"), [(600, 0.0), (2000, 0.0), (2000, 0.06), (5000, 0.1)])
def test_the_interval_of_the_calibration_error_holds_the_truth(n: int, off: float) -> None:
    held = 0
    for seed in range(60):
        p, won, days = forecasts(n, seed)
        found = ece_interval(np.clip(p + off, 0.0, 1.0), won, days)
        assert found is not None and found.low is not None and found.high is not None
        held += found.low <= off <= found.high
    assert held >= 46


def test_days_that_share_a_shock_widen_every_interval() -> None:
    alone, shared = (forecasts(3000, 5, shock) for shock in (0.0, 0.8))
    one, other = ece_interval(*alone), ece_interval(*shared)
    assert one is not None and other is not None
    assert (other.high or 0.0) - (other.low or 0.0) > (one.high or 0.0) - (one.low or 0.0)
    width = [float(np.mean([bin.high - bin.low for bin in bins_of(*each)])) for each in (alone, shared)]
    assert width[1] > 1.1 * width[0]


def test_bins_rise_in_what_was_said_and_hold_what_happens() -> None:
    p, won, days = forecasts(5000, 2)
    found = bins_of(p, won, days)
    assert len(found) == 10 and sum(bin.count for bin in found) == 5000
    assert [bin.said for bin in found] == sorted(bin.said for bin in found)
    assert sum(bin.low <= bin.said <= bin.high for bin in found) >= 7


def test_skill_is_over_the_base_rate_of_the_training_data() -> None:
    p, won, days = forecasts(4000, 3)
    found = skill_interval(p, won, days, 0.42)
    assert found is not None and found.low is not None and found.high is not None
    assert 0.0 < found.low < found.value < found.high < 0.1
    assert found.value == pytest.approx(1.0 - brier_score_loss(won, p) / brier_score_loss(won, np.full(4000, 0.42)))


def test_nothing_one_day_and_one_class_are_no_obstacle() -> None:
    none = np.zeros(0)
    empty = reliability(none, none, np.zeros(0, dtype=np.int64), 0.4)
    assert empty.brier is None and empty.ece is None and empty.parts is None and empty.bins == ()
    p, won, days = forecasts(25, 4)
    one_day = reliability(p, won, days, None)
    assert one_day.skill is None and one_day.ece is not None and one_day.ece.low is None
    lost = reliability(*forecasts(400, 4)[:1], np.zeros(400), forecasts(400, 4)[2], 0.4)
    assert lost.pr_auc is None and lost.pr_auc_lift is None
    assert all(bin.happened == 0.0 < bin.high for bin in lost.bins)


@pytest.mark.parametrize("wrong", [float("nan"), -0.01, 1.01])
def test_what_is_no_probability_is_refused(wrong: float) -> None:
    p, won, days = forecasts(100, 4)
    p[3] = wrong
    with pytest.raises(ValueError, match="within 0 and 1"):
        reliability(p, won, days, 0.4)
