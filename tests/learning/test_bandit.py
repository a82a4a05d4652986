"""The paper arm's propensities, and estimates off policy against a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.learning.bandit import EXPLORE, Logged, choose, doubly_robust, propensity, snips
from engine.learning.model import Posterior

POSTERIOR = Posterior(np.array([-0.3, 0.4]), np.array([[0.02, 0.005], [0.005, 0.03]]))


def test_candidates_are_taken_as_often_as_their_propensity_says() -> None:
    rng = np.random.default_rng(1)
    x = np.repeat([[-1.0], [-0.2], [0.1], [0.4], [1.5]], 40_000, axis=0)
    found = choose(POSTERIOR, x, np.full(len(x), 0.45), rng.random(len(x)), rng.standard_normal(len(x)))
    for at in range(5):
        rows = slice(40_000 * at, 40_000 * (at + 1))
        assert np.mean(found.taken[rows]) == pytest.approx(found.propensity[rows.start], abs=0.025)
        assert np.mean(found.explored[rows]) == pytest.approx(EXPLORE, abs=0.01)


def test_beyond_the_paper_arm_the_mean_decides_alone() -> None:
    x = np.linspace(-2.0, 2.0, 400)[:, None]
    found = choose(POSTERIOR, x, np.full(400, 0.45), np.full(400, 0.5), np.random.default_rng(2).standard_normal(400))
    assert not found.explored.any() and (found.taken == found.mean_rule).all()
    assert 0 < found.taken.sum() < 400


def test_no_propensity_is_near_nought_or_one() -> None:
    found = propensity(np.array([-50.0, 50.0, 0.0]), np.array([0.1, 0.1, 0.0]))
    assert found.tolist() == [0.02, 0.98, 0.05]


def logged(n: int, seed: int) -> tuple[Logged, float]:
    """Three actions whose worth hangs on the context; a softmax with noise logged them, another policy is asked for."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 3))
    worth = np.column_stack([0.05 + 0.15 * x[:, 0], 0.08 + 0.1 * x[:, 1], 0.02 + 0.1 * x[:, 2]])
    score = np.exp(3.0 * (worth + 0.15 * rng.standard_normal(worth.shape)))
    chance = EXPLORE / 3 + (1 - EXPLORE) * score / score.sum(axis=1, keepdims=True)
    action = (rng.random(n)[:, None] > chance.cumsum(axis=1)).sum(axis=1)
    reward = worth[np.arange(n), action] + 1.2 * rng.standard_normal(n)
    wanted = np.argmax(np.column_stack([0.05 + 0.1 * x[:, 0], 0.08 + 0.12 * x[:, 1], 0.1 * x[:, 2]]), axis=1)
    rows = Logged(x, action, chance[np.arange(n), action], reward, wanted)
    return rows, float(np.mean(worth[np.arange(n), wanted]))


def test_both_estimates_are_unbiased_and_know_their_error() -> None:
    for estimate in (snips, lambda rows: doubly_robust(rows, 3)):
        misses, errors = [], []
        for seed in range(200):
            rows, truth = logged(1000, seed)
            found = estimate(rows)
            assert found is not None and 250 < found.n_eff < 450
            misses.append(found.value - truth)
            errors.append(found.error)
        assert abs(np.mean(misses)) < 0.015
        rmse = float(np.sqrt(np.mean(np.square(misses))))
        assert rmse == pytest.approx(0.065, abs=0.015) == pytest.approx(float(np.mean(errors)), abs=0.02)


def test_a_claim_smaller_than_two_errors_is_refused() -> None:
    refused = [not (snips(logged(300, seed)[0]) or pytest.fail()).claims(logged(300, seed)[1]) for seed in range(200)]
    assert np.mean(refused) > 0.92, "true equality is claimed a difference in about one of twenty"


def test_bad_input() -> None:
    rows, _ = logged(50, 1)
    never = Logged(rows.x, rows.action, rows.chance, rows.reward, (rows.action + 1) % 3)
    assert snips(never) is None
    one = Logged(rows.x[:1], rows.action[:1], rows.chance[:1], rows.reward[:1], rows.wanted[:1])
    assert doubly_robust(one, 3) is None
    with pytest.raises(ValueError, match="propensity"):
        snips(Logged(rows.x, rows.action, np.zeros(50), rows.reward, rows.wanted))
