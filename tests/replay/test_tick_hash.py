"""The hash of a run sees every difference that matters, and batches hash as single ticks do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.replay.tick_hash import TickHash
from engine.columns.block import Block
from engine.decision.tick import (
    Closed,
    Fact,
    Halted,
    Lifted,
    PolicySet,
    Progress,
    Published,
    Rejected,
    ShadowClosed,
    WayClosed,
)
from tests.replay.ticks import PAIR, T0, decided, outcome, signal

OTHER = "BBB-USDT-SWAP"
MADE = signal(1, T0)
END = outcome(MADE, T0 + 60_000, "win", 1.25)


def _hash(*facts: Fact) -> str:
    hashed = TickHash([OTHER, PAIR])
    for fact in facts:
        hashed.add(fact)
    return hashed.hexdigest()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Published(MADE), Published(replace(MADE, plan=replace(MADE.plan, sl=98.1)))),
        (Published(MADE), Published(replace(MADE, p_win=0.5))),
        (Closed(END, MADE.plan, 1), Closed(END._replace(mfe=1.1), MADE.plan, 1)),
        (Closed(END, MADE.plan, 1), ShadowClosed(END.signal_id, END, MADE.plan)),
        (decided(T0, "refuse", "rr"), decided(T0, "refuse", "costs")),
        (decided(T0, "refuse", "rr"), replace(decided(T0, "refuse", "rr"), features={"adx": 27.6, "oi_z": None})),
        (Progress(MADE.signal_id, 1, PAIR, "filled", T0, 100.2, None), Progress("x", 1, PAIR, "tp1", T0, 100.2, None)),
        (Halted("breaker", T0, None, "three losses"), Halted("breaker", T0, T0 + 1, "three losses")),
        (Lifted("breaker", T0), Lifted("pause", T0)),
        (Rejected("trades", PAIR, "late", 3), Rejected("trades", PAIR, "late", 4)),
        (PolicySet("v1", T0, None), PolicySet("v1", T0, "refused")),
        (WayClosed("d", "choch", T0, None, MADE.plan), WayClosed("d", "reclaim", T0, None, MADE.plan)),
        (WayClosed("d", "now", T0, END, MADE.plan), WayClosed("d", "now", T0, END._replace(mfe=1.1), MADE.plan)),
    ],
)
def test_a_changed_fact_changes_the_hash(one: Fact, two: Fact) -> None:
    assert _hash(one) == _hash(one)
    assert _hash(one) != _hash(two)


def test_the_order_of_facts_counts_and_how_many_there_are() -> None:
    one, two = decided(T0, "refuse", "rr"), decided(T0, "refuse", "costs")
    assert len({_hash(one), _hash(one, one), _hash(one, two), _hash(two, one)}) == 4


def test_blocks_hash_as_their_facts_do_one_by_one(simulated_blocks: list[Block]) -> None:
    names = simulated_blocks[0].pairs.names
    blocks, singly = TickHash(names), TickHash(names)
    for block in simulated_blocks:
        blocks.add_block(block)
        for told in block.told():
            singly.add(told.fact)
    assert sum(len(block.refused.verdicts) + len(block.ended.ends) for block in simulated_blocks) > 500
    assert blocks.hexdigest() == singly.hexdigest() != TickHash(names).hexdigest()
