"""Quartiles of runs: the table, the trees, their intervals, and the duel that decides between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.learning.moves import Excursions
from engine.learning.run_quantiles import (
    NEEDED,
    WEEK,
    Day,
    duel_week,
    evidence,
    grow,
    quartile_table,
    score,
    table_out_of_sample,
    trees_out_of_sample,
    weighted_quantiles,
)
from engine.learning.table import Floats, Ints
from tests.learning.runs_world import DAY, T0, runs


def one_book(trades: Excursions) -> Ints:
    return np.zeros(len(trades), dtype=np.int64)


def told(n: int, seed: int, slope: float) -> tuple[Excursions, Floats]:
    """Runs whose size the first input tells (`slope` of it), with noise: 40 a day."""
    trades = runs(n, seed)
    rng = np.random.default_rng(seed + 1)
    values = np.exp(slope * trades.x[:, 0] + 0.5 * rng.standard_normal(n))
    return replace(trades, best=values), values


def test_a_table_of_nothing_knows_nothing() -> None:
    none = np.zeros(0)
    assert np.isnan(weighted_quantiles(none, none)).all()
    assert np.isnan(quartile_table(none, none, np.zeros(0, dtype=np.int64), 2)).all()
    constant = quartile_table(np.full(5, 0.7), np.ones(5), np.zeros(5, dtype=np.int64), 1)
    assert np.allclose(constant, 0.7)


def test_trees_grow_from_two_thousand_on_and_the_same_every_time() -> None:
    few, values = told(1900, 1, 0.5)
    assert grow(few, values) is None
    trades, values = told(2500, 1, 0.5)
    one, other = grow(trades, values), grow(trades, values)
    assert one is not None and other is not None and one.margin == 0.0
    assert np.array_equal(one.quartiles(trades), other.quartiles(trades))


def test_from_five_thousand_on_intervals_hold_what_they_claim() -> None:
    trades, values = told(8000, 2, 0.5)
    fresh, after = told(4000, 3, 0.5)
    trees = grow(trades, values)
    assert trees is not None and trees.margin != 0.0
    found = score(trees.quartiles(fresh), after, fresh.weight)
    assert found is not None and 0.46 <= found.coverage <= 0.54


def test_out_of_sample_trees_beat_the_table_where_inputs_tell_and_not_where_they_do_not() -> None:
    losses = {}
    for slope in (0.0, 0.6):
        trades, values = told(2600, 4, slope)
        table = table_out_of_sample(trades, values, one_book(trades), 1, DAY)
        trees = trees_out_of_sample(trades, values, DAY)
        a, b = score(table, values, trades.weight), score(trees, values, trades.weight)
        assert a is not None and b is not None and a.rows == len(trades)
        assert 0.46 <= a.coverage <= 0.54
        losses[slope] = b.loss / a.loss
    assert losses[0.6] < 0.95 < 1.0 <= losses[0.0]


def duel(trades: Excursions, values: Floats, weeks: int) -> list[Day]:
    days: list[Day] = []
    for week in range(10, 10 + weeks):
        days += duel_week(trades, values, one_book(trades), 1, T0 + week * WEEK)
    return days


def test_the_duel_is_won_by_trees_that_know_more_and_not_by_others() -> None:
    knowing, values = told(5200, 5, 0.6)
    days = duel(knowing, values, 6)
    assert len(days) == 42 and all(abs(gain) <= most + 1e-9 for _, gain, most in days)
    assert evidence(days, knowing) >= NEEDED
    blind, values = told(5200, 6, 0.0)
    assert evidence(duel(blind, values, 6), blind) < 1.0
    assert evidence([], knowing) == 1.0


def test_a_week_before_there_is_enough_to_grow_from_says_nothing() -> None:
    trades, values = told(1000, 7, 0.6)
    assert duel_week(trades, values, one_book(trades), 1, T0 + WEEK) == []
    assert duel_week(trades, values, one_book(trades), 1, T0 + 100 * WEEK) == []
