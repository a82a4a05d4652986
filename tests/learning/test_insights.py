"""What may be said of kinds of setups: worked numbers, chance, a planted difference, failures, what to avoid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.decision.policy import Policy
from engine.learning.avoid import Rule, kept_account, rules
from engine.learning.cells import BANDS, BIASES, SESSIONS, Dimension, dimensions, rule_of
from engine.learning.effects import compare, discoveries, shrink
from engine.learning.failures import failures
from engine.learning.history import History
from engine.learning.insights import Filled, Insight, Insights, insights
from engine.learning.labels import DAY
from engine.learning.learner import Learner
from engine.learning.past import Conclusion
from engine.learning.table import Decision, Table
from engine.learning.together import Together, clusters, together
from tests.learning.surroundings_world import Surroundings

NULL_SEEDS = 30
ASIA = ("session", "asia")


def of(name: str, names: tuple[str, ...], codes: list[int]) -> Dimension:
    return Dimension(name, names, np.array(codes, dtype=np.int64))


def test_means_and_their_errors_by_days() -> None:
    """Two days, one of them 1 R better: the mean has the spread of two days, not of twenty setups."""
    day = np.repeat([0, 1], 10)
    by = compare(of("all", ("all", "none"), [0] * 20), day, np.ones(20), np.repeat([0.0, 1.0], 10))
    assert by.mean[0] == 0.5 and by.n.tolist() == [20, 0] and by.n_eff[0] == 20.0
    # each day pushes the mean by a quarter: 2 * (1/4)^2 * 2 / (2 - 1), widened from normal to t of one degree: 6.314
    assert by.variance[0] == pytest.approx(0.25 * (6.3138 / 1.6449) ** 2, rel=1e-3)
    assert np.isnan(by.mean[1]) and np.isnan(by.difference[0])


def test_a_shared_day_is_no_difference() -> None:
    """Both cells gain on one day and lose on the other: the levels are unsure, the difference is not."""
    day, codes = np.repeat([0, 1, 2, 3], 50), [0, 1] * 100
    push = np.where(day % 2 == 0, 1.0, -1.0)
    by = compare(of("side", ("a", "b"), codes), day, np.ones(200), push)
    assert by.difference.tolist() == [0.0, 0.0] and by.difference_variance[0] < by.variance[0] / 5
    assert by.p[0] == pytest.approx(1.0)


def test_shrinking_believes_the_sure_and_not_the_unsure() -> None:
    found = shrink(np.array([0.5, 0.0, 0.0, 0.5]), np.array([0.0001, 0.0001, 0.0001, 1.0]), 0.15)
    assert found.mean[0] > 0.49 and 0.1 < found.mean[3] < 0.4
    assert found.reach[0] < 0.02 < found.reach[3]
    best, worst = shrink(np.array([0.3, 0.0, -0.3]), np.full(3, 0.002), 0.15).extreme()
    assert best[0] > 0.95 and worst[2] > 0.95 and best.sum() == pytest.approx(1.0)


def test_false_discoveries_are_counted() -> None:
    assert discoveries(np.zeros(0)).tolist() == []
    assert discoveries(np.array([0.2, 0.5])).tolist() == [False, False]
    assert discoveries(np.array([0.09, 0.1])).tolist() == [True, True]


def test_every_cell_with_a_rule_is_what_its_rule_avoids() -> None:
    """A policy with the rule avoids the setups of the cell, and no others."""
    world = Surroundings(4, days=20)
    table = Table(world.decisions())
    places = np.arange(len(table))
    from engine.learning.forecast import avoided

    book, raw = table.ints("book"), table.floats("features")
    tried = 0
    for one in dimensions(table, places, np.full(len(table), np.nan)):
        for at, name in enumerate(one.names):
            rule = rule_of(one.name, name)
            if rule is not None:
                tried += 1
                assert np.array_equal(avoided(rule, table.books.words, book, raw), one.of == at), (one.name, name)
    assert tried >= len(SESSIONS) + len(BIASES) + len(BANDS) + 2 + 2 + 6
    assert rule_of("pair", "BTC-USDT-SWAP") is None and rule_of("confidence", "50") is None


def test_chance_alone_shows_nothing() -> None:
    wrong = sum(bool(insights(*Surroundings(seed, days=45).filled()).shown) for seed in range(NULL_SEEDS))
    assert wrong <= NULL_SEEDS // 10


def test_a_planted_difference_is_found_named_and_shrunken() -> None:
    found = insights(*Surroundings(1, lost=0.6).filled())
    asia = next(one for one in found.shown if (one.dimension, one.name) == ASIA)
    assert asia.verdict == "worst" and asia.n_eff > 100
    assert asia.net_r is not None and asia.difference is not None and asia.win_rate is not None
    assert asia.net_r[1] < asia.net_r[0] < asia.net_r[2] < 0.0 and asia.difference[2] < 0.0
    assert 0.0 < asia.win_rate[1] < asia.win_rate[0] < asia.win_rate[2] < 0.35
    assert {one.dimension for one in found.shown} == {"session"}
    few = [one for one in found.cells if one.verdict == "few"]
    assert all(one.n_eff < 50 and one.net_r is None for one in few)


def test_nothing_constant_and_huge_inputs_are_borne() -> None:
    empty = np.zeros(0, dtype=np.int64)
    nothing = Filled(empty, empty, np.zeros(0), np.zeros(0), np.zeros(0))
    assert insights(nothing, [of("regime", ("A", "B"), []), of("pair", (), [])]) == Insights((), 0)
    rows, where = Surroundings(2, days=30).filled()
    for net in (np.ones(len(rows.net)), rows.net * 1e9):
        found = insights(replace(rows, net=net), where)
        assert found.tested > 10 and not found.shown
        assert all(np.isfinite(one.net_r).all() for one in found.cells if one.net_r is not None)
    unknown = [Dimension(one.name, one.names, np.full(len(rows.net), -1)) for one in where]
    assert insights(rows, unknown).cells == ()
    zero = insights(replace(rows, weight=np.zeros(len(rows.net))), where)
    assert not zero.shown and zero.tested == 0


def test_the_same_rows_give_the_same_insights() -> None:
    one, other = (insights(*Surroundings(3).filled()) for _ in range(2))
    assert [cell.document() for cell in one.cells] == [cell.document() for cell in other.cells]


def test_pairs_that_move_as_one_are_pooled_as_one() -> None:
    rng = np.random.default_rng(5)
    days, names = 120, ("A", "B", "C")
    market = rng.normal(0.0, 1.0, days)
    net = np.stack([market + rng.normal(0, 0.3, days), market + rng.normal(0, 0.3, days), rng.normal(0, 1, days)])
    pairs = of("pair", names, np.repeat([0, 1, 2], days).tolist())
    day, side = np.tile(np.arange(days), 3), np.ones(3 * days, dtype=np.int64)
    found = together(pairs, day, side, net.ravel())
    known = {(one.one, one.other): one.correlation or 0.0 for one in found}
    assert known["A", "B"] > 0.85 and abs(known["A", "C"]) < 0.3
    assert clusters(names, found).tolist() == [0, 0, 2]
    few = together(of("pair", names, [0, 1, 2]), np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.int64), np.ones(3))
    assert [one.correlation for one in few] == [None] * 3 and clusters(names, few).tolist() == [0, 0, 0]
    assert few[0] == Together("A", "B", None, 1)


def test_failures_are_found_where_they_are_more_frequent() -> None:
    world = Surroundings(6, unfilled=0.5)
    table = Table(world.decisions())
    found = failures(table, np.arange(len(table)), world.end)
    assert found.found and all(one.kind == "unfilled" for one in found.found)
    high = found.found[0]
    assert (high.dimension, high.name) == ("volatility", "high") and high.share > 0.35 > 0.05 > high.rest
    assert high.document()["advice"] == "nearer_entry"
    shares = found.shares
    assert shares["unfilled"] is not None and 0.1 < shares["unfilled"] < 0.2 and shares["timed_out"] == 0.0
    assert shares["stopped_early"] is not None and 0.0 < shares["stopped_early"] < 1.0
    nothing = failures(Table(), np.zeros(0, dtype=np.int64), world.end)
    assert nothing.found == () and set(nothing.shares.values()) == {None}


def judged(name: str, low: float, middle: float, high: float, below: float, *, apart: float = -0.2) -> Insight:
    around = (apart, apart - 0.1, apart + 0.1)
    return Insight("session", name, 300, 120.0, (0.4, 0.3, 0.5), (middle, low, high), around, 0.001, below, "worst")


def test_a_rule_wants_everything_and_stays_while_it_is_not_refuted() -> None:
    bad = judged("asia", -0.4, -0.3, -0.1, 0.0001)
    near = judged("london", -0.3, -0.1, 0.1, 0.02)
    common = judged("off", -0.4, -0.3, -0.1, 0.0001, apart=0.05)
    night = Insights((bad, near, common), 3)
    (rule,) = rules(night, (), 1000)
    assert (rule.name, rule.since, rule.high) == ("asia", 1000, -0.1)
    assert Rule.of(rule.document()) == rule
    weaker = Insights((replace(bad, net_r=(-0.05, -0.2, 0.1)),), 1)
    assert rules(weaker, (rule,), 2000) == (rule,)
    assert rules(Insights((replace(bad, net_r=(0.02, -0.1, 0.2)),), 1), (rule,), 2000) == ()
    assert rules(Insights((), 0), (rule,), 2000) == ()
    every = Insights(tuple(judged(name, -0.4, -0.3, -0.1, 0.0001) for name in SESSIONS), 5)
    assert len(rules(every, (), 1)) == 5


def test_what_a_rule_saves_is_counted_from_its_minting_on() -> None:
    world = Surroundings(7, days=30, lost=0.6)
    history = History(world.decisions())
    early = kept_account(Rule(*ASIA, 0, 100.0, -0.4, -0.2), history, world.end, None)
    since = world.end - 11 * DAY
    late = kept_account(Rule(*ASIA, since, 100.0, -0.4, -0.2), history, world.end, None)
    assert 0 < late["setups"] < early["setups"] / 2 and late["net_r"] < -0.3
    assert (late["taken"], late["saved_r"], late["low"], late["high"]) == (0, 0.0, None, None)


@pytest.fixture(scope="module")
def nights() -> list[Conclusion]:
    """Forty nights of a learner in a world where Asia's setups lose."""
    world = Surroundings(8, days=75, lost=0.7, edge=1.5)
    made = list(world.decisions())
    learner, told = Learner(0.6), 0
    found = []
    for night in range(35, 75):
        cut = made[0].ts - made[0].ts % DAY + night * DAY + 2 * DAY // 24
        while told < len(made) and made[told].ts < cut:
            one = made[told]
            closed = one.closed_at is not None and one.closed_at < cut
            learner.history.stored(one if closed else _open(one))
            told += 1
        for one in made[:told]:
            if one.closed_at is not None and one.closed_at < cut:
                learner.history.stored(one)
        found.append(learner.night(cut))
    return found


def _open(one: Decision) -> Decision:
    return replace(one, win=None, rr=None, closed_at=None, result=None, exit_reason=None)


def test_a_procedure_that_avoids_competes_once_there_is_something_to_avoid(nights: list[Conclusion]) -> None:
    assert all(night.reason == "trained" for night in nights)
    minted = [event.procedure for night in nights for event in night.events if event.kind == "minted"]
    assert minted[-1] == "avoiding" and "surroundings" in minted
    assert {night.champion for night in nights} == {"linear"}, "the contest has not begun long ago"
    policies = [
        Policy.from_document(document)
        for night in nights
        for document in night.policies.values()
        if document["procedure"] == "avoiding"
    ]
    asia = {"asia_open": 1.0, "london_open": 0.0, "new_york_open": 0.0}
    assert policies and all(one.avoids("15m", "TRENDING", asia) for one in policies)
    assert not any(one.avoids("15m", "TRENDING", {**asia, "asia_open": 0.0}) for one in policies)
    others = [d for night in nights for d in night.policies.values() if d["procedure"] != "avoiding"]
    assert all(not one["avoid"] for one in others)


def test_a_night_tells_what_it_avoids_and_what_that_came_to(nights: list[Conclusion]) -> None:
    rows = [next(one for one in night.status["avoid"] if one["name"] == "asia") for night in nights[-5:]]
    assert len({row["since"] for row in rows}) == 1, "a rule keeps the night on which it was minted"
    first, last = rows[0]["account"], rows[-1]["account"]
    assert last["setups"] > first["setups"] > 0 and last["net_r"] < 0
    assert last["taken"] > 0 and last["saved_r"] > 0 and last["low"] < last["saved_r"] < last["high"]
    status = nights[-1].status["insights"]
    assert status["labels"] > 1000 and status["tested"] > 20 and len(status["failures"]["shares"]) == 5
    asia = next(one for one in status["cells"] if one["name"] == "asia")
    assert asia["verdict"] == "worst" and asia["net_r"][2] < 0
