"""Market state, daily bias, 4h structure and control, each as a table."""

from __future__ import annotations

import pytest

from engine.market.state import BALANCED, bias_1d, bias_known, broken_4h, control, market_state

UPTREND, DOWNTREND = 1, -1


@pytest.mark.parametrize(
    ("trend", "efficiency", "direction", "before", "now", "state"),
    [
        (1, 0.3, 1, 100.0, 100.0, UPTREND),  # trend and an efficient move
        (1, 0.29, 1, 100.0, 100.0, BALANCED),  # the move is not efficient
        (1, 0.0, 0, 100.0, 101.0, UPTREND),  # trend, and value moved by half an ATR of 2
        (1, 0.0, 0, 100.0, 100.9, BALANCED),
        (-1, 0.5, 1, 100.0, 101.0, UPTREND),  # two against the trend
        (-1, 0.5, 1, 100.0, 99.0, DOWNTREND),
        (0, 0.5, -1, 100.0, 99.0, DOWNTREND),
        (1, 0.5, -1, 100.0, 100.0, BALANCED),
        (1, 0.0, 1, 0.0, 101.0, BALANCED),  # where value was is unknown: it has no vote
    ],
)
def test_two_of_three_votes_make_a_state(
    trend: int, efficiency: float, direction: int, before: float, now: float, state: int
) -> None:
    assert market_state(trend, efficiency, direction, now, before, 2.0) == state
    flip = (200.0 - now, 200.0 - before if before else 0.0)
    assert market_state(-trend, efficiency, -direction, *flip, 2.0) == -state


@pytest.mark.parametrize(
    ("trend", "close", "bias"),
    [
        (1, 105.0, 1.0),
        (1, 120.0, 1.0),  # full at 5 %
        (1, 95.0, 0.0),  # trend up, price 5 % below: they cancel
        (-1, 95.0, -1.0),
        (0, 97.5, -0.25),
        (-1, 100.0, -0.5),
    ],
)
def test_daily_bias(trend: int, close: float, bias: float) -> None:
    assert bias_1d(trend, close, 100.0) == pytest.approx(bias)


@pytest.mark.parametrize(("days", "known"), [(28, 1), (20, 1), (19, 0), (0, 0)])
def test_daily_bias_is_unknown_before_twenty_closed_days(days: int, known: int) -> None:
    assert bias_known(days) == known


@pytest.mark.parametrize(
    ("trend", "last", "long", "short"),
    [
        (1, 1, 0, 1),  # BOS up: broken for shorts
        (-1, -2, 1, 0),  # CHOCH down
        (0, 0, 0, 0),  # no break known yet
    ],
)
def test_4h_structure_is_broken_for_the_other_side(trend: int, last: int, long: int, short: int) -> None:
    assert (broken_4h(trend, last, 1), broken_4h(trend, last, -1)) == (long, short)


@pytest.mark.parametrize(
    ("share", "absorption", "exhaustion", "buyers", "sellers"),
    [
        (0.0, 0.0, 0.0, 0.5, 0.5),
        (1.0, 0.0, 0.0, 1.0, 0.0),
        (-1.0, 0.0, 0.0, 0.0, 1.0),
        (-0.5, 0.5, 0.0, 0.25, 0.375),  # sellers lead and are absorbed
        (-0.5, 0.5, 1.0, 0.25, 0.0),  # and exhausted
        (0.5, -0.75, 0.0, 0.1875, 0.25),
        (0.0, 0.5, -0.5, 0.25, 0.25),  # both are spent: nobody controls
    ],
)
def test_control_of_both_sides(
    share: float, absorption: float, exhaustion: float, buyers: float, sellers: float
) -> None:
    assert control(share, absorption, exhaustion) == (buyers, sellers)
    assert control(-share, -absorption, -exhaustion) == (sellers, buyers)
