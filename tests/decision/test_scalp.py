"""When a setup may be a scalp: a long from the middle at 997.5, R 10.5, two 1h ATR are 40."""

from __future__ import annotations

import pytest

from engine.decision.candidate import Candidate, judged
from engine.decision.guardrails import CONFLUENCE, RR, TP2_ATR
from engine.params import Params
from tests.decision.rows import ANCHORS, CONTRACT, TS, setup_row

ALLOWED = Params.build(scalp=1)
LEVEL_BITS = RR | TP2_ATR


def aimed(*targets: float, params: Params = ALLOWED, minutes: int = 15, score: float = 0.6, side: int = 1) -> Candidate:
    """The long with these targets, or the same picture upside down."""
    anchors = [*ANCHORS[:2], *(("swing_high", -1, price, price) for price in targets)]
    if side < 0:
        anchors = [(kind, -s, 2000.0 - high, 2000.0 - low) for kind, s, low, high in anchors]
    row = setup_row(minutes, score * side, None, anchors)
    return judged(row, side, CONTRACT, None, 0.5, params)


@pytest.mark.parametrize("side", [1, -1])
def test_targets_of_a_mean_rr_between_the_limits_make_a_scalp(side: int) -> None:
    c = aimed(1009.0, 1013.0, side=side)  # 1.10 and 1.48
    assert c.plan is not None and c.verdict.refusals & LEVEL_BITS == 0
    assert (c.plan.expiry_minutes, c.plan.limit_minutes, c.verdict.scalp) == (15, 240, 1)
    assert 1.2 <= c.verdict.rr_target < 1.5 and c.verdict.rr_tp1 >= 1.0


@pytest.mark.parametrize(
    ("c", "refused"),
    [
        (aimed(1009.0, 1013.0, params=Params.build(scalp=0)), RR),
        (aimed(1009.0, 1013.0, minutes=60), RR),  # a 1h setup is none
        (aimed(1009.0), RR),  # 1.10 alone is too little
        (aimed(1009.0, 1050.0), TP2_ATR),  # what would lift it lies beyond the limit
        (aimed(1009.0, 1013.0, 1030.0), 0),  # 1.10 and 3.10: a signal like any other
    ],
)
def test_everything_else_is_none(c: Candidate, refused: int) -> None:
    assert c.plan is not None and (c.plan.expiry_minutes, c.plan.limit_minutes) != (15, 240)
    assert c.verdict.refusals & LEVEL_BITS == refused and c.verdict.scalp == 0


def test_a_scalp_needs_more_agreement() -> None:
    scalp, ordinary = aimed(1009.0, 1013.0, score=0.33), aimed(1009.0, 1030.0, score=0.33)
    assert (scalp.threshold, ordinary.threshold) == (0.6, 0.5)
    assert scalp.verdict.confluence == ordinary.verdict.confluence == pytest.approx(0.55)
    assert scalp.verdict.refusals & CONFLUENCE and not ordinary.verdict.refusals & CONFLUENCE
    assert not aimed(1009.0, 1013.0, score=0.37).verdict.refusals & CONFLUENCE


def test_funding_is_counted_until_the_scalp_expires() -> None:
    """A settlement 20 minutes ahead is within the half hour of a setup, and beyond the quarter of a scalp."""
    settled = TS + 1_200_000 - 28_800_000
    for second, paid in ((1013.0, False), (1030.0, True)):
        anchors = (*ANCHORS[:2], ("swing_high", -1, 1009.0, 1009.0), ("swing_high", -1, second, second))
        row = setup_row(anchors=anchors, funding=0.001, funding_ts=settled, funding_interval=28_800_000)
        due = judged(row, 1, CONTRACT, None, 0.5, ALLOWED)
        without = judged(setup_row(anchors=anchors), 1, CONTRACT, None, 0.5, ALLOWED)
        assert (due.verdict.cost_r > without.verdict.cost_r) == paid
