"""Pivots and breaks on tapes whose right answer can be read off the page."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from engine.market import frame
from engine.market.frame import Frame
from engine.params import Params
from tests.checks.tapes import MIRROR, bar, legs

SPAN = 900_000


class Tape:
    """A frame of strength 2 that remembers every event."""

    def __init__(self) -> None:
        self.f, self.k = Frame(), Params()
        self.f.bars.minutes = 15
        self.f.swings.strength = 2
        self.events: list[tuple[int, int]] = []  # (bar number, event)

    def add(self, opened: float, high: float, low: float, close: float) -> None:
        f = self.f
        frame.close_bar(f, opened, high, low, close, 1.0, 0.0, 0, (f.bars.n + 1) * SPAN, self.k)
        if f.breaks.event:
            self.events.append((f.bars.n - 1, f.breaks.event))

    def walk(self, closes: Iterable[float], start: float) -> Tape:
        last = start
        for close in closes:
            row = bar(last, close)
            self.add(row.open, row.high, row.low, row.close)
            last = close
        return self


def highs(tape: Tape) -> list[tuple[int, float, int]]:
    """(bar of the pivot, price, bar that confirmed it)"""
    w = tape.f.swings
    return [(w.high_bar[i], w.high[i], w.high_known[i] // SPAN - 1) for i in range(w.highs)]


def lows(tape: Tape) -> list[tuple[int, float, int]]:
    w = tape.f.swings
    return [(w.low_bar[i], w.low[i], w.low_known[i] // SPAN - 1) for i in range(w.lows)]


def test_a_pivot_is_known_k_bars_later() -> None:
    tape = Tape().walk([101.0, 102.0, 103.0, 102.0], 100.0)
    assert highs(tape) == []
    tape.walk([101.0], 102.0)
    assert highs(tape) == [(2, 103.25, 4)]


def test_of_two_equal_highs_side_by_side_the_first_is_the_pivot() -> None:
    tape = Tape()
    for high in (101.0, 102.0, 103.0, 103.0, 102.0, 101.0, 100.5):
        tape.add(100.0, high, 99.0, 100.0)
    assert highs(tape) == [(2, 103.0, 4)]


def test_pivots_stay_where_they_are() -> None:
    tape = Tape().walk([101.0, 102.0, 103.0, 102.0, 101.0], 100.0)
    first = highs(tape)[0]
    tape.walk([104.0, 108.0, 107.0, 105.0, 104.0], 101.0)
    assert highs(tape)[0] == first and len(highs(tape)) == 2


def test_close_beyond_is_bos_once_a_level() -> None:
    tape = Tape().walk([101.0, 102.0, 103.0, 102.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0], 100.0)
    assert tape.events == [(7, 1)]
    breaks = tape.f.breaks
    assert (breaks.up_level, breaks.up_bar, breaks.up_ts) == (103.25, 7, 8 * SPAN)
    assert (breaks.leg_low, breaks.leg_low_bar) == (100.75, 5)


def test_a_wick_beyond_is_no_break() -> None:
    tape = Tape().walk([101.0, 102.0, 103.0, 102.0, 101.0], 100.0)
    tape.add(101.0, 103.75, 101.0, 103.0)
    assert tape.events == []


def test_first_break_against_the_trend_is_choch_then_bos() -> None:
    up = [101.0, 102.0, 103.0, 102.0, 101.0, 102.0, 103.0, 104.0, 105.0, 104.0, 103.0]
    down = [102.0, 101.0, 100.0, 99.0, 100.0, 101.0, 100.0, 99.0, 98.0, 97.0]
    tape = Tape().walk(up, 100.0).walk(down, 103.0)
    assert [event for _, event in tape.events] == [1, -2, -1]
    assert tape.f.breaks.trend == -1
    assert tape.f.breaks.leg_high == 101.25


def test_mirrored_tape_breaks_the_other_way() -> None:
    rows = legs(1000.0, (1006.0, 6), (1001.0, 5), (1010.0, 7), (1004.0, 6), (996.0, 8), (1000.0, 4), (990.0, 9))
    up, down = Tape(), Tape()
    for row in rows:
        up.add(row.open, row.high, row.low, row.close)
        flip = 2.0 * MIRROR
        down.add(flip - row.open, flip - row.low, flip - row.high, flip - row.close)
    assert len(up.events) >= 3
    assert [(n, -event) for n, event in up.events] == down.events


CALM = [100.0 + (n % 2) for n in range(30)]  # ATR 1.5
TURN = [101.5, 102.5, 101.5, 100.5, 101.0]  # leaves a pivot high at 102.75


@pytest.mark.parametrize(
    ("bars", "displaced"),
    [
        ([(101.0, 101.75, 100.75, 101.5), (101.5, 103.25, 101.25, 103.0)], 0),  # a body of 1.5, ATR 1.5
        ([(101.0, 101.75, 100.75, 101.5), (101.5, 104.75, 101.25, 104.5)], 1),  # a body of 3
        ([(101.0, 102.5, 101.0, 102.5), (102.5, 103.5, 101.75, 103.25)], 1),  # low 101.75 over high 101.25: a gap
        ([(101.0, 102.5, 101.0, 102.5), (102.5, 103.5, 101.5, 103.25)], 0),  # over by 0.25: less than 0.25 ATR
        ([(101.0, 102.5, 101.0, 102.5), (106.0, 106.0, 101.0, 103.0)], 0),  # a big body, but a falling one
    ],
)
def test_displacement_is_a_body_towards_the_break_or_a_gap_left_behind(
    bars: list[tuple[float, float, float, float]], displaced: int
) -> None:
    r"""
    102.75 ───────────*──────────── broken by the last bar's close; high two bars before it: 101.25
                     / \        │
    101.25  ... /\/\/   \_/\__│
    """
    tape = Tape().walk([*CALM, *TURN], 100.0)
    for one in bars:
        tape.add(*one)
    assert tape.events[-1] == (tape.f.bars.n - 1, 1)
    assert tape.f.breaks.displaced == displaced
