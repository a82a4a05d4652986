"""Higher bars built from 5m ones: what is summed, and what a missing part leaves unknown.

 00:00  00:05  00:10 | 00:15  00:20  00:25 | 00:30  00:35 ...
   a      b      c   |   d      -      f   |   g      -
15m: a+b+c, delta known  d+f, delta unknown    g, closed late by the next bar
"""

from __future__ import annotations

from engine import readings
from engine.params import Params

MIDNIGHT = 1_700_006_400_000
FIVE = 300_000
K = Params()


def fed(*numbers: int) -> readings.Pair:
    """A pair that was told those 5m bars since midnight: each rises by 1, volume 10, 6 of them bought (delta 2)."""
    p = readings.new_pair(5, 0.1)
    for n in numbers:
        opened = 100.0 + n
        readings.on_candle(p, MIDNIGHT + n * FIVE, opened, opened + 1.5, opened - 0.5, opened + 1.0, 10.0, 6.0, 1, K)
    return p


def test_three_5m_bars_make_a_15m_bar_at_its_close() -> None:
    assert fed(0, 1).m15.bars.n == 0
    b = fed(0, 1, 2).m15.bars
    assert (b.n, b.close_ts, b.complete) == (1, MIDNIGHT + 3 * FIVE, 1)
    assert (b.open[0], b.high[0], b.low[0], b.close[0], b.volume[0]) == (100.0, 103.5, 99.5, 103.0, 30.0)
    assert (b.delta[0], b.known[0]) == (6.0, 1)


def test_a_bar_with_a_part_missing_has_no_known_delta() -> None:
    b = fed(0, 1, 2, 3, 5).m15.bars
    assert (b.n, b.complete, b.known[:2]) == (2, 1, [1, 0])


def test_a_bar_whose_last_part_is_missing_is_closed_by_the_next_one_and_is_not_complete() -> None:
    b = fed(0, 1, 2, 3, 4).m15.bars
    assert b.n == 1
    b = fed(0, 1, 2, 3, 4, 6).m15.bars
    assert (b.n, b.close_ts, b.complete, b.known[1]) == (2, MIDNIGHT + 6 * FIVE, 0, 0)


def test_a_listing_inside_a_bar_leaves_its_delta_unknown() -> None:
    assert fed(1, 2).m15.bars.known[0] == 0


def test_taker_flow_of_fifteen_minutes_needs_three_bars_in_a_row() -> None:
    assert readings.taker_flow_known(fed(0, 1)) == 0
    assert (readings.taker_flow(fed(0, 1, 2)), readings.taker_flow_known(fed(0, 1, 2))) == (6.0, 1)
    assert readings.taker_flow_known(fed(0, 1, 2, 3, 5)) == 0
    assert readings.taker_flow_known(fed(0, 1, 2, 3, 5, 6, 7)) == 1


def test_days_are_utc_days() -> None:
    b = fed(*range(288 + 287)).d1.bars
    assert (b.n, b.close_ts) == (1, MIDNIGHT + 288 * FIVE)
