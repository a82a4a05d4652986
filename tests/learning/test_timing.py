"""Ways of entering: the default stays unless another surely paid more, whatever is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.table import Floats
from engine.learning.timing import DEFAULT, OTHERS, Waited, fit_timing
from tests.learning.world import DAY, T0

NONE = np.zeros(2)


def world(n: int, seed: int, better: float = 0.0, slope: float = 0.0, shock: float = 0.1) -> Waited:
    """`n` waiting setups of two books, 20 a day; entering at once is `better` R than the default in the second book,
    and better by `slope` R a unit of the first input in both. A CHOCH alone is as good, a reclaim 0.1 R worse."""
    rng = np.random.default_rng(seed)
    x, book = rng.standard_normal((n, 2)), rng.integers(0, 2, n)
    day = np.arange(n) // 20
    market = rng.standard_normal(n) * 0.9
    made = np.tile(market[:, None], (1, 4)) + 0.6 * rng.standard_normal((n, 4))
    made[:, 1] += better * book + slope * x[:, 0] + (shock * rng.standard_normal(n))[day]
    made[:, 3] -= 0.1
    return Waited(x, book.astype(np.int64), T0 + day * DAY, np.ones(n), made)


def test_a_way_that_is_better_in_one_book_is_chosen_there_alone() -> None:
    right = [
        (timing.choose(NONE, 0), timing.choose(NONE, 1))
        for timing in (fit_timing(world(3000, seed, better=0.4), 2) for seed in range(10))
    ]
    assert [one[1] for one in right] == ["now"] * 10
    assert sum(one[0] == "now" for one in right) <= 3


def test_a_way_that_is_better_for_some_setups_is_chosen_for_those() -> None:
    timing = fit_timing(world(3000, 1, slope=0.3), 2)
    assert timing.choose(np.array([2.0, 0.0]), 0) == "now"
    assert timing.choose(np.array([-2.0, 0.0]), 0) != "now"


def test_the_advantage_is_measured_right_and_as_surely_as_it_says() -> None:
    within = []
    for seed in range(60):
        mean, sd = fit_timing(world(800, seed, better=0.3), 2).ways["now"].of(NONE, 1)
        within.append(abs(mean - 0.3) <= 1.645 * sd)
    assert np.mean(within) >= 0.8


def test_where_nothing_is_better_money_is_not_lost_by_leaving_the_default() -> None:
    cost = []
    for seed in range(40):
        timing = fit_timing(world(1200, 300 + seed), 2)
        way = timing.choose(NONE, 0)
        cost.append({"reclaim": 0.1}.get(way, 0.0))
    assert np.mean(cost) == 0.0, "the worse way is never taken"


@pytest.mark.parametrize("n", [0, 1, 149])
def test_with_less_than_a_hundred_and_fifty_setups_the_default_stays(n: int) -> None:
    timing = fit_timing(world(n, 2, better=3.0), 2)
    assert timing.choose(NONE, 1) == DEFAULT
    assert timing.shares(NONE, 1, 7) == {DEFAULT: 1.0, **dict.fromkeys(OTHERS, 0.0)}


def test_a_way_that_was_never_followed_is_never_chosen() -> None:
    told = world(1000, 3, better=0.5)
    made = told.made.copy()
    made[:, 1] = np.nan
    timing = fit_timing(replace(told, made=made), 2)
    assert "now" not in timing.ways and timing.choose(NONE, 1) != "now"
    partly = told.made.copy()
    partly[:860, 1] = np.nan
    assert fit_timing(replace(told, made=partly), 2).choose(NONE, 1) != "now", "140 are too few"


def test_inputs_that_are_no_numbers_are_left_out() -> None:
    told = world(1000, 4, better=0.5)
    x = told.x.copy()
    x[:100, 1] = np.nan
    holed, short = fit_timing(replace(told, x=x), 2), fit_timing(_rows(told, slice(100, None)), 2)
    assert np.array_equal(holed.ways["now"].top.mean, short.ways["now"].top.mean)


def _rows(told: Waited, rows: slice) -> Waited:
    return Waited(told.x[rows], told.book[rows], told.opened[rows], told.weight[rows], told.made[rows])


@pytest.mark.parametrize("value", [0.0, 1e6])
def test_ways_that_always_make_the_same_are_no_better(value: float) -> None:
    constant: Floats = np.full((500, 4), value)
    timing = fit_timing(replace(world(500, 5), made=constant), 2)
    assert timing.choose(NONE, 0) == DEFAULT
    assert timing.choose(NONE, -1) == DEFAULT


def test_shares_on_paper_are_propensities() -> None:
    shares = fit_timing(world(2000, 6, better=0.4), 2).shares(NONE, 1, 7)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["now"] > 0.95 and min(shares.values()) >= 0.0
    assert shares == fit_timing(world(2000, 6, better=0.4), 2).shares(NONE, 1, 7)
