"""The calibration rule against known truths: a raw logit that is 2.2 times too sure of itself."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from engine.decision.policy_calibration import calibration_of, expit
from engine.learning import model
from engine.learning.calibration import Scored, centred_isotonic, fit_platt, predict, simplest
from engine.learning.forecast import lower
from engine.learning.table import Floats
from tests.learning.truth.scores_world import TRUTHS, calibrated, drawn, said


def sample(seed: int, truth: str, n: int) -> Scored:
    return drawn(np.random.default_rng(seed), TRUTHS[truth], n)


def test_isotonic_is_never_used_below_two_thousand_labels() -> None:
    scored = sample(1, "satur", 1900)
    assert calibrated(scored)["method"] == "platt"
    assert calibrated(scored.take(np.arange(80)))["method"] == "hierarchical"


def test_centred_isotonic_holds_the_blocks_of_isotonic_regression() -> None:
    scored = sample(2, "logit", 400)
    points = centred_isotonic(scored)
    assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))
    levels = IsotonicRegression().fit(scored.raw, scored.y).predict(scored.raw)
    inner = {round(float(level), 9) for level in levels if 0.02 < level < 0.98}
    assert inner == {round(level, 9) for _, level in points if 0.02 < level < 0.98}


@pytest.mark.parametrize("method", ["hierarchical", "platt", "beta", "isotonic"])
def test_a_column_and_a_single_logit_get_the_same_p(method: str) -> None:
    scored = sample(4, "satur", 2500)
    row = {**calibrated(scored), "method": method}
    row["points"] = centred_isotonic(scored) if method == "isotonic" else None
    raw = np.concatenate([np.linspace(-6.0, 6.0, 400), scored.raw[:200]])
    calibration = calibration_of(row)
    one_by_one = [calibration.apply(value)[0] for value in raw.tolist()]
    assert predict(row, raw) == pytest.approx(one_by_one, abs=1e-12)


def test_one_standard_error_goes_to_the_simpler() -> None:
    assert simplest({"platt": [0.64, 0.66], "beta": [0.60, 0.70], "isotonic": [0.50, 0.51]}) == "isotonic"
    assert simplest({"platt": [0.64, 0.66], "beta": [0.60, 0.69], "isotonic": [0.64, 0.66]}) == "platt"
    assert simplest({"platt": [0.64, 0.76], "beta": [0.63, 0.75], "isotonic": [0.66, 0.74]}) == "beta"


def test_plain_logistic_agrees() -> None:
    assert float(model.expit(np.array([0.3]))[0]) == pytest.approx(expit(0.3), abs=1e-15)


def test_a_label_without_weight_changes_nothing() -> None:
    scored = sample(5, "logit", 3000)
    told = dataclasses.replace(scored, weight=(np.arange(3000) % 3 > 0).astype(np.float64))
    part = told.take(np.flatnonzero(told.weight > 0.0))
    assert centred_isotonic(told) == centred_isotonic(part)
    one, other = fit_platt(told), fit_platt(part)
    assert one.mean == pytest.approx(other.mean, abs=1e-9) and one.cov == pytest.approx(other.cov, abs=1e-9)


def stairs(z: Floats) -> Floats:
    """A truth that neither form can follow."""
    return np.where(z > 1.2, 0.62, np.where(z > -0.5, 0.36, 0.33))


def test_where_neither_form_fits_the_lower_bound_assumes_nothing_but_order() -> None:
    held = []
    for seed in range(8):
        row = calibrated(drawn(np.random.default_rng(seed), stairs, 6000))
        assert row["floor"]
        z = np.linspace(0.0, 2.0, 80)
        held.append(np.mean(said(row, z)[1] <= stairs(z)))
        raw = np.linspace(-9.0, 9.0, 300)
        one_by_one = [calibration_of(row).apply(value)[1] for value in raw.tolist()]
        bound = np.minimum(lower(row, raw), predict(row, raw))
        assert bound == pytest.approx(one_by_one, abs=1e-12)
    assert np.mean(held) > 0.85
    assert calibrated(sample(1, "logit", 6000))["floor"] is None


def test_equal_logits_have_one_level() -> None:
    scored = sample(6, "logit", 3000)
    same = dataclasses.replace(scored, raw=np.full(3000, 0.4))
    assert centred_isotonic(same) == [[pytest.approx(0.4), pytest.approx(float(np.mean(scored.y)))]]
    steps = dataclasses.replace(scored, raw=np.round(scored.raw))
    levels = IsotonicRegression().fit(steps.raw, steps.y).predict(steps.raw)
    points = centred_isotonic(steps)
    assert {round(level, 9) for _, level in points} == {round(float(np.clip(one, 0.02, 0.98)), 9) for one in levels}
    assert calibrated(same)["method"] in ("platt", "beta", "isotonic")


@pytest.mark.parametrize("wrong", [[[0.1, 0.2], [0.1, 0.3]], [[0.1, 1.2]], [[0.1, float("nan")]]])
def test_a_wrong_floor_is_refused(wrong: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"floor|numbers"):
        calibration_of({**calibrated(sample(1, "logit", 300)), "floor": wrong})
