"""The second opinion's pool: what it may do, and what it must never do."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.pool import MOST_MOVE, NO_POOL, Pool, pool_of
from engine.learning.model import expit
from engine.learning.pool import Opinions, fit_pool
from engine.learning.table import Floats


def opinions(n: int, said: Floats | None = None, sign: float = 1.0) -> Opinions:
    rng = np.random.default_rng(3)
    v = rng.standard_normal(n)
    won = (rng.random(n) < expit(-0.3 + 0.5 * v)).astype(np.float64)
    return Opinions(np.full(n, 0.43), expit(sign * v) if said is None else said, won)


def test_it_weighs_nothing_before_three_hundred_outcomes_and_something_after() -> None:
    assert fit_pool(opinions(299)) == Pool(299, *list(NO_POOL.to_document().values())[1:])
    pool = fit_pool(opinions(300))
    assert 0.0 < pool.weight <= 0.35 and pool.pairs == 300 and pool.earned
    assert pool.apply(0.43, 0.8) > 0.43 > pool.apply(0.43, 0.2)


@given(
    p=st.floats(0.0, 1.0), said=st.floats(0.0, 1.0), weight=st.floats(0.0, 0.35), a=st.floats(-2, 2), b=st.floats(0, 3)
)
def test_no_opinion_moves_p_further_than_nine_points(p: float, said: float, weight: float, a: float, b: float) -> None:
    pooled = Pool(500, a, b, weight, 0.1, a, 5.0, 0.0, 0.1).apply(p, said)
    assert abs(pooled - p) <= MOST_MOVE + 1e-12


@pytest.mark.parametrize("said", [np.full(600, 0.5), np.full(600, 1.0)])
def test_an_opinion_that_is_always_the_same_weighs_nothing(said: Floats) -> None:
    pool = fit_pool(opinions(600, said))
    assert pool.weight == 0.0 and pool.apply(0.43, 0.9) == 0.43


def test_an_opinion_whose_record_points_the_wrong_way_is_not_turned_round() -> None:
    pool = fit_pool(opinions(3000, sign=-1.0))
    assert pool.said_slope < 0.0 and pool.weight == 0.0 and not pool.earned


def test_one_class_only_weighs_nothing() -> None:
    told = opinions(600)
    assert fit_pool(Opinions(told.p_ml, told.said, np.ones(600))).weight == 0.0


def test_what_it_says_is_taken_by_its_own_record() -> None:
    pool = fit_pool(opinions(3000))
    assert pool.disagrees(0.43, 0.95, 0.5), "on the other side of tau"
    assert not pool.disagrees(0.43, 0.45, 0.5)
    assert Pool(500, 0.0, 1.0, 0.2, 0.1, 0.0, 1.0, 0.0, 1.0).disagrees(0.55, 0.83, 0.5), "1.2 log odds apart"


@pytest.mark.parametrize("wrong", [float("nan"), -0.1, 1.5])
def test_what_is_no_probability_is_refused(wrong: float) -> None:
    said = np.full(600, 0.5)
    said[7] = wrong
    with pytest.raises(ValueError, match="within 0 and 1"):
        fit_pool(opinions(600, said))


def test_it_survives_a_file_and_a_foreign_one_is_refused() -> None:
    pool = fit_pool(opinions(900))
    document = json.loads(json.dumps(pool.to_document()))
    assert pool_of(document) == pool
    for wrong in ({"weight": 0.4}, {"pairs": 12}, {"said_spread": 0.0}, {"slope": float("inf")}):
        with pytest.raises(ValueError, match="pool"):
            pool_of({**document, **wrong})
