"""Nights of a learner whose market falls, whose newer model is worse, and whose fits leap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.decision.policy import Policy, sealed
from engine.learning.arm import chosen, drawn
from engine.learning.cadence import CUT, effective_at
from engine.learning.drift import REACTION
from engine.learning.fit import NO_CARE, fit_policy
from engine.learning.labels import labelled
from engine.learning.learner import Learner
from engine.learning.night import Night
from engine.learning.nightwatch import level_of, probation, tripped
from engine.learning.past import Conclusion, Event, Past, Turn
from engine.learning.procedures import BY_NAME
from engine.learning.shadow import Shadow
from engine.learning.table import Decision, Table
from engine.learning.watch import care as care_of
from engine.readings import PRIOR_WEIGHTS
from tests.learning.world import DAY, T0, World

WORLD = World(21, days=60, a_day=40, regimes=("TRENDING",))
FIRST_NIGHT, FALLS = 15, 45


def cut_of(day: int) -> int:
    return T0 + day * DAY + CUT


@cache
def rows() -> tuple[Decision, ...]:
    return tuple(sorted(WORLD.rows(), key=lambda row: row.ts))


def fallen(day: int) -> list[Decision]:
    """From a day on most of what would have won loses."""
    rng, since = np.random.default_rng(5), T0 + day * DAY
    lost = [row.ts >= since and row.win == 1 and rng.random() < 0.7 for row in rows()]
    return [replace(row, win=0, rr=-1.08) if loses else row for row, loses in zip(rows(), lost)]


def hear(learner: Learner, told: list[Decision], until: int) -> None:
    """Every setup judged before `until`, with its end where that was known."""
    for row in told:
        if row.ts < until:
            over = row.closed_at is not None and row.closed_at <= until
            learner.history.stored(row if over else replace(row, win=None, rr=None, closed_at=None))


def night(learner: Learner, told: list[Decision], day: int) -> Conclusion:
    hear(learner, told, cut_of(day))
    return learner.night(cut_of(day))


def kinds(found: Conclusion) -> list[str]:
    return [event.kind for event in found.events]


def fitted(day: int, *, upside_down: bool = False, procedure: str = "linear") -> Policy:
    """A policy of the labels before a day; upside down where it takes losses for wins."""
    told = [row for row in rows() if row.ts < cut_of(day)]
    told = [replace(row, win=1 - (row.win or 0)) for row in told] if upside_down else told
    content = fit_policy(labelled(told, cut_of(day)), cut_of(day), {}, PRIOR_WEIGHTS, BY_NAME[procedure])
    return Policy.from_document(sealed({**content, "training_sha256": "0" * 64}))


def margins(document: Mapping[str, Any]) -> dict[str, float]:
    return {name: row["margin"] for name, row in document["books"].items()}


def test_a_fall_alarms_and_the_fits_of_two_weeks_ask_for_more() -> None:
    learner, calm = Learner(0.6), Learner(0.6)
    for day in (FIRST_NIGHT, 30, FALLS):
        assert "alarm" not in kinds(night(learner, fallen(FALLS), day))
        night(calm, list(rows()), day)
    found, other = night(learner, fallen(FALLS), FALLS + 2), night(calm, list(rows()), FALLS + 2)
    assert "alarm" not in kinds(other)
    alarm = next(event for event in found.events if event.kind == "alarm")
    assert alarm.procedure == "linear" and alarm.detail["value"] >= alarm.detail["limit"] > 3.0
    assert alarm.detail["labels"] >= 10 and found.version is not None
    assert {row["mode"] for row in found.policies[found.version]["books"].values()} == {"paper"}
    assert found.status["proof"]["setups"] == 0, "the proof of edge begins again at the alarm"
    told = [row for row in fallen(FALLS) if row.closed_at is not None and row.closed_at <= found.cut]
    plain, asked = (
        fit_policy(labelled(told, found.cut), found.cut, {}, PRIOR_WEIGHTS, care=care) for care in (NO_CARE, REACTION)
    )
    assert margins(found.policies[found.version]) == margins(asked) != margins(plain)


def test_the_same_nights_alarm_alike() -> None:
    once, again = (Learner(0.6) for _ in range(2))
    for day in (FIRST_NIGHT, 30, FALLS, FALLS + 2):
        one, other = night(once, fallen(FALLS), day), night(again, fallen(FALLS), day)
        assert one.document() == other.document()


def test_after_an_alarm_care_is_taken_for_two_weeks() -> None:
    learner = Learner(0.6)
    for day in (FIRST_NIGHT, 30, FALLS, FALLS + 2):
        night(learner, fallen(FALLS), day)
    alarms = learner.past.events("alarm")
    assert len(alarms) == 1
    for days, care in ((13, REACTION), (14, NO_CARE)):
        cut = alarms[0].at + days * DAY
        later = Night(cut, effective_at(cut), "linear", labels=learner.history.labels(cut))
        assert care_of(learner, later, "linear") is care and care_of(learner, later, "recent") is NO_CARE


def test_a_worse_model_goes_again_within_its_trial() -> None:
    old, new = fitted(FIRST_NIGHT), fitted(FIRST_NIGHT, upside_down=True, procedure="recent")
    learner = Learner(0.6, promoted(old, new), {one.version: one for one in (old, new)})
    found = night(learner, list(rows()), 30)
    back = next(event for event in found.events if event.kind == "rolled_back")
    assert (back.procedure, back.detail["instead_of"]) == ("linear", "recent")
    assert back.detail["e"] >= 5.0 and found.champion == "linear" and learner.past.champion == "linear"
    after = night(learner, list(rows()), 31)
    assert after.champion == "linear" and "rolled_back" not in kinds(after)


def test_after_its_trial_or_where_it_is_no_worse_a_model_stays() -> None:
    old, new = fitted(FIRST_NIGHT), fitted(FIRST_NIGHT, procedure="recent")
    learner = Learner(0.6, promoted(old, new), {one.version: one for one in (old, new)})
    assert night(learner, list(rows()), 30).champion == "recent"
    worse = fitted(FIRST_NIGHT, upside_down=True, procedure="recent")
    late = Learner(0.6, promoted(old, worse), {one.version: one for one in (old, worse)})
    assert "rolled_back" not in kinds(night(late, list(rows()), FIRST_NIGHT + 20))


def promoted(old: Policy, new: Policy) -> Past:
    """`linear` learned a fortnight ago, `recent` took its place five days later."""
    start, crowned = cut_of(FIRST_NIGHT), cut_of(FIRST_NIGHT + 2)
    turns = [Turn("linear", old.version, effective_at(start)), Turn("recent", new.version, effective_at(start))]
    event = Event(crowned, "promoted", "recent", {"instead_of": "linear"})
    return Past(
        [
            Conclusion("night", start, effective_at(start), "linear", tuple(turns), (), {"reason": "trained"}),
            Conclusion("night", crowned, effective_at(crowned), "recent", (), (event,), {"reason": "trained"}),
        ]
    )


def test_only_a_promotion_of_the_last_fortnight_is_a_trial() -> None:
    event = Event(0, "promoted", "recent", {"instead_of": "linear"})
    assert probation([event], "recent", 14 * DAY) == event
    assert probation([event], "recent", 14 * DAY + 1) is None
    assert probation([event], "linear", DAY) is None and probation([], "linear", DAY) is None
    assert probation([event, Event(1, "chosen", "recent")], "recent", DAY) is None


def shadow_of(policy: Policy, table: Table) -> Shadow:
    shadow = Shadow("linear", 0.6)
    shadow.turn(0, policy)
    shadow.hear(table)
    return shadow


def asking(policy: Policy, more: float) -> Policy:
    """The same policy, with another margin over break-even."""
    books = {name: {**row, "margin": row["margin"] + more} for name, row in policy.document["books"].items()}
    return Policy.from_document(sealed({**policy.document, "books": books}))


@pytest.mark.parametrize(
    ("more", "careful", "names"),
    [(0.0, False, []), (3.0, False, ["publish_rate"]), (3.0, True, [])],
)
def test_a_rate_of_publishing_that_leaps_is_held_back(more: float, careful: bool, names: list[str]) -> None:
    policy, table = fitted(30), Table(rows())
    shadow = shadow_of(policy, table)
    found = tripped(asking(policy, more), shadow, table, cut_of(60), careful)
    assert [one.name for one in found] == names


def test_a_rate_four_times_as_high_is_held_back_careful_or_not() -> None:
    policy, table = fitted(30), Table(rows())
    strict = asking(policy, 3.0)
    for careful in (False, True):
        found = tripped(policy, shadow_of(strict, table), table, cut_of(60), careful)
        assert [one.name for one in found] == ["publish_rate"]


def test_without_a_shadow_or_setups_no_rate_is_asked() -> None:
    policy = fitted(30)
    assert tripped(policy, None, Table(rows()), cut_of(60), False) == ()
    assert tripped(policy, shadow_of(policy, Table()), Table(), cut_of(60), False) == ()


def test_a_week_of_forecasts_is_too_little_to_be_alarmed_by() -> None:
    table, policy = Table(fallen(20)), fitted(FIRST_NIGHT)
    labels = labelled(fallen(20), cut_of(24))
    shadow = Shadow("linear", 0.6)
    shadow.turn(cut_of(FIRST_NIGHT), policy)
    shadow.hear(table)
    assert level_of(shadow.said(labels.at), labels, cut_of(24)) is None


def test_the_paper_arm_draws_for_paper_books_alone_and_draws_the_same_again() -> None:
    policy, market = fitted(30), rows()[:600]
    told = [drawn(row, policy.document) for row in market]
    assert told[:50] == [drawn(row, policy.document) for row in market[:50]]
    known = [one for one in told if one is not None]
    assert len(known) == len(market) and 0.06 < np.mean([one.explored for one in known]) < 0.14
    table = Table(market)
    books, raw = table.ints("book"), table.floats("features")
    found = chosen(policy.document, table.books.words, books, raw, table.ids)
    assert [one.taken for one in known] == (found.taken == 1).tolist()
    unlike = found.taken != found.mean_rule
    assert (found.explored[unlike] == 1).all() and 0 < unlike.sum() < 0.1 * len(known)
    refused = replace(rows()[0], reasons=("spread", "p_win"))
    assert drawn(refused, policy.document) is None, "what no rule could publish is no choice"
    books_live = {
        name: row if name == "*" else {**row, "mode": "live"} for name, row in policy.document["books"].items()
    }
    live = Policy.from_document(sealed({**policy.document, "books": books_live}))
    assert drawn(rows()[0], live.document) is None


def test_a_night_says_what_the_paper_arm_came_to() -> None:
    learner = Learner(0.6)
    for day in (FIRST_NIGHT, 30):
        found = night(learner, list(rows()), day).status["exploration"]
    assert found["setups"] > 400 and 0.06 < found["explored"] / found["setups"] < 0.14
    for name in ("snips", "doubly_robust"):
        assert found[name]["error"] > 0.0
    assert abs(found["doubly_robust"]["value"] - found["mean_rule"]) < 4 * found["doubly_robust"]["error"]
