"""Location and failed break of one side, on rows whose answer can be seen.

VAH  1040 ──────────────────
            value            ATR 10: within 2.5 of an edge is at it
VAL  1000 ──────────────────
"""

from __future__ import annotations

import pytest

from engine.decision.candidate import Candidate, judged
from engine.decision.guardrails import LOCATION
from engine.params import Params
from tests.decision.rows import CONTRACT, setup_row


def read(side: int, low: float, high: float, close: float, swept: bool = False) -> Candidate:
    facts = {("smc", "sweep"): float(side)} if swept else {}
    row = setup_row(
        facts=facts, anchors=(), low=low, high=high, close=close, trend=0.0, efficiency=0.1, val=1000.0, vah=1040.0
    )
    return judged(row, side, CONTRACT, None, 0.5, Params())


@pytest.mark.parametrize(
    ("low", "high", "close", "location"),
    [
        (998.0, 1006.0, 1004.0, "at_val"),  # through it
        (1002.5, 1008.0, 1005.0, "at_val"),  # down to 2.5 above it
        (1002.6, 1008.0, 1005.0, "in_value"),
        (990.0, 997.5, 995.0, "at_val"),  # up to 2.5 below it
        (990.0, 997.4, 995.0, "nowhere"),  # below value, and not near its edge
        (1015.0, 1020.0, 1018.0, "in_value"),
    ],
)
def test_in_balance_the_edge_of_value_is_where_the_bar_came_near_it(
    low: float, high: float, close: float, location: str
) -> None:
    assert read(1, low, high, close).location == location
    mirrored = {"at_val": "at_vah"}.get(location, location)
    assert read(-1, 2040.0 - high, 2040.0 - low, 2040.0 - close).location == mirrored


@pytest.mark.parametrize(
    ("low", "close", "swept", "failed"),
    [
        (998.0, 1004.0, False, True),  # beyond the edge and closed back inside
        (998.0, 999.0, False, False),  # closed beyond it
        (1001.0, 1004.0, False, False),  # never was beyond
        (1001.0, 1004.0, True, True),  # a level was swept
    ],
)
def test_a_failed_break_closed_back_inside_or_swept_a_level(
    low: float, close: float, swept: bool, failed: bool
) -> None:
    assert bool(read(1, low, 1006.0, close, swept).verdict.failed_break) == failed
    assert bool(read(-1, 1034.0, 2040.0 - low, 2040.0 - close, swept).verdict.failed_break) == failed


def swept(side: int, kind: str, edge: float) -> Candidate:
    """In balance, after a sweep: an entry at `edge`, named `kind`, with a stop and a target."""
    stop, target = edge - 8.0 * side, edge + 21.0 * side
    anchors = ((kind, 0, edge, edge), ("swing_low", side, stop, stop), ("swing_high", -side, target, target))
    facts = {("smc", "sweep"): float(side)}
    row = setup_row(
        facts=facts, anchors=anchors, low=edge - 1.0, high=edge + 1.0, close=edge + side, trend=0.0, efficiency=0.1,
        val=1000.0, vah=1040.0,
    )  # fmt: skip
    return judged(row, side, CONTRACT, None, 0.5, Params())


@pytest.mark.parametrize(
    ("side", "kind", "edge", "allowed"),
    [
        (1, "val", 1000.0, True),
        (1, "vah", 1040.0, False),  # a long whose entry happens to be the high of value
        (-1, "vah", 1040.0, True),
        (-1, "val", 1000.0, False),
    ],
)
def test_a_mean_reversion_stands_at_its_own_edge_of_value(side: int, kind: str, edge: float, allowed: bool) -> None:
    c = swept(side, kind, edge)
    assert (c.setup_model, c.location, c.verdict.failed_break) == ("mean_reversion", f"at_{kind}", 1)
    assert (c.verdict.refusals & LOCATION == 0) == allowed
