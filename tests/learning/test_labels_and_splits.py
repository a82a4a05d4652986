"""Weights of labels, and splits that leak nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learning.cadence import CUT, EFFECTIVE, STEP, cut_before, cuts_between, effective_at
from engine.learning.labels import DAY, clustering, effective, labelled, uniqueness
from engine.learning.splits import purged_folds, walk_forward
from engine.learning.table import Decision
from tests.learning.world import HOUR, T0, World

LIVES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 20), st.sampled_from("ABC"), st.sampled_from([1, -1])),
    min_size=1,
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(lives=LIVES)
def test_uniqueness_equals_counting_moment_by_moment(lives: list[tuple[int, int, str, int]]) -> None:
    opened = np.array([life[0] for life in lives], dtype=np.int64)
    closed = opened + np.array([life[1] for life in lives], dtype=np.int64)
    of = np.array([ord(life[2][0]) for life in lives], dtype=np.int64)
    found = uniqueness(opened, closed, of, np.array([life[3] for life in lives], dtype=np.int64))
    for at, (begin, length, pair, side) in enumerate(lives):
        shares = []
        for moment in range(begin, begin + length):
            load = sum(
                1.0 if other[2] == pair else 0.5
                for other in lives
                if other[3] == side and other[0] <= moment < other[0] + other[1]
            )
            shares.append(1.0 / load)
        assert found[at] == pytest.approx(np.mean(shares))


def decision(number: int, closed: int) -> Decision:
    row = World(1, days=1, a_day=1).rows()[0]
    return dataclasses.replace(row, decision_id=str(number), ts=T0 + number * DAY, closed_at=closed)


def test_weights_are_uniqueness_times_age_times_resolution() -> None:
    cut = T0 + 10 * DAY
    rows = [
        dataclasses.replace(decision(0, T0 + HOUR), resolution="trades"),
        dataclasses.replace(decision(4, T0 + 5 * DAY), resolution="15m"),
        dataclasses.replace(decision(6, T0 + 7 * DAY), win=None),
        decision(9, cut + 1),
    ]
    labels = labelled(rows, cut)
    assert [labels.ids[at] for at in labels.at] == ["0", "4"]
    assert labels.weight[1] == pytest.approx(0.7 * 0.985**5)
    assert labels.weight[0] == pytest.approx(0.985 ** (10 - 1 / 24))
    assert labels.n_eff == pytest.approx(effective(labels.weight))


def test_clustering_sees_days_that_move_together() -> None:
    def deff(shock: float) -> float:
        world = World(3, days=80, edge=0.0, shock=shock)
        return clustering(labelled(world.rows(), world.end))

    assert deff(0.0) < 1.5 < 2.0 < deff(0.7)


def test_a_decision_told_twice_counts_once() -> None:
    row = decision(0, T0 + HOUR)
    assert len(labelled([row, row], T0 + DAY).y) == 1


def test_folds_hold_every_row_once_and_never_touch_their_training() -> None:
    labels = labelled(World(3, days=20).rows(), World(3, days=20).end)
    seen: list[int] = []
    for train, test in purged_folds(labels.opened, labels.closed, folds=5, embargo=DAY):
        seen += test.tolist()
        begin, end = labels.opened[test].min(), labels.closed[test].max()
        for at in train:
            assert labels.closed[at] < begin or labels.opened[at] > end + DAY
        assert len(train) > 0
    assert sorted(seen) == list(range(len(labels.y)))


def test_walking_forward_sees_only_what_had_closed() -> None:
    labels = labelled(World(3, days=40).rows(), World(3, days=40).end)
    splits = list(walk_forward(labels.opened, labels.closed, labels.weight, block=7 * DAY, min_train=100))
    assert len(splits) >= 3
    for train, test in splits:
        assert labels.closed[train].max() < labels.opened[test].min()
        assert labels.opened[test].max() - labels.opened[test].min() < 7 * DAY
        assert effective(labels.weight[train]) >= 100
    assert [len(train) for train, _ in splits] == sorted(len(train) for train, _ in splits)


def test_cuts_and_the_instant_a_policy_takes_effect() -> None:
    day = 20_000 * DAY
    assert cut_before(day + CUT) == day + CUT and cut_before(day) == day - DAY + CUT
    assert cuts_between(day + CUT, day + 2 * DAY + CUT) == [day + DAY + CUT, day + 2 * DAY + CUT]
    assert cuts_between(day + CUT, day + CUT) == []
    assert effective_at(day + CUT) == effective_at(day + CUT, day + CUT + 5) == day + EFFECTIVE
    assert effective_at(day + CUT, day + EFFECTIVE + 2 * STEP) == day + EFFECTIVE + 2 * STEP
    assert effective_at(day + CUT, day + EFFECTIVE + 2 * STEP + 1) == day + EFFECTIVE + 3 * STEP
