"""Looks between nights: a fall is found by the hour, and what a store kept is enough to find the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.decision.policy import Policy
from engine.learning.cadence import DAY, HOUR, STEP, looks_between, taken_at
from engine.learning.drift import REACTION
from engine.learning.learner import Learner
from engine.learning.past import Conclusion, Past, Turn
from engine.learning.table import Decision
from tests.learning.test_nightwatch import FALLS, FIRST_NIGHT, cut_of, fallen, fitted, hear, margins, promoted, rows
from tests.learning.world import T0

SINCE = T0 + FALLS * DAY


def looked(learner: Learner, told: Sequence[Decision], after: int, until: int) -> Conclusion | None:
    """The first look in which anything happened."""
    since = 0
    for cut in looks_between(after, until):
        hear(learner, [row for row in told if row.ts >= since or since < (row.closed_at or 0) <= cut], cut)
        since = cut
        found = learner.look(cut)
        if found is not None and found.events:
            return found
    return None


def after_nights(told: list[Decision], days: Sequence[int] = (FIRST_NIGHT, 30, FALLS)) -> Learner:
    learner = Learner(0.6)
    for day in days:
        hear(learner, told, cut_of(day))
        learner.night(cut_of(day))
    return learner


def restored(learner: Learner, documents: dict[str, Policy]) -> Learner:
    """Another learner from what a store keeps of this one."""
    kept = [json.loads(json.dumps(one.document())) for one in learner.past]
    return Learner(0.6, Past([Conclusion.of(one) for one in kept]), documents)


def policies_of(learner: Learner) -> dict[str, Policy]:
    return {
        version: Policy.from_document(dict(document))
        for one in learner.past
        for version, document in one.policies.items()
    }


def dearer(since: int) -> list[Decision]:
    """From an instant on as many win, and every loss costs three times as much."""
    return [replace(row, rr=-3.0) if row.ts >= since and row.win == 0 else row for row in rows()]


@pytest.mark.parametrize(
    ("market", "signs"),
    [(fallen(FALLS), {"cusum", "drawdown"}), (dearer(SINCE), {"drawdown"})],  # the first that is sure
    ids=["fewer win", "losses cost more"],
)
def test_a_fall_is_found_by_the_hour_and_the_store_finds_the_same(market: list[Decision], signs: set[str]) -> None:
    learner = after_nights(market)
    before = learner.champion
    again = restored(learner, policies_of(learner))
    found = looked(learner, market, cut_of(FALLS), cut_of(FALLS + 8))
    assert found is not None and before is not None
    alarm = next(event for event in found.events if event.kind == "alarm")
    assert (found.kind, alarm.at) == ("watch", found.cut) and alarm.detail["sign"] in signs
    assert found.cut % HOUR == 0 and found.effective == found.cut + STEP == taken_at(found.cut)
    assert found.version is not None and found.version != before.version
    document = found.policies[found.version]
    assert {row["mode"] for row in document["books"].values()} == {"paper"} and document["cut"] == before.cut
    more = {name: margin + REACTION.margin for name, margin in margins(before.document).items()}
    assert margins(document) == pytest.approx(more)
    assert learner.champion is not None and learner.champion.version == found.version

    hear(again, market, found.cut)
    same = again.look(found.cut)
    assert same is not None and same.document() == found.document() and same.policies == found.policies
    later = looked(learner, market, found.cut, found.cut + DAY // 2)
    assert later is None or all(event.kind != "alarm" for event in later.events), "an alarm is told once"
    hear(learner, market, cut_of(FALLS + 9))
    night = learner.night(cut_of(FALLS + 9))
    assert night.version is not None and {row["mode"] for row in night.policies[night.version]["books"].values()} == {
        "paper"
    }


def test_a_night_that_a_look_overtook_takes_effect_no_sooner_than_the_look() -> None:
    """Where nights are slow, a look at four may conclude before the night of two does."""
    market, learner = list(rows()), after_nights(list(rows()), (FIRST_NIGHT, 30))
    late = learner.champion
    assert late is not None
    hour = cut_of(31) + 3 * HOUR
    turn = Turn("linear", late.version, taken_at(hour))
    learner.remember(Conclusion("watch", hour, taken_at(hour), "linear", (turn,)), {late.version: late})
    hear(learner, market, cut_of(31))
    night = learner.night(cut_of(31))
    assert night.version is not None and night.effective == taken_at(hour) > taken_at(cut_of(31))
    assert all(turn.since == night.effective for turn in night.turns)


def test_a_calm_market_shows_how_the_evidence_stands_and_one_without_a_policy_nothing() -> None:
    assert Learner(0.6).look(cut_of(3) + HOUR) is None
    learner = after_nights(list(rows()), (FIRST_NIGHT, 30))
    concluded, (night,) = len(learner.past), [one for one in learner.past if one.cut == cut_of(30)]
    assert looked(learner, rows(), cut_of(30), cut_of(32)) is None
    shown = list(learner.past)[concluded:]
    assert 0 < len(shown) <= 12, "blocks that closed, and no other hour"
    assert all(one.kind == "watch" and not one.turns and one.status["proof"] for one in shown)
    assert {one.champion for one in shown} == {night.champion}


def test_a_worse_model_goes_within_hours_not_in_the_night() -> None:
    old, new = fitted(FIRST_NIGHT), fitted(FIRST_NIGHT, upside_down=True, procedure="recent")
    known = {one.version: one for one in (old, new)}
    learner = Learner(0.6, promoted(old, new), known)
    found = looked(learner, rows(), cut_of(FIRST_NIGHT + 2), cut_of(FIRST_NIGHT + 16))
    assert found is not None and found.champion == "linear" == learner.past.champion
    back = next(event for event in found.events if event.kind == "rolled_back")
    assert back.detail["instead_of"] == "recent" and found.version is not None
    assert found.policies[found.version]["procedure"] == "linear"
    assert found.policies[found.version]["books"].keys() == old.document["books"].keys()


def test_gaps_in_the_data_are_told_once_and_are_over_by_a_night() -> None:
    gone = T0 + 35 * DAY + 6 * HOUR
    market = [
        replace(row, win=None, rr=None, result="void", exit_reason="data_gap")
        if row.closed_at is not None and gone <= row.closed_at < gone + DAY
        else row
        for row in rows()
    ]
    learner = after_nights(market, (FIRST_NIGHT, 30, 35))
    found = looked(learner, market, cut_of(35), cut_of(36))
    assert found is not None and found.version is None, "nothing in force is changed by a broken feed"
    (event,) = found.events
    last = [row for row in market if found.cut - DAY < (row.closed_at or 0) <= found.cut]
    void = Counter(row.pair for row in last if row.exit_reason == "data_gap")
    about = f"{max(sorted(void), key=void.__getitem__)} candles"
    assert (event.kind, event.detail["sign"], event.detail["about"]) == ("tripped", "data_quality", about)
    numbers = (event.detail["void"], event.detail["ended"], event.detail["pairs"])
    assert numbers == (void.total(), len(last), len(void)) and void.total() > len(last) / 2
    assert looked(learner, market, found.cut, cut_of(36)) is None
    for day, kinds in ((36, []), (37, ["cleared"])):
        hear(learner, market, cut_of(day))
        night = learner.night(cut_of(day))
        told = [one.kind for one in night.events if one.detail.get("sign") == "data_quality"]
        assert told == kinds and (f"data_quality/{about}" in night.status["warnings"]) is (day == 36)


def test_inputs_that_are_gone_are_told_by_pair_and_name_and_how_many() -> None:
    gone, lost = T0 + 35 * DAY, {"score_smc": None, "score_fibo": None}
    market = [
        replace(row, pair="ETH-USDT-SWAP", features={**row.features, **lost}) if row.ts >= gone and at % 4 else row
        for at, row in enumerate(rows())
    ]
    learner = after_nights(market, (FIRST_NIGHT, 30, 35))
    found = looked(learner, market, cut_of(35), cut_of(37))
    assert found is not None
    event = next(one for one in found.events if one.detail["sign"] == "data_quality")
    assert (event.detail["about"].split()[0], event.detail["pairs"], event.detail["inputs"]) == ("ETH-USDT-SWAP", 1, 2)
    assert event.detail["about"].split()[1] in lost
    assert event.detail["before"] < 0.05 and event.detail["now"] > 0.5
    again = looked(learner, market, found.cut, cut_of(37))
    assert again is None or all(one.detail.get("sign") != "data_quality" for one in again.events), "told once"
