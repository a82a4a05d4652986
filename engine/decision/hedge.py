"""The hedge idea of a signal: the other side at the level where the signal's own idea is over.

Worked out at the decision from the same row, as if price had just closed at the invalidation: what lies behind it then
and held the signal up is on the other side's side (a broken order block is a breaker, old support is resistance). The
same anchors, the same finder and the same limits as a signal, with one entry price instead of a zone. It is never
followed: when a signal stops out, the other side competes as a setup of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.decision.guardrails import refuse_levels
from engine.decision.judge import name_setup, price_terms
from engine.decision.levels import Areas, find_levels, round_trip
from engine.decision.signal import Hedge, Side
from engine.decision.verdict import Contract, Verdict
from engine.market.anchors import (
    BREAKER_BLOCK,
    EQUAL_HIGHS,
    EQUAL_LOWS,
    ORDER_BLOCK,
    SWEPT_LEVEL,
    SWING_HIGH,
    SWING_LOW,
)
from engine.params import Params
from engine.readings import ANCHOR_AT, ANCHOR_WIDTH, ROW, ROW_COUNT

TURNS = {
    ORDER_BLOCK: BREAKER_BLOCK,
    **{kind: kind for kind in (SWING_HIGH, SWING_LOW, EQUAL_HIGHS, EQUAL_LOWS, SWEPT_LEVEL)},
}


def hedge_of(row: Sequence[float], v: Verdict, contract: Contract, params: Params) -> Hedge | None:
    """The mirror of a verdict with levels; None where no anchors carry it within the limits of a signal.

    `row`: the readings `v` was taken from (engine/readings.py).
    """
    side: Side = -1 if v.side > 0 else 1
    beyond = broken(row, v.side, v.invalidation * v.side)
    one_price = replace(params, zone_max_atr=0.0, scalp=0)
    m, costs = Verdict(), round_trip(contract, params)
    name_setup(m, beyond, side)
    m.anchored = find_levels(m, beyond, side, contract, costs, Areas(), one_price)
    if m.anchored == 0:
        return None
    price_terms(m, beyond, side, costs)
    if refuse_levels(m, beyond, beyond[ROW["close"]], params):
        return None
    return Hedge(side, m.zone_high * side, m.sl * side, m.tp1 * side, m.tp2 * side, m.rr_target)


def broken(row: Sequence[float], side: int, price: float) -> list[float]:
    """The row as if price had closed at `price`, beyond what held `side` up.

    Areas of that side that lie wholly behind the price turn to the other side; gaps and retracements that were closed
    through are spent and stay where they are.
    """
    after = list(row)
    after[ROW["close"]] = price
    for j in range(int(row[ROW_COUNT])):
        at = ANCHOR_AT + ANCHOR_WIDTH * j
        kind, low, high = int(row[at]), row[at + 4], row[at + 5]
        behind = low >= price if side > 0 else high <= price
        if row[at + 2] == side and behind and kind in TURNS:
            after[at], after[at + 2] = TURNS[kind], -side
    return after
