"""Variance ratio and Hurst exponent where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.market import persistence
from engine.market.bars import Bars, push
from engine.market.persistence import Persistence


def measured(closes: list[float]) -> tuple[float, float]:
    b, s = Bars(), Persistence()
    b.minutes = 15
    for n, close in enumerate(closes):
        push(b, close, close, close, close, 1.0, 0.0, 0, (n + 1) * 900_000)
    persistence.measure(s, b)
    return s.variance_ratio, s.hurst


def test_there_and_back_has_a_variance_ratio_of_zero() -> None:
    assert measured([float(n % 2) for n in range(201)])[0] == pytest.approx(0.0, abs=1e-3)


def test_a_straight_line_and_a_flat_one_say_nothing() -> None:
    """Without its drift a straight line does not move."""
    assert measured([100.0 + n for n in range(201)]) == (1.0, 0.5)
    assert measured([100.0] * 201) == (1.0, 0.5)
    assert measured([float(n % 2) for n in range(200)]) == (1.0, 0.5)  # 199 changes are too few


def walks(persistent: float) -> list[tuple[float, float]]:
    """Three hundred random walks whose changes take over a part of the change before."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(300):
        change, at, closes = 0.0, 1000.0, []
        for shock in rng.normal(0.0, 1.0, 201).tolist():
            change = persistent * change + shock
            at += change
            closes.append(at)
        found.append(measured(closes))
    return found


def test_random_walks_lie_about_one_and_one_half_and_far_apart() -> None:
    """Unbiased on average; the spread of single readings is why nothing is gated on them."""
    ratios, hursts = (np.array(column) for column in zip(*walks(0.0)))
    assert ratios.mean() == pytest.approx(1.0, abs=0.05)
    assert hursts.mean() == pytest.approx(0.5, abs=0.05)
    assert ratios.std() > 0.15


@pytest.mark.parametrize("rho", [0.4, -0.4])
def test_runs_and_turns(rho: float) -> None:
    """AR(1) changes: VR(8) = 1 + 2 sum (1 - j / 8) rho^j, 2.0 for 0.4 and 0.48 for -0.4."""
    ratios, hursts = (np.array(column) for column in zip(*walks(rho)))
    expected = 1.0 + 2.0 * sum((1.0 - j / 8.0) * rho**j for j in range(1, 8))
    assert ratios.mean() == pytest.approx(expected, abs=0.12)
    assert (hursts.mean() - 0.5) * rho > 0.0


@pytest.mark.parametrize("x", [1e-6, 0.3, 0.75, 1.0, 1.5, 2.0, 255.9, 1e9])
def test_logarithm(x: float) -> None:
    assert persistence.ln(x) == pytest.approx(math.log(x), abs=1e-12)
