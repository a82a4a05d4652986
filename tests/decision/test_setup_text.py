"""The setup in words says what the row says, not what would suit the side."""

from __future__ import annotations

import pytest

from engine.decision.candidate import judged
from engine.decision.publishing import setup_text
from engine.decision.row import Row
from engine.params import Params
from tests.decision.rows import CONTRACT, setup_row


def text(row: Row) -> str:
    return setup_text(judged(row, 1, CONTRACT, None, 0.5, Params()))


@pytest.mark.parametrize(
    ("flow", "absorption", "last"),
    [(5.0, 0.0, "delta > 0"), (5.0, 0.8, "delta > 0"), (-5.0, 0.8, "absorption"), (-5.0, 0.0, "retest OB")],
)
def test_flow_is_called_what_confirmed_it(flow: float, absorption: float, last: str) -> None:
    said = text(setup_row(facts={("orderflow", "absorption"): absorption}, flow=flow, flow_known=1.0))
    assert said.startswith("failed break") and said.endswith(last)


@pytest.mark.parametrize(("last_break", "word"), [(1.0, "BOS"), (2.0, "CHOCH"), (-1.0, "pullback"), (-2.0, "pullback")])
def test_a_break_is_named_where_it_went_with_the_side(last_break: float, word: str) -> None:
    row = setup_row(trend=1.0, efficiency=0.6, regime_direction=1.0, flow=5.0, flow_known=1.0, last_break=last_break)
    assert text(row) == f"{word} + retest OB + delta > 0"
