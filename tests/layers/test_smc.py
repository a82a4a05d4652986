"""Order blocks, gaps, sweeps and the dealing range on tapes whose answer can be read off the page."""

from __future__ import annotations

import pytest

from engine.layers import smc
from engine.layers.base import (
    BREAKER_BLOCK,
    EQUAL_HIGHS,
    EQUAL_LOWS,
    FAIR_VALUE_GAP,
    ORDER_BLOCK,
    SWEPT_LEVEL,
)
from engine.market import zones
from tests.checks.room import SPAN, START, Room, Row
from tests.checks.tapes import bar, broken_up, legs, mirror, quiet

FACT = {name: i for i, name in enumerate(smc.FACTS)}


def at(number: int) -> int:
    """Close time of bar number `number`."""
    return START + (number + 1) * SPAN


def walked(rows: list[Row]) -> Room:
    room = Room()
    room.walk(rows)
    return room


def fact(room: Room, name: str) -> float:
    return room.read()["smc"].facts[FACT[name]]


def test_block_is_the_last_down_bar_at_the_low_and_known_at_the_break() -> None:
    before, room = walked(broken_up()[:57]), walked(broken_up())
    assert before.anchors(ORDER_BLOCK) == []
    assert room.anchors(ORDER_BLOCK) == [(1, at(57), 999.75, 1001.25)]


def test_bear_block_is_the_mirror_image() -> None:
    room = walked(mirror(broken_up()))
    assert room.anchors(ORDER_BLOCK) == [(-1, at(57), 1046.75, 1048.25)]


def test_first_return_mitigates_a_close_through_makes_a_breaker_a_close_back_kills() -> None:
    rows = broken_up()
    fresh = walked([*rows, *legs(1024.0, (1004.0, 5))])
    assert fresh.states.smc.blocks.state[0] == zones.FRESH
    touched = walked([*rows, *legs(1024.0, (1001.0, 6))])
    assert touched.states.smc.blocks.state[0] == zones.MITIGATED
    assert (fact(touched, "order_block"), fact(touched, "block_fresh")) == (1.0, 1.0)
    through = walked([*rows, *legs(1024.0, (999.0, 6))])
    assert through.anchors(BREAKER_BLOCK) == [(-1, at(len(rows) + 5), 999.75, 1001.25)]
    assert (-1, at(57), 999.75, 1001.25) not in through.anchors(ORDER_BLOCK)
    back = walked([*rows, *legs(1024.0, (999.0, 6), (1002.0, 1))])
    assert back.anchors(BREAKER_BLOCK) == []


def test_second_return_weighs_less_than_the_first() -> None:
    rows = [*broken_up(), *legs(1024.0, (1001.0, 6))]
    first = walked(rows)
    again = walked([*rows, *legs(1001.0, (1010.0, 5), (1001.0, 5))])
    assert fact(first, "block_fresh") == 1.0
    assert (fact(again, "order_block"), fact(again, "block_fresh")) == (1.0, 0.0)


def test_gap_lies_between_the_first_high_and_the_third_low() -> None:
    rows = quiet(40)
    rows += [bar(1000.0, 1001.0), bar(1001.0, 1006.0), bar(1006.0, 1008.0)]
    room = walked(rows)
    assert room.anchors(FAIR_VALUE_GAP) == [(1, at(42), 1001.25, 1005.75)]


def test_gap_fills_by_penetration_and_closes_at_its_far_edge() -> None:
    rows = [*quiet(40), bar(1000.0, 1001.0), bar(1001.0, 1006.0), bar(1006.0, 1008.0)]
    half = walked([*rows, Row(1008.0, 1008.25, 1003.5, 1007.0)])
    assert (fact(half, "fair_value_gap"), fact(half, "gap_filled")) == (1.0, 0.5)  # 1003.5 is the midpoint
    shut = walked([*rows, Row(1008.0, 1008.25, 1001.25, 1007.0)])
    assert shut.anchors(FAIR_VALUE_GAP) == []


def test_gap_smaller_than_a_quarter_atr_is_none() -> None:
    small = [*quiet(40), Row(1000.0, 1000.5, 999.5, 1000.25), Row(1000.25, 1001.0, 1000.0, 1000.75)]
    assert walked([*small, Row(1000.75, 1002.0, 1000.6, 1001.5)]).anchors(FAIR_VALUE_GAP) == []


def pool() -> list[Row]:
    """Two pivot lows at 995.75 and 995.85 (a fifth of an ATR is more), price back at 1003."""
    rows = quiet(40, 1003.0)
    return rows + legs(1003.0, (996.0, 6), (1002.0, 6), (996.1, 6), (1003.0, 7))


def test_two_pivots_close_together_are_equal_lows() -> None:
    room = walked(pool())
    found = [(low, side) for side, _, low, _ in room.anchors(EQUAL_LOWS)]
    assert sorted(found) == [(995.75, 1), (995.85, 1)]
    second = len(quiet(40)) + 18  # the later low is bar 57, confirmed three bars on
    assert {known_at for _, known_at, _, _ in room.anchors(EQUAL_LOWS)} == {at(second + 2)}
    far = walked([*quiet(40, 1003.0), *legs(1003.0, (996.0, 6), (1002.0, 6), (997.0, 6), (1003.0, 7))])
    assert far.anchors(EQUAL_LOWS) == [] and far.anchors(EQUAL_HIGHS) == []


def test_equal_lows_are_known_from_the_later_pivot() -> None:
    """The pivots lie at bars 45 and 57; strength 3: the later one is confirmed at bar 60."""
    assert walked(pool()[:60]).anchors(EQUAL_LOWS) == []
    assert [known for _, known, _, _ in walked(pool()[:61]).anchors(EQUAL_LOWS)] == [at(60), at(60)]


def test_wick_below_equal_lows_and_a_close_above_is_a_bull_sweep() -> None:
    rows = [*pool(), *legs(1003.0, (998.0, 4))]
    swept = walked([*rows, Row(998.0, 998.5, 994.0, 998.25)])
    assert swept.anchors(SWEPT_LEVEL) == [(1, at(len(rows)), 994.0, 995.75)]
    assert swept.anchors(EQUAL_LOWS) == []
    assert (fact(swept, "sweep"), fact(swept, "bars_since_sweep"), fact(swept, "sweep_equal")) == (1.0, 0.0, 1.0)
    assert swept.read()["smc"].score > 0.55


@pytest.mark.parametrize(
    ("close", "swept", "broken"),
    [(996.0, [(1, 995.0, 995.75)], False), (995.75, [(1, 995.0, 995.75)], False), (995.5, [], True)],
)
def test_a_level_that_was_reached_beyond_is_swept_or_broken_and_never_both(
    close: float, swept: list[tuple[int, float, float]], broken: bool
) -> None:
    """
    995.75 ──┬── a confirmed low; the bar falls from 998 to 995 and closes
             │   at 996    back inside: a sweep
             │   at 995.75 on it, and not beyond: a sweep
             │   at 995.5  beyond it: a break
    """
    rows = [*quiet(40, 1003.0), *legs(1003.0, (996.0, 6), (1003.0, 7), (998.0, 4))]
    room = walked([*rows, Row(998.0, 998.25, 995.0, close)])
    assert [(side, low, high) for side, _, low, high in room.anchors(SWEPT_LEVEL)] == swept
    assert (room.f.breaks.event < 0) == broken


def test_a_close_beyond_is_no_sweep_and_a_level_is_taken_once() -> None:
    rows = [*pool(), *legs(1003.0, (998.0, 4))]
    assert walked([*rows, Row(998.0, 998.5, 994.0, 994.5)]).anchors(SWEPT_LEVEL) == []
    once = [*rows, Row(998.0, 998.5, 994.0, 998.25)]
    room = walked([*once, *legs(998.25, (998.0, 9)), Row(998.0, 998.5, 995.0, 998.25)])
    assert room.states.smc.liquidity.bar[0] == len(once) - 1


def test_a_close_beyond_the_extreme_ends_the_sweep() -> None:
    rows = [*pool(), *legs(1003.0, (998.0, 4)), Row(998.0, 998.5, 994.0, 998.25)]
    assert walked([*rows, Row(998.25, 998.5, 993.0, 993.5)]).anchors(SWEPT_LEVEL) == []


@pytest.mark.parametrize(("close", "place"), [(1001.0, 0.1875), (1005.0, 0.6875), (1012.0, 1.0)])
def test_place_in_the_dealing_range(close: float, place: float) -> None:
    """Last confirmed low 999.5, last confirmed high 1007.5 once the leg up from 1000 turned."""
    rows = [*quiet(30), *legs(1000.0, (1006.0, 5), (999.75, 6), (1007.25, 7), (1003.0, 4)), bar(1003.0, close)]
    room = walked(rows)
    w = room.f.swings
    assert (w.low[(w.lows - 1) & 15], w.high[(w.highs - 1) & 15]) == (999.5, 1007.5)
    assert fact(room, "place_in_range") == place
