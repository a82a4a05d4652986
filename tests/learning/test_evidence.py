"""Bets, contests, gates and proof: worked numbers, and input that must not fool them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.betting import DAY, HOURS_4, block_length, interleaved, interleaved_path, streams_of, wealth
from engine.learning.contest import Paired, evidence, standing, whole_blocks
from engine.learning.gates import Sample, gates, inversion
from engine.learning.proof import Proof, Would, edge, proof, proven
from engine.learning.table import Floats, Ints
from tests.learning.truth.markets import MUCH_BETTER, promoted_on, setups

HOUR = 3_600_000
NONE: Floats = np.zeros(0)
NO_TIME: Ints = np.zeros(0, dtype=np.int64)


def paired(days: int, a_day: int, gain: float, hold: int = HOUR) -> Paired:
    """The challenger takes what the champion leaves and earns `gain` each; both say the same p."""
    rows = days * a_day
    opened = np.repeat(np.arange(days), a_day) * DAY
    return Paired(
        opened, opened + hold, np.tile([1.0, 0.0], rows)[:rows], np.full(rows, gain), np.full(rows, 0.08),
        np.full(rows, 1.5), np.zeros(rows), np.ones(rows), np.full(rows, 0.4), np.full(rows, 0.4),
    )  # fmt: skip


def test_a_stake_never_risks_more_than_nine_tenths_of_the_wealth() -> None:
    worst = wealth(np.array([-100.0]), np.array([100.0]), [0.4, 1.0])
    assert worst[0] == pytest.approx(0.1)


def test_a_loss_beyond_its_bound_ends_the_bet_for_good() -> None:
    assert wealth(np.array([1.0, -1.5, 50.0]), np.ones(3), [0.1]).tolist() == [1.1, 0.0, 0.0]


def test_a_block_without_a_stake_moves_nothing() -> None:
    assert wealth(np.zeros(2), np.zeros(2), [0.1, 1.0]).tolist() == [1.0, 1.0]
    assert len(wealth(NONE, NONE, [0.1])) == 0
    assert interleaved(NO_TIME, NONE, NONE, [0.1], 3) == 1.0


def test_fair_bets_reach_twenty_in_no_more_than_a_twentieth_of_the_runs() -> None:
    rng = np.random.default_rng(5)
    bounds = np.full(300, 6.0)
    reached = [float(wealth(rng.choice([-6.0, 6.0], 300), bounds, [1 / 32, 1 / 12]).max()) >= 20.0 for _ in range(2000)]
    assert 0.005 < np.mean(reached) <= 0.05


def test_blocks_are_days_only_where_markets_outlive_four_hours() -> None:
    assert (block_length(HOURS_4), block_length(HOURS_4 + 1)) == (HOURS_4, DAY)
    assert streams_of(np.array([22 * HOUR]), np.array([26 * HOUR]), DAY) == 2


def test_where_streams_lag_the_least_of_the_pending_blocks_decides() -> None:
    block, sums, bounds = np.arange(4), np.array([1.0, 1.0, 1.0, -1.0]), np.ones(4)
    path = interleaved_path(block, sums, bounds, [0.5], 3)
    # Streams {0, 3}, {1}, {2}: their mean is 3.5/3, 4/3, 4.5/3, 3.75/3, of which the last two blocks' least counts.
    assert path == pytest.approx([3.5 / 3, 3.5 / 3, 4.0 / 3, 3.75 / 3])
    assert interleaved(block, sums, bounds, [0.5], 3) == path[-1]


def test_an_open_block_does_not_count() -> None:
    seen = paired(3, 2, 0.5)
    assert len(whole_blocks(seen, 2 * DAY + HOUR).opened) == 4, "its last market might only just be over"
    assert len(whole_blocks(seen, 2 * DAY + HOURS_4 + HOUR).opened) == 6
    assert len(whole_blocks(paired(3, 2, 0.5, 20 * HOUR), 2 * DAY + 19 * HOUR).opened) == 2


def test_a_contest_of_worked_numbers() -> None:
    found = standing(paired(2, 1, 1.0), 30 * DAY, 1)
    # One setup a block at a worst loss of 1.58: stakes 1/32 and 1/12 of a gain of 1, twice; p never differs.
    assert found.e_money == pytest.approx(((33 / 32) ** 2 + (13 / 12) ** 2) / 2)
    assert (found.e_forecast, found.difference, found.disagreements) == (1.0, 1.0, 2)
    assert found.verdict == "wait" and "evidence" in found.failed and "days" in found.failed


def test_what_is_won_by_one_is_lost_by_the_other() -> None:
    ours = standing(paired(60, 4, 0.3), 100 * DAY, 1)
    theirs = standing(paired(60, 4, 0.3).reversed(), 100 * DAY, 1)
    assert ours.e > 20.0 > 1.0 > theirs.e
    assert ours.difference == -theirs.difference and 0.0 < ours.low <= 0.3 <= ours.high
    assert theirs.high < 0.0 and theirs.days_left is None and ours.days_left == 0.0


def test_a_loss_that_could_not_be_takes_all_evidence_away() -> None:
    seen = paired(60, 4, 0.3)
    broken = replace(seen, net=np.where(np.arange(240) >= 236, -9.0, seen.net))
    assert evidence(broken).last[0] == 0.0


def test_more_rivals_need_more_evidence() -> None:
    seen = paired(20, 4, 0.3)
    assert [standing(seen, 99 * DAY, rivals).needed for rivals in (0, 1, 3)] == [20.0, 20.0, 60.0]


def test_the_truth_tests_promote_on_the_night_on_which_the_contest_does() -> None:
    seen = setups(MUCH_BETTER, 56, 80_003)
    day = promoted_on(seen)
    assert day is not None
    over = (int(day) + 1) * DAY  # the last market of its block may last as long as any did
    assert standing(seen, over, 1).verdict == "promote"
    assert standing(seen, over - DAY, 1).verdict == "wait"


def test_nothing_to_judge_waits() -> None:
    found = standing(paired(0, 0, 0.0), DAY, 1)
    assert (found.verdict, found.e, found.setups, found.days_left) == ("wait", 1.0, 0, None)


def test_setups_that_were_never_filled_tell_nothing_of_forecasts() -> None:
    seen = replace(paired(10, 4, 0.0), y=np.full(40, np.nan), p_challenger=np.full(40, 0.9))
    assert evidence(seen).last == (1.0, 1.0)


def test_gates_of_one_class_and_of_nothing_do_not_fail_to_answer() -> None:
    for rows in (0, 3):
        one = np.ones(rows)
        found = {gate.name: gate.passed for gate in gates(Sample(one, one, one, one, one * 0.4, one * 0.4, 0.0))}
        assert not found["pairs"] and not found["days"]


def test_an_inversion_within_chance_is_none_and_a_clear_one_is_found() -> None:
    p = np.repeat([0.2, 0.4, 0.6], 100)
    assert inversion(p, np.concatenate([np.repeat([1.0, 0.0], [51, 49]), np.repeat([1.0, 0.0], 50), np.ones(100)])) < 1
    assert inversion(p, np.concatenate([np.ones(100), np.zeros(100), np.ones(100)])) > 5.0


def test_proof_begins_anew_where_it_is_told_to() -> None:
    day = np.repeat(np.arange(120), 5) * DAY
    would = Would(day, day + 12 * HOUR, np.full(600, 0.3), np.full(600, 0.08))
    whole, later = proof(would, 0, 200 * DAY), proof(would, 110 * DAY, 200 * DAY)
    assert whole.enough and whole.blocks == 120 and whole.e == edge(would)[-1]
    assert not later.enough and later.blocks == 10 and later.days_left is not None
    assert proof(would.take(NO_TIME), 0, DAY) == Proof(1.0, 0, 0, 0.0, None)


def test_no_book_is_proven_alone() -> None:
    strong, weak = Proof(500.0, 1, 1, 0.1, 0.0), Proof(3.0, 1, 1, 0.1, 1.0)
    assert proven(strong, {}) == frozenset()
    assert proven(weak, {"15m/trend": strong}) == frozenset()
    assert proven(strong, {"15m/trend": strong, "1h/range": weak}) == {"15m/trend"}
