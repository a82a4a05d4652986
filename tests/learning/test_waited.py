"""What a night knows of ways to enter: only what was over, every way of it, and no difference where there is none."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from engine.learning.history import History
from engine.learning.labels import DAY
from engine.learning.learner import Learner
from engine.learning.timing import DEFAULT, OTHERS
from engine.learning.waited import fit_waited, timing_status
from engine.learning.waits import Waits
from tests.learning.waits_world import Waiting
from tests.learning.world import T0

WORLD = Waiting(3, better={"now": 0.3, "reclaim": -0.3})


def learner_of(world: Waiting, cut: int | None = None) -> Learner:
    learner = Learner(0.6)
    world.tell(learner, 0, world.end if cut is None else cut)
    return learner


def test_a_way_that_is_better_is_shown_to_be_and_chosen() -> None:
    night = learner_of(WORLD).night(WORLD.end)
    found = json.loads(json.dumps(night.status["timing"]))
    ways = found["ways"]
    assert found["setups"] == 1800 and ways["now"]["setups"] == 1800 and 100 < found["n_eff"] < 1800
    assert ways["now"]["low"] > 0.0 and abs(ways["now"]["mean"] - 0.3) < 0.1
    assert ways["reclaim"]["high"] < 0.0 < ways["choch"]["high"] and ways["choch"]["low"] < 0.0
    assert found["chosen"]["now"] > 0.8 and sum(found["chosen"].values()) == pytest.approx(1.0)


def test_where_no_way_is_better_most_intervals_hold_zero() -> None:
    holds = 0
    for seed in range(10, 40):
        world = Waiting(seed, days=20)
        found = fit_waited(learner_of(world).history, world.end)
        assert found is not None
        ways = timing_status(found)["ways"]
        holds += all(one["low"] <= 0.0 <= one["high"] for one in ways.values())
    assert holds >= 24, "90 % of all three at once"


def test_nothing_that_was_not_over_is_known() -> None:
    cut = T0 + 30 * DAY
    early, late = learner_of(WORLD, cut), learner_of(WORLD)
    one, other = fit_waited(early.history, cut), fit_waited(late.history, cut)
    assert one is not None and other is not None
    assert timing_status(one) == timing_status(other)


def test_a_setup_of_which_a_way_is_not_known_or_that_was_never_told_counts_for_nothing() -> None:
    learner = learner_of(Waiting(4, days=10))
    waits = Waits()
    row = Waiting(4, days=10).rows()[0]
    waits.begin(row.decision_id, (0.0, 0.0))
    for way in (DEFAULT, *OTHERS[:-1]):
        waits.end(row.decision_id, way, T0, 0.0)
    waits.begin("stranger", (0.0, 0.0))
    for way in (DEFAULT, *OTHERS):
        waits.end("stranger", way, T0, 0.0)
        waits.end("nobody", way, T0, 0.0)
    learner.history.waits = waits
    assert len(waits) == 2 and fit_waited(learner.history, T0 + 40 * DAY) is None
    waits.end(row.decision_id, OTHERS[-1], T0, math.nan)
    found = fit_waited(learner.history, T0 + 40 * DAY)
    assert found is not None and timing_status(found)["ways"]["reclaim"]["setups"] == 0


def test_inputs_that_are_unknown_stand_in_the_middle() -> None:
    world = Waiting(5, days=10)
    learner = learner_of(world)
    for row, _, _ in world.made():
        learner.history.waits._all[row.decision_id].inputs = (math.nan, 1.0)
    found = fit_waited(learner.history, world.end)
    assert found is not None and not found.told.x[:, :2].any()


def test_a_night_without_any_that_waited_is_as_it_was() -> None:
    world = Waiting(6, days=20, share=0.0)
    assert "timing" not in learner_of(world).night(world.end).status
    some = learner_of(replace(world, share=1.0)).night(world.end)
    none = learner_of(world).night(world.end)
    assert some.policies == none.policies and {**some.status, "timing": None} == {**none.status, "timing": None}
    assert fit_waited(History(), world.end) is None
