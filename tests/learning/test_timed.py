"""A procedure that chooses ways is minted where one is surely better and earns its place by bets alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.decision.policy import Policy, sealed
from engine.learning.cadence import CUT, DAY
from engine.learning.contest import Paired, evidence, standing
from engine.learning.learner import Learner
from engine.learning.past import Conclusion
from engine.learning.table import Floats
from engine.learning.timing import DEFAULT
from engine.learning.waited import READ, fit_waited
from tests.learning.truth.markets import EQUAL, promoted_on, setups
from tests.learning.waits_world import Waiting
from tests.learning.world import T0, World, policy_document


def lived(world: Waiting) -> tuple[Learner, list[Conclusion]]:
    """A learner that went through every night."""
    learner, nights, told = Learner(0.35), list[Conclusion](), 0
    for day in range(1, world.days + 1):
        cut = T0 + day * DAY + CUT
        world.tell(learner, told, cut)
        nights.append(learner.night(cut))
        told = cut
    return learner, nights


def happened(nights: Sequence[Conclusion], kind: str) -> list[str]:
    return [event.procedure for night in nights for event in night.events if event.kind == kind]


def test_a_way_that_is_truly_better_is_minted_and_earns_its_place() -> None:
    learner, nights = lived(Waiting(2, days=56, a_day=24, better={"now": 1.5}))
    assert "timed" in happened(nights, "minted") and happened(nights, "promoted") == ["timed"]
    policy = learner.champion
    assert policy is not None and policy.timing is not None and policy.procedure == "timed"
    assert policy.timing.choose("15m/TRENDING", {}) == "now"
    event = next(event for night in nights for event in night.events if event.kind == "promoted")
    assert event.detail["e"] >= event.detail["needed"] >= 40
    before = next(night for night in nights if "timed" in night.status.get("contests", {}))
    assert before.status["contests"]["timed"]["e"] < 40 and json.dumps(before.document(), allow_nan=False)


def test_where_no_way_is_better_nothing_is_entered_otherwise() -> None:
    for seed in (3, 4):
        _, nights = lived(Waiting(seed, days=40, a_day=20))
        assert "timed" not in happened(nights, "promoted")
        policies = [document for night in nights for document in night.policies.values()]
        assert all("timing" not in one for one in policies if one["procedure"] != "timed")


def by_ways(seed: int, better: float, blocks: int = 84) -> Paired:
    """Both judge alike; the challenger enters every other setup by another way, with luck of its own."""
    same = setups(EQUAL, blocks, seed)
    same = replace(same, takes_challenger=same.takes_champion, p_challenger=same.p_champion)
    rng = np.random.default_rng(seed)
    luck: Floats = np.clip(0.6 * rng.standard_normal(len(same.net)), -1.0, 1.0)
    other = np.clip(same.net + better + luck, -1.58, 1.42)
    return replace(same, entered=np.where(rng.random(len(luck)) < 0.5, other, np.nan))


def test_a_way_that_is_no_better_is_promoted_in_no_more_than_a_twentieth_of_the_runs() -> None:
    promoted = [promoted_on(by_ways(seed, 0.0)) is not None for seed in range(60)]
    assert np.mean(promoted) <= 0.05


def test_a_way_that_is_better_is_promoted_in_most() -> None:
    assert np.mean([promoted_on(by_ways(seed, 0.6)) is not None for seed in range(20)]) >= 0.8


def test_a_bet_on_ways_knows_its_bounds_and_can_be_turned_round() -> None:
    paired = by_ways(1, 0.3)
    found, turned = evidence(paired), evidence(paired.reversed())
    assert float(found.money.min()) > 0.0, "no block lost more than was said to be possible"
    assert found.money[-1] > 1.0 > turned.money[-1]
    assert np.array_equal(paired.reversed().reversed().net_challenger, paired.net_challenger)
    told, entered = standing(paired, int(paired.opened.max()) + 9 * DAY, 1), paired.entered
    assert entered is not None
    taken = paired.takes_champion == 1.0
    assert told.disagreements == int(np.sum(taken & ~np.isnan(entered)))
    assert told.difference == pytest.approx(float(np.nansum((entered - paired.net)[taken])) / len(paired.net))


def test_the_policy_chooses_as_the_fit_does() -> None:
    world = Waiting(5, days=30, better={"now": 0.2, "choch": 0.25})
    learner = Learner(0.6)
    world.tell(learner, 0, world.end)
    found = fit_waited(learner.history, world.end)
    assert found is not None and found.leaves
    books = learner.history.table.books.words
    rows = World(6, days=5).rows()
    document = {**policy_document(rows, T0 + 9 * DAY), "timing": found.content(books)}
    policy = Policy.from_document(sealed(document))
    assert policy.timing is not None
    agreed = []
    for x, book in zip(found.told.x[:200], found.told.book[:200].tolist()):
        raw = dict(zip(READ, (x * found.scale + found.center).tolist()))
        agreed.append(policy.timing.choose(books[book], raw) == found.timing.choose(x, book))
    assert all(agreed) and len(set(found.chosen())) > 1
    assert Policy.from_document(sealed(policy_document(rows, T0 + 9 * DAY))).timing is None, "older files load"


@pytest.mark.parametrize(
    "damage",
    [
        {"ways": {}},
        {"ways": {"later": {"*": {"mean": [0.0], "cov": [[0.0]]}}}},
        {"ways": {"now": {"1h/QUIET": {"mean": [0.0], "cov": [[0.0]]}}}},
        {"ways": {"now": {"*": {"mean": [0.0, 1.0], "cov": [[0.0]]}}}},
        {"ways": {"now": {"*": {"mean": ["x"], "cov": [[0.0]]}}}},
        {"inputs": [{"feature": "spread_bp", "center": 0.0, "scale": 0.0}]},
        {"inputs": 7},
    ],
)
def test_a_timing_part_that_cannot_be_is_refused(damage: dict[str, Any]) -> None:
    rows = World(6, days=5).rows()
    sound = {"inputs": [], "ways": {"now": {"*": {"mean": [0.1], "cov": [[0.0]]}}}}
    plain = policy_document(rows, T0 + 9 * DAY)
    assert Policy.from_document(sealed({**plain, "timing": sound})).timing is not None
    with pytest.raises(ValueError, match="policy refused"):
        Policy.from_document(sealed({**plain, "timing": {**sound, **damage}}))


def test_the_default_is_what_no_policy_says_otherwise() -> None:
    document = {"inputs": [], "ways": {"now": {"*": {"mean": [-0.1], "cov": [[0.0]]}}}}
    plain = policy_document(World(6, days=5).rows(), T0 + 9 * DAY)
    part = Policy.from_document(sealed({**plain, "timing": document})).timing
    assert part is not None and part.choose("1h/QUIET", {}) == DEFAULT
