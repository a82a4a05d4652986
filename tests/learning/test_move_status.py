"""What nights say of moves: from the store's columns to scored quartiles, the odds of a ratio, and the duel."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.learning.cadence import CUT, weekly
from engine.learning.history import History, decision_of, limit_of
from engine.learning.labels import labels_of
from engine.learning.learner import Learner
from engine.learning.move_status import excursions, moves_status
from engine.learning.table import Decision, Table
from tests.learning.world import DAY, T0, World
from tests.storage.documents import decided, ended, plan


@cache
def rows(days: int = 40, a_day: int = 30) -> tuple[Decision, ...]:
    """A world's setups with runs: winners between 1.2 and 2.5 R, losers below 1.2 R."""
    world, rng = World(5, days=days, a_day=a_day), np.random.default_rng(6)
    found = []
    for row in world.rows():
        mfe = float(rng.uniform(1.2, 2.5) if row.win else rng.uniform(0.0, 1.2))
        mae = -float(rng.uniform(0.0, 0.9) if row.win else 1.0)
        features = {**row.features, "risk_atr": float(rng.uniform(0.5, 1.5))}
        found.append(replace(row, features=features, mfe_r=mfe, mae_r=mae, limit=2.5))
    return tuple(sorted(found, key=lambda row: row.ts))


def test_runs_come_with_labels_from_facts_as_from_the_store() -> None:
    fact, outcome = decided(1), ended(1)
    heard = History()
    heard.take(fact)
    heard.closed(fact.decision_id, outcome)
    there = plan(fact.ts)
    limit = limit_of(there.side, there.near, there.sl, there.tp2)
    assert decision_of(fact).limit == limit and limit is not None and limit > 1.0
    stored = History()
    stored.stored(replace(decision_of(fact), win=1, rr=1.5, closed_at=outcome.closed_at, mfe_r=1.0, mae_r=-0.25))
    for name in ("mfe_r", "mae_r", "limit"):
        assert heard.table.floats(name).tolist() == stored.table.floats(name).tolist()
    assert (heard.table.floats("mfe_r")[0], heard.table.floats("mae_r")[0]) == (1.0, -0.25)


def test_a_night_says_quartiles_odds_and_how_good_they_were() -> None:
    table = Table(rows())
    labels = labels_of(table, T0 + 60 * DAY)
    found = moves_status(table, labels, T0 + 60 * DAY, {})
    assert found["trades"] == len(labels.y)
    assert found["mfe"]["table"]["rows"] == len(labels.y)
    assert 0.45 <= found["mfe"]["table"]["coverage"] <= 0.55
    for low, middle, high in found["mfe"]["quartiles"].values():
        assert 0.0 < low < middle < high < 2.5
    p = [one["p"] for one in found["reach"]]
    assert p == sorted(p, reverse=True) and all(one["p_low"] < one["p"] for one in found["reach"])
    assert found["proposed"], "books with enough trades"
    for name, levels in found["proposed"].items():
        assert 1.5 <= levels["tp1"] <= levels["tp2"] and levels["stop"] >= 1.0 and name in found["mfe"]["quartiles"]
    assert found["mae"]["duel"] == {"e": 1.0, "needed": 20.0, "champion": "table", "days": []}
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert moves_status(table, labels, T0 + 60 * DAY, found) == found, "the same again"


def test_what_was_won_in_a_duel_stays_won_and_its_days_are_kept() -> None:
    table = Table(rows())
    labels = labels_of(table, T0 + 60 * DAY)
    before = {"mfe": {"duel": {"champion": "trees", "days": [[20_000, 1.0, 2.0], [20_001, -1.0, 2.0]]}}}
    duel = moves_status(table, labels, T0 + 60 * DAY, before)["mfe"]["duel"]
    assert duel["champion"] == "trees" and duel["days"] == [[20_000, 1.0, 2.0], [20_001, -1.0, 2.0]]


WITHOUT: dict[str, Callable[[Decision], Decision]] = {
    "mfe": lambda row: replace(row, mfe_r=None),
    "mae": lambda row: replace(row, mae_r=None),
    "plan": lambda row: replace(row, limit=None),
    "risk": lambda row: replace(row, features={**row.features, "risk_atr": None}),
}


@pytest.mark.parametrize("missing", list(WITHOUT))
def test_rows_of_before_runs_were_kept_say_only_how_few_there_are(missing: str) -> None:
    table = Table(WITHOUT[missing](row) for row in rows())
    labels = labels_of(table, T0 + 60 * DAY)
    assert len(excursions(table, labels)[0]) == 0
    assert moves_status(table, labels, T0 + 60 * DAY, {}) == {"trades": 0, "n_eff": 0.0}


def test_a_learners_week_carries_it_once() -> None:
    learner = Learner(0.5)
    cuts = [T0 + day * DAY + CUT for day in range(41, 48)]
    for row in rows():
        learner.history.stored(row)
    nights = [learner.night(cut) for cut in cuts]
    (found,) = [night.status["moves"] for night in nights if weekly(night.cut)]
    assert found["n_eff"] >= 100.0 and found["reach"][0]["ratio"] == 0.5
    assert sum("moves" in night.status for night in nights) == 1
