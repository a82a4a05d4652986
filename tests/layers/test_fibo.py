"""The retracement of the impulse 999.75 -> 1024.25 (24.5 points) that broke structure."""

from __future__ import annotations

import pytest

from engine.layers import fibo
from engine.layers.base import EXTENSION, OTE
from tests.checks.room import Room, Row
from tests.checks.tapes import broken_up, legs, mirror


def walked(rows: list[Row]) -> Room:
    room = Room()
    room.walk(rows)
    return room


def test_ote_is_sixty_two_to_seventy_nine_percent_of_the_impulse() -> None:
    room = walked(broken_up())
    ((side, known_at, low, high),) = room.anchors(OTE)
    assert side == 1 and known_at == room.ts
    assert [low, high] == pytest.approx([1024.25 - 0.79 * 24.5, 1024.25 - 0.62 * 24.5])


def test_extensions_are_measured_from_the_origin_and_face_the_impulse() -> None:
    found = walked(broken_up()).anchors(EXTENSION)
    assert [side for side, *_ in found] == [-1, -1]
    assert [low for _, _, low, _ in found] == pytest.approx([999.75 + 1.272 * 24.5, 999.75 + 1.618 * 24.5])


def test_short_side_is_the_mirror_image() -> None:
    ((side, _, low, high),) = walked(mirror(broken_up())).anchors(OTE)
    assert side == -1
    assert [low, high] == pytest.approx([1023.75 + 0.62 * 24.5, 1023.75 + 0.79 * 24.5])


def test_the_far_end_moves_on_with_new_extremes() -> None:
    room = walked([*broken_up(), *legs(1024.0, (1030.0, 3))])
    assert room.states.fibo.extreme == 1030.25
    assert room.anchors(OTE)[0][1] == room.ts


@pytest.mark.parametrize(
    ("close", "low", "high"),
    [(1021.0, 0.15, 0.15), (1012.0, 0.4, 0.6), (1009.0, 0.79, 0.81), (1007.0, 0.8, 0.8), (1002.0, 0.2, 0.45)],
)
def test_score_is_highest_inside_the_ote(close: float, low: float, high: float) -> None:
    score = walked([*broken_up(), *legs(1024.0, (close, 6))]).read()["fibo"].score
    assert low <= round(score, 9) <= high


def test_a_bounce_out_of_the_ote_keeps_its_word_for_three_bars() -> None:
    """The bouncing bar still reached into it; its close at half way counts 0.7, as do the three after it."""
    rows = [*broken_up(), *legs(1024.0, (1008.0, 6))]
    bounced = Room().walk([*rows, *legs(1008.0, (1012.0, 1), (1012.0, 4))])
    assert [round(o["fibo"].score, 9) >= 0.7 for o in bounced[-5:]] == [True, True, True, True, False]


def test_a_close_beyond_the_origin_hands_over_to_the_impulse_downward() -> None:
    room = walked([*broken_up(), *legs(1024.0, (1000.0, 6))])
    assert room.states.fibo.direction == 1
    room.walk(legs(1000.0, (999.0, 1)))
    assert (room.states.fibo.direction, room.states.fibo.origin) == (-1, 1024.25)
    assert room.anchors(OTE)[0][0] == -1


def test_without_a_break_a_close_beyond_the_origin_leaves_none() -> None:
    room = walked([*broken_up(), *legs(1024.0, (1010.0, 6))])
    room.states.fibo.origin = 1009.0
    room.walk(legs(1010.0, (1008.0, 1)))
    assert room.states.fibo.direction == 0
    assert (room.read()["fibo"].score, room.anchors(OTE)) == (0.0, [])


def test_an_old_impulse_says_less_and_less() -> None:
    rows = [*broken_up(), *legs(1024.0, (1007.0, 6)), *legs(1007.0, *((1007.0 + (n % 2), 1) for n in range(110)))]
    scores = [o["fibo"].score for o in Room().walk(rows)]
    assert scores[100] == pytest.approx(0.8)
    assert 0.0 < scores[140] < scores[120] < 0.8
    assert scores[-1] == 0.0


def test_retraced_counts_from_the_far_end() -> None:
    s = fibo.State()
    s.origin, s.extreme = 100.0, 110.0
    assert [fibo.retraced(s, price) for price in (110.0, 105.0, 100.0)] == [0.0, 0.5, 1.0]
    s.origin, s.extreme = 110.0, 100.0
    assert fibo.retraced(s, 107.0) == pytest.approx(0.7)
