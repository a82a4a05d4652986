"""Counts of verdicts, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

from bot.replay.verdicts import Verdicts
from engine.columns.block import Block
from engine.decision.tick import Decided
from tests.replay.ticks import HOUR, PAIR, T0, decided, signal


def test_a_refusal_counts_by_its_first_reason_by_each_and_where_it_stood_alone() -> None:
    verdicts = Verdicts()
    for reasons in (("rr", "costs"), ("rr",), ("costs",), ("rr", "costs", "heat")):
        verdicts.add(decided(T0, "refuse", *reasons))
    assert verdicts.first() == {"rr": 3, "costs": 1}
    assert verdicts.each() == {"rr": 3, "costs": 3, "heat": 1}
    assert verdicts.alone() == {"rr": 1, "costs": 1}


def test_an_hour_has_room_where_one_setup_was_refused_by_nothing_of_market_or_levels() -> None:
    verdicts = Verdicts()
    verdicts.add(decided(T0, "refuse", "costs", "confluence"))
    verdicts.add(decided(T0 + HOUR, "refuse", "rr"))
    verdicts.add(decided(T0 + HOUR + 900_000, "refuse", "cooldown", "regime"))
    verdicts.add(decided(T0 + 2 * HOUR, "monitor", "trigger"))
    assert {hour - T0 // HOUR for hour in verdicts.judged_hours[PAIR]} == {0, 1, 2}
    assert {hour - T0 // HOUR for hour in verdicts.open_hours[PAIR]} == {1, 2}


def test_the_end_of_a_monitor_is_no_setup_of_its_own() -> None:
    verdicts, made = Verdicts(), signal(1, T0)
    verdicts.add(decided(T0, "monitor", "trigger", of=made))
    verdicts.add(decided(T0 + HOUR, "publish", of=made))
    verdicts.add(decided(T0 + 2 * HOUR, "refuse", "trigger", of=made))
    verdicts.add(replace(decided(T0 + 3 * HOUR, "refuse", "unproven"), plan=made.plan))
    verdicts.add(decided(T0, "publish", of=made))
    verdicts.add(replace(decided(T0 + 4 * HOUR, "refuse", "opinion"), plan=made.plan))
    verdicts.add(decided(T0, "publish", "trigger", of=made))  # on a second opinion, before its triggers
    assert (verdicts.triggered, verdicts.setups) == (3, 2)
    assert {hour - T0 // HOUR for hour in verdicts.judged_hours[PAIR]} == {0}


def test_many_at_once_count_as_one_by_one(simulated_blocks: list[Block]) -> None:
    many, singly = Verdicts(), Verdicts()
    for block in simulated_blocks:
        refused = block.refused
        many.add_refused(block.pairs.names, refused.pair, refused.verdicts["ts"], refused.reasons)
        for told in block.refusals():
            assert isinstance(told.fact, Decided)
            singly.add(told.fact)
    assert singly.count["refuse"] > 100
    for name in ("count", "refused", "setups", "judged_hours", "open_hours"):
        assert getattr(many, name) == getattr(singly, name), name
