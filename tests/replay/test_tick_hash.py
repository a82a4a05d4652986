"""The hash of a run sees every difference that matters, and batches hash as single ticks do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.replay.tick_hash import TickHash
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
    Tick,
)
from tests.replay.ticks import PAIR, T0, decided, outcome, signal

OTHER = "BBB-USDT-SWAP"
MADE = signal(1, T0)
END = outcome(MADE, T0 + 60_000, "win", 1.25)


def _hash(*ticks: Tick) -> str:
    hashed = TickHash([OTHER, PAIR])
    for tick in ticks:
        hashed.add(tick)
    return hashed.hexdigest()


def _with(fact: Fact) -> str:
    return _hash(Tick(1, T0, "candle", PAIR, (fact,)))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Published(MADE), Published(replace(MADE, plan=replace(MADE.plan, sl=98.1)))),
        (Published(MADE), Published(replace(MADE, p_win=0.5))),
        (Closed(END, MADE.plan, 1), Closed(replace(END, mfe=1.1), MADE.plan, 1)),
        (Closed(END, MADE.plan, 1), ShadowClosed(END.signal_id, END)),
        (decided(T0, "refuse", "rr"), decided(T0, "refuse", "costs")),
        (decided(T0, "refuse", "rr"), replace(decided(T0, "refuse", "rr"), features={"adx": 27.6, "oi_z": None})),
        (Progress(MADE.signal_id, 1, PAIR, "filled", T0, 100.2, None), Progress("x", 1, PAIR, "tp1", T0, 100.2, None)),
        (Halted("breaker", T0, None, "three losses"), Halted("breaker", T0, T0 + 1, "three losses")),
        (Lifted("breaker", T0), Lifted("pause", T0)),
        (Rejected("trades", PAIR, "late", 3), Rejected("trades", PAIR, "late", 4)),
        (PolicySet("v1", T0, None), PolicySet("v1", T0, "refused")),
    ],
)
def test_a_changed_fact_changes_the_hash(one: Fact, two: Fact) -> None:
    assert _with(one) == _with(one)
    assert _with(one) != _with(two)


def test_the_tick_itself_counts() -> None:
    base = Tick(1, T0, "candle", PAIR, ())
    changed = [
        replace(base, seq=2),
        replace(base, ts=T0 + 1),
        replace(base, kind="book"),
        replace(base, pair=OTHER),
    ]
    assert len({_hash(tick) for tick in [base, *changed]}) == 5
    assert _hash(base, changed[0]) != _hash(changed[0], base)


def test_a_batch_of_quiet_ticks_hashes_as_one_by_one() -> None:
    ticks = [Tick(seq, T0 + seq, "candle", PAIR if seq % 2 else OTHER, ()) for seq in range(1, 5001)]
    batch = TickHash([PAIR, OTHER])
    batch.add(ticks[0])
    rest = np.arange(2, 5001, dtype=np.int64)
    batch.add_quiet(rest, T0 + rest, "candle", np.where(rest % 2 == 1, 1, 2).astype(np.int64))
    assert batch.hexdigest() == _hash(*ticks)
