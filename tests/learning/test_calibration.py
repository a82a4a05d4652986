"""The calibration rule against known truths: a raw logit that is 2.2 times too sure of itself."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from engine.decision.policy_calibration import calibration_of, expit
from engine.learning.calibration import Scored, calibrate, centred_isotonic, predict, simplest
from engine.learning.labels import Floats
from engine.learning.model import hierarchical, with_intercept
from tests.learning.world import DAY, HOUR

LOGIT_BASE = float(np.log(0.42 / 0.58))
Truth = Callable[[Floats], Floats]


def sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-values)), dtype=np.float64)


TRUTHS: dict[str, Truth] = {
    "well specified": lambda z: sigmoid(LOGIT_BASE + 0.45 * z),
    "saturating": lambda z: 0.34 + 0.22 * sigmoid(2.2 * (z - 0.5)),
    "no edge": lambda z: np.full_like(z, 0.40),
}


def sample(rng: np.random.Generator, truth: Truth, n: int) -> Scored:
    z = rng.standard_normal(n)
    y = (rng.random(n) < truth(z)).astype(np.float64)
    opened = np.arange(n, dtype=np.int64) * HOUR
    return Scored(2.0 * 0.45 * z + 0.35, y, np.ones(n), opened, opened + HOUR)


def row_of(scored: Scored) -> dict[str, object]:
    none = np.zeros(len(scored.y), dtype=np.int64)
    design = with_intercept(scored.raw[:, None])
    joint = hierarchical(design, scored.y, scored.weight, none, 1, (-0.405, 0.3), (0.5, 0.3), (0.2, 0.12))
    return calibrate(scored, float(len(scored.y)), joint.books[0], None, DAY)


@pytest.mark.parametrize(("n", "seeds", "target"), [(100, 60, 0.055), (500, 60, 0.035), (5000, 25, 0.020)])
def test_mean_error_of_the_selected_calibrator(n: int, seeds: int, target: float) -> None:
    grid = np.linspace(-2.0, 2.0, 41)
    mass = np.exp(-grid * grid / 2)
    for name, truth in TRUTHS.items():
        errors, bounded = [], []
        for seed in range(seeds):
            calibration = calibration_of(row_of(sample(np.random.default_rng(1000 + seed), truth, n)))
            said = [calibration.apply(value) for value in (2.0 * 0.45 * grid + 0.35).tolist()]
            errors.append(np.average(np.abs(np.array([p for p, _, _ in said]) - truth(grid)), weights=mass))
            top = grid > 0.52
            bounded.append(np.mean(np.array([low for _, low, _ in said])[top] <= truth(grid)[top]))
            assert all(low <= p <= high for p, low, high in said)
        assert np.mean(errors) <= target, name
        assert np.mean(bounded) >= 0.8, name


def test_isotonic_is_never_used_below_two_thousand_labels() -> None:
    scored = sample(np.random.default_rng(1), TRUTHS["saturating"], 1900)
    assert row_of(scored)["method"] == "platt"
    assert row_of(scored.take(np.arange(80)))["method"] == "hierarchical"


def test_centred_isotonic_holds_the_blocks_of_isotonic_regression() -> None:
    scored = sample(np.random.default_rng(2), TRUTHS["well specified"], 400)
    points = centred_isotonic(scored)
    assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))
    levels = IsotonicRegression().fit(scored.raw, scored.y).predict(scored.raw)
    inner = {round(float(level), 9) for level in levels if 0.02 < level < 0.98}
    assert inner == {round(level, 9) for _, level in points if 0.02 < level < 0.98}


@pytest.mark.parametrize("method", ["hierarchical", "platt", "beta", "isotonic"])
def test_a_column_and_a_single_logit_get_the_same_p(method: str) -> None:
    scored = sample(np.random.default_rng(4), TRUTHS["saturating"], 2500)
    row = {**row_of(scored), "method": method}
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
    assert float(sigmoid(np.array([0.3]))[0]) == pytest.approx(expit(0.3), abs=1e-15)
