"""Night after night: a planted edge is learned and proven, none is made up, and what was kept is enough to go on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.decision.policy import Policy
from engine.learning.cadence import CUT, DAY, weekly
from engine.learning.learner import Learner
from engine.learning.past import Conclusion, Past
from engine.learning.table import Decision
from tests.learning.world import T0, World

LEAST = 0.35
DAYS = 40


def sorted_rows(world: World) -> list[Decision]:
    return sorted(world.rows(), key=lambda row: (row.ts, row.decision_id))


def told_until(learner: Learner, rows: Sequence[Decision], since: int, cut: int) -> None:
    """Tell what was judged from `since` on and before `cut`, with its end whenever that came."""
    for row in rows:
        if since <= row.ts < cut:
            learner.history.stored(row)


def lived(rows: Sequence[Decision], days: int) -> tuple[Learner, list[Conclusion]]:
    """A learner that went through every night."""
    learner = Learner(LEAST)
    nights = []
    for day in range(1, days + 1):
        told_until(learner, rows, T0 + (day - 1) * DAY + CUT if day > 1 else 0, T0 + day * DAY + CUT)
        nights.append(learner.night(T0 + day * DAY + CUT))
    return learner, nights


def bytes_of(night: Conclusion) -> str:
    return json.dumps([night.document(), dict(night.policies)], sort_keys=True, allow_nan=False)


def events(nights: Sequence[Conclusion], kind: str) -> list[str]:
    return [event.procedure for night in nights for event in night.events if event.kind == kind]


def modes(night: Conclusion) -> set[str]:
    assert night.version is not None
    return {row["mode"] for row in night.policies[night.version]["books"].values()}


@pytest.fixture(scope="module")
def rows() -> list[Decision]:
    """A world whose scores tell much."""
    return sorted_rows(World(7, DAYS, a_day=60, edge=2.0, regimes=("TRENDING",)))


@pytest.fixture(scope="module")
def found(rows: list[Decision]) -> list[Conclusion]:
    return lived(rows, DAYS)[1]


def test_a_planted_edge_is_learned_and_proven(found: list[Conclusion]) -> None:
    last = found[-1].status
    assert last["forecasts"]["skill"]["low"] > 0.05 and last["forecasts"]["ece"]["value"] < 0.05
    assert last["proof"]["e"] >= 20 and last["proof"]["mean"] > 0
    assert events(found, "proven") and "live" in modes(found[-1])
    first = next(night for night in found if night.version is not None)
    assert modes(first) == {"paper"}, "nothing is proven by what came before the first policy"


def test_where_scores_tell_nothing_nothing_is_proven() -> None:
    _, nights = lived(sorted_rows(World(8, DAYS, a_day=60, edge=0.0)), DAYS)
    last = nights[-1].status
    assert not events(nights, "proven") and modes(nights[-1]) == {"paper"}
    assert last["proof"]["e"] < 20 and last["forecasts"]["skill"]["low"] < 0.0
    assert not events(nights, "promoted")


def test_a_night_does_not_know_what_ends_later(rows: list[Decision], found: list[Conclusion]) -> None:
    cut = T0 + 20 * DAY + CUT

    def corrupted(row: Decision) -> Decision:
        if (row.closed_at or 0) <= cut:
            return row
        return replace(row, win=1 - (row.win or 0), rr=-9.0, closed_at=(row.closed_at or 0) + DAY, resolution="1h")

    learner, nights = lived([corrupted(row) for row in rows], 19)
    told_until(learner, [corrupted(row) for row in rows], T0 + 19 * DAY + CUT, cut)
    nights.append(learner.night(cut))
    assert any(row.ts < cut < (row.closed_at or 0) for row in rows)
    assert [bytes_of(night) for night in nights] == [bytes_of(night) for night in found[:20]]


def test_what_was_kept_is_enough_to_go_on(rows: list[Decision], found: list[Conclusion]) -> None:
    kept: list[dict[str, Any]] = [json.loads(json.dumps(night.document())) for night in found[:25]]
    policies = {
        version: Policy.from_document(dict(document))
        for night in found[:25]
        for version, document in night.policies.items()
    }
    learner = Learner(LEAST, Past([Conclusion.of(document) for document in kept]), policies)
    cut = T0 + 26 * DAY + CUT
    told_until(learner, rows, 0, cut)
    assert bytes_of(learner.night(cut)) == bytes_of(found[25])


def test_ten_labels_and_one_class_teach_nothing(rows: list[Decision]) -> None:
    cut = T0 + DAYS * DAY
    few, wins = Learner(LEAST), Learner(LEAST)
    told_until(few, rows[:10], 0, cut)
    told_until(wins, [replace(row, win=1, rr=1.0) for row in rows], 0, cut)
    nights = few.night(cut), wins.night(cut)
    assert [night.reason for night in nights] == ["too_few_labels", "one_class"]
    assert all(night.version is None and not night.policies for night in nights)
    assert few.champion is None and Learner(LEAST).night(cut).status["labels"] == 0


def test_a_number_beyond_all_measure_blocks_the_night_and_the_champion_serves_on(rows: list[Decision]) -> None:
    cut = T0 + 20 * DAY + CUT
    features = {**rows[0].features, "score_smc": 1e200}
    poisoned = replace(rows[0], features=features, closed_at=cut + DAY // 2)
    learner = Learner(LEAST)
    told_until(learner, [poisoned, *rows[1:]], 0, cut)
    before = learner.night(cut)
    after = learner.night(cut + DAY)
    assert before.version is not None and after.version is None and after.champion == before.champion
    (event,) = [event for event in after.events if event.kind == "blocked" and event.procedure == after.champion]
    assert event.detail == {"unusable": "score_smc holds a number beyond all measure"}
    assert learner.champion is not None and learner.champion.version == before.version
    assert weekly(after.cut) and after.status["moves"].keys() == {"unusable", "after"}
    assert after.status["moves"]["unusable"] == event.detail["unusable"]
    assert json.loads(bytes_of(after))[0]["status"]["reason"] == "trained"
