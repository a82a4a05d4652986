"""Voters: what their record is worth, and what they can never do."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest

from engine.learning.labels import DAY
from engine.learning.raters import Vote, clusters, counted, nudges, rate
from tests.learning.truth.raters_world import NOW, poll

GOLD = {f"g{number}": number % 2 for number in range(20)}


def vote(rater: str, signal: str, win: int, afterwards: bool = False, since: int = 0, ts: int = NOW) -> Vote:
    return Vote(rater, signal, ts, win, afterwards, since)


def good(rater: str, afterwards: bool = False) -> list[Vote]:
    """A voter who was right on 18 of twenty clear ends (each errs on two of its own), then votes."""
    wrong = {f"g{2 * ord(rater[-1]) % 20}", f"g{(2 * ord(rater[-1]) + 1) % 20}"}
    told = [vote(rater, name, 1 - win if name in wrong else win, afterwards) for name, win in GOLD.items()]
    return [*told, vote(rater, "open", 1)]


def nudged(votes: list[Vote], y0: float = 0.0) -> dict[str, float]:
    found = nudges(votes, rate(votes, GOLD), {"open": y0})
    assert all(one.weight == 0.3 for one in found.values())
    return {name: one.y for name, one in found.items()}


def test_three_voters_with_a_record_move_a_label_a_little() -> None:
    votes = good("a") + good("b") + good("c")
    assert rate(votes, GOLD)["a"].sensitivity == pytest.approx(13 / 18)
    assert nudged(votes)["open"] == pytest.approx(0.15 * math.tanh(1.5 * math.log(13 / 5)))
    assert nudged(votes, 0.95)["open"] == 1.0
    assert nudged(votes[: 2 * 21]) == {}, "two are too few"


def test_a_voter_without_ten_clear_ends_weighs_nothing() -> None:
    few = [one for one in good("c") if one.signal in ("open", "g1", "g2", "g3")]
    assert nudged(good("a") + good("b") + few) == {}


def test_a_vote_cast_after_the_end_was_shown_counts_a_quarter() -> None:
    late = good("c", afterwards=True)
    assert rate(late, GOLD)["c"].gold == 5.0
    assert nudged(good("a") + good("b") + late) == {}, "twenty late votes are a record of five"


def test_the_last_vote_counts_once_and_new_accounts_do_not() -> None:
    first, last = vote("a", "s", 1), vote("a", "s", 0, ts=NOW + 5)
    assert counted([last, first, last]) == [last]
    assert counted([vote("a", "s", 1, since=NOW - 7 * DAY + 1)]) == []
    assert counted([vote("a", "s", 1, since=NOW - 7 * DAY)]) != []


def test_a_burst_on_one_signal_is_set_aside() -> None:
    usual = [vote(f"v{number}", f"s{number}", 1, ts=NOW + number * DAY) for number in range(30)]
    burst = [vote(f"w{number}", "storm", 1) for number in range(6)]
    assert counted(usual + burst) == sorted(usual, key=lambda one: one.ts)
    assert len(counted(usual + burst[:5])) == 35


def test_a_crowd_that_always_agrees_cannot_stand_alone() -> None:
    same = [dataclasses.replace(one, rater=name) for name in ("b", "c", "d") for one in good("a")]
    assert nudged(same)["open"] == 0.0
    apart = good("e") + good("f") + good("g") + good("h")
    assert 0.0 < nudged(same + apart)["open"] < 0.15


def test_voters_who_always_agree_bear_a_fifth_together() -> None:
    names = [f"g{number}" for number in range(20)]
    crowd = [vote(f"bot{number}", name, 1) for number in range(12) for name in names]
    other = [vote(f"man{number}", name, (at + number) % 3 % 2) for number in range(12) for at, name in enumerate(names)]
    found = clusters(crowd + other)
    assert [f"bot{number}" for number in (0, 1, 10, 11)] == [name for name in found[0] if name[-1] in "01"]
    assert len(found[0]) == 12 and all("bot" not in name for group in found[1:] for name in group)


@pytest.mark.parametrize("seed", range(4))
def test_the_groups_are_those_of_comparing_everybody_with_everybody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    leaders = rng.integers(0, 2, (3, 60))
    votes = []
    for number in range(320):  # more than are compared at once
        follows, strays = leaders[number % 3], rng.random(60) < (0.0, 0.02, 0.05, 0.5)[number % 4]
        for at in np.flatnonzero(rng.random(60) < rng.choice([0.2, 0.3, 0.6])).tolist():
            votes.append(vote(f"v{number:03}", f"s{at}", int(follows[at] ^ strays[at])))
    said: dict[str, dict[str, int]] = {}
    for one in votes:
        said.setdefault(one.rater, {})[one.signal] = one.win
    names = sorted(said)
    group = dict(zip(names, names))
    for a, b in itertools.product(names, names):
        both = said[a].keys() & said[b].keys()
        if len(both) >= 15 and sum(said[a][one] == said[b][one] for one in both) > 0.95 * len(both):
            group = {name: group[a] if of == group[b] else of for name, of in group.items()}
    wanted = [[name for name in names if group[name] == one] for one in sorted(set(group.values()))]
    assert clusters(votes) == [one for one in wanted if len(one) > 1] and len(clusters(votes)) >= 2


def test_a_crowd_that_always_votes_for_wins_is_worth_nothing() -> None:
    said = poll(1, 0.5)
    votes = counted(said.votes)
    raters = rate(votes, said.gold)
    brigade = [one.for_win for name, one in raters.items() if name < "voter-20"]
    honest = [one.for_win for name, one in raters.items() if name >= "voter-20"]
    assert max(map(abs, brigade)) < 0.35 < max(honest)


def test_no_votes_and_unknown_signals_are_no_obstacle() -> None:
    assert counted([]) == [] and rate([], GOLD) == {} and nudges([], {}, {"open": 0.0}) == {} and clusters([]) == []
    votes = [vote("a", "elsewhere", 1)]
    assert rate(votes, GOLD)["a"].gold == 0.0 and nudged(votes) == {}
    assert dataclasses.replace(votes[0], win=0) != votes[0]
