"""The mirror scenario at the invalidation of a long, on a row whose answer can be seen.

1030  ── tp2        ATR 10, 1h ATR 20, costs 2 (so a stop is at least 8 away)
1016  ── tp1
 999  ▒▒ block      the long: entry at the block, stop under 988, over below it
 988  ── low        the idea: short at 987 after a close below 988, stop above the broken block
 970  ── low
 960  ── low
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.decision.candidate import judged
from engine.decision.hedge import hedge_of
from engine.decision.signal import Hedge
from engine.params import Params
from tests.decision.rows import ANCHORS, CONTRACT, setup_row

Area = tuple[str, int, float, float]
LOWS: tuple[Area, ...] = (("swing_low", 1, 970.0, 970.0), ("swing_low", 1, 960.0, 960.0))
GAP: Area = ("fair_value_gap", 1, 996.0, 999.0)


def idea(anchors: tuple[Area, ...], side: int = 1, params: Params | None = None) -> Hedge | None:
    """The hedge of the long, or of the same picture upside down."""
    params = params or Params()
    placed = anchors if side > 0 else tuple((kind, -s, 2000.0 - high, 2000.0 - low) for kind, s, low, high in anchors)
    row = setup_row(anchors=placed)
    candidate = judged(row, side, CONTRACT, None, 0.5, params)
    assert candidate.plan is not None and candidate.plan.invalidation_price == (988.0 if side > 0 else 1012.0)
    return hedge_of(row.values, candidate.verdict, CONTRACT, params)


def test_broken_support_carries_the_other_side() -> None:
    rr = (17 / 13 + 27 / 13) / 2
    assert idea((*ANCHORS, *LOWS)) == Hedge(-1, 987.0, 1000.0, 970.0, 960.0, rr)
    assert idea((*ANCHORS, *LOWS), -1) == Hedge(1, 1013.0, 1000.0, 1030.0, 1040.0, rr)


@pytest.mark.parametrize(
    "anchors",
    [
        ANCHORS,  # nothing below to aim at
        (*ANCHORS, LOWS[0]),  # one target of 1.3 R is too little
        (*ANCHORS, LOWS[0], ("swing_low", 1, 946.0, 946.0)),  # 41 below the entry: more than two 1h ATR
        (GAP, *ANCHORS[1:], *LOWS),  # the gap is closed through: the nearest stop is 2 away, and costs eat it
    ],
)
def test_without_what_a_signal_needs_there_is_no_idea(anchors: tuple[Area, ...]) -> None:
    assert idea(anchors) is None


def test_the_limits_are_those_of_a_signal() -> None:
    strict = replace(Params(), rr_min=2.2)
    assert idea((*ANCHORS, *LOWS), params=strict) is None
