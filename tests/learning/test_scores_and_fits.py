"""Scores and fits against scikit-learn where it has them, and against known truths where it has not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from engine.learning import scores
from engine.learning.model import hierarchical, laplace, with_intercept
from engine.learning.table import Floats


def forecasts(n: int, seed: int = 1) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    p = np.round(rng.uniform(0.2, 0.7, n), 2)
    return p, (rng.random(n) < p).astype(np.float64)


def test_scores_equal_scikit_learns() -> None:
    p, y = forecasts(500)
    assert scores.brier(p, y) == pytest.approx(brier_score_loss(y, p))
    assert scores.log_loss(p, y) == pytest.approx(sklearn_log_loss(y, p))
    assert scores.pr_auc(p, y) == pytest.approx(average_precision_score(y, p))


def test_a_perfect_forecaster_has_next_to_no_debiased_calibration_error() -> None:
    debiased = [scores.ece_debiased(*forecasts(5000, seed)) or 0.0 for seed in range(20)]
    assert float(np.mean(debiased)) < 0.007


def test_a_forecaster_that_is_ten_points_off_is_seen() -> None:
    p, y = forecasts(5000)
    assert scores.ece_debiased(p + 0.1, y) == pytest.approx(0.09, abs=0.02)


def test_a_weak_prior_gives_the_maximum_likelihood_fit() -> None:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((400, 3))
    y = (rng.random(400) < 1 / (1 + np.exp(-(0.2 + x @ np.array([0.8, -0.4, 0.0]))))).astype(float)
    mine = laplace(with_intercept(x), y, np.ones(400), [0.0] * 4, [100.0] * 4)
    other = LogisticRegression(C=1e6, tol=1e-10, max_iter=1000).fit(x, y)
    assert mine.mean == pytest.approx(np.concatenate([other.intercept_, other.coef_[0]]), abs=1e-3)


def test_books_lean_on_each_other() -> None:
    rng = np.random.default_rng(6)
    x = rng.standard_normal((520, 1))
    book = np.array([0] * 500 + [1] * 20)
    y = (rng.random(520) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    fitted = hierarchical(with_intercept(x), y, np.ones(520), book, 2, (0.0, 0.0), (0.5, 1.0), (0.2, 0.12))
    assert fitted.books[1].mean[1] == pytest.approx(fitted.books[0].mean[1], abs=0.15)
    assert fitted.books[1].cov[1, 1] > fitted.books[0].cov[1, 1]


def test_the_joint_fit_is_the_dense_one() -> None:
    """Eliminating the books gives what solving all their coefficients together gives."""
    rng = np.random.default_rng(7)
    x, book = with_intercept(rng.standard_normal((300, 2))), rng.integers(0, 3, 300)
    y, weight = (rng.random(300) < 0.4).astype(float), rng.random(300)
    fitted = hierarchical(x, y, weight, book, 4, (0.1, 0.2, 0.3), (0.5, 0.4, 0.3), (0.2, 0.1, 0.15))
    wide = np.hstack([x, *(x * (book == at)[:, None] for at in range(4))])
    dense = laplace(wide, y, weight, [0.1, 0.2, 0.3] + [0.0] * 12, [0.5, 0.4, 0.3] + [0.2, 0.1, 0.15] * 4)
    for at, own in enumerate(fitted.books):
        move = np.hstack([np.eye(3), *(np.eye(3) * (other == at) for other in range(4))])
        assert own.mean == pytest.approx(move @ dense.mean, abs=1e-9)
        assert own.cov == pytest.approx(move @ dense.cov @ move.T, abs=1e-9)
    again = hierarchical(x, y, weight, book, 4, (0.1, 0.2, 0.3), (0.5, 0.4, 0.3), (0.2, 0.1, 0.15), fitted)
    assert again.top.mean == pytest.approx(fitted.top.mean, abs=1e-9)


@pytest.mark.parametrize("scale", [0.0, 1e-9, 1e9])
def test_constant_tiny_and_huge_inputs_end_at_a_finite_mode(scale: float) -> None:
    rng = np.random.default_rng(8)
    x = with_intercept(scale * rng.standard_normal((200, 2)))
    for y in ((rng.random(200) < 0.4).astype(float), np.zeros(200), np.ones(200)):
        fitted = hierarchical(x, y, np.ones(200), np.arange(200) % 2, 2, [-0.4, 0, 0], [0.5] * 3, [0.2] * 3)
        for own in (fitted.top, *fitted.books):
            assert np.isfinite(own.mean).all() and np.isfinite(own.cov).all()
            assert (np.linalg.eigvalsh(own.cov) > -1e-9).all()


def test_no_rows_leave_the_prior() -> None:
    none = np.zeros(0)
    fitted = hierarchical(np.zeros((0, 2)), none, none, none.astype(np.int64), 3, [0.1, 0.2], [0.5, 0.3], [0.2, 0.1])
    assert fitted.top.mean.tolist() == [0.1, 0.2]
    assert np.diag(fitted.books[2].cov) == pytest.approx([0.25 + 0.04, 0.09 + 0.01])
