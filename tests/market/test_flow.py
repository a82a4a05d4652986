"""Delta, coverage, taker orders and big prints, on trades written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.market import flow
from engine.market.flow import BOOK, OPEN_INTEREST, TRADES, Flow
from engine.params import Params

SPAN = 300_000
T = 1_700_006_400_000
K = Params()


def heard(*trades: tuple[int, float, int], x: Flow | None = None) -> Flow:
    """Trades (ms after T, size, side) at price 10."""
    if x is None:
        x = Flow()
        x.base_minutes = 5
    for after, size, side in trades:
        flow.trade(x, T + after, 10.0, size, side, K)
    return x


def close(x: Flow, number: int, volume: float, taker_buy: float | None = None) -> None:
    """The base bar `number` bars after T closes."""
    has = 0 if taker_buy is None else 1
    flow.close_bar(x, volume, taker_buy or 0.0, has, T + (number + 1) * SPAN, K)


def test_trades_since_before_the_bar_give_its_delta() -> None:
    x = heard((-1000, 1.0, 1), (10, 3.0, 1), (20, 5.0, -1), (299_999, 1.0, 1))
    close(x, -1, 1.0)
    assert (x.delta_known, x.covered) == (0, 0)  # the first bar was only half seen
    close(x, 0, 9.0)
    assert (x.delta, x.delta_source, x.covered) == (-1.0, 2, 1)


def test_trades_of_the_next_bar_wait_for_it() -> None:
    x = heard((-1, 1.0, 1), (5, 2.0, 1), (SPAN, 4.0, -1), (SPAN + 9, 1.0, -1))
    close(x, -1, 1.0)
    close(x, 0, 2.0)
    assert x.delta == 2.0
    close(x, 1, 5.0)
    assert (x.delta, x.covered) == (-5.0, 1)


def test_late_trades_are_counted_and_unused() -> None:
    x = heard((-1, 1.0, 1), (5, 2.0, 1))
    close(x, -1, 1.0)
    close(x, 0, 2.0)
    heard((SPAN - 1, 7.0, 1), (SPAN + 1, 1.0, -1), x=x)
    close(x, 1, 1.0)
    assert (x.late, x.delta) == (1, -1.0)


@pytest.mark.parametrize(("volume", "source"), [(100.0, 2), (100.9, 2), (102.0, 1)])
def test_trades_that_do_not_add_up_are_not_believed(volume: float, source: int) -> None:
    x = heard((-1, 1.0, 1), (5, 60.0, 1), (6, 40.0, -1))
    close(x, -1, 1.0)
    close(x, 0, volume, 30.0)
    assert x.delta_source == source
    assert x.delta == (20.0 if source == 2 else 60.0 - volume)


def test_without_trades_and_taker_volume_delta_is_unknown() -> None:
    x = heard()
    close(x, 0, 50.0)
    assert (x.delta, x.delta_known, x.delta_source) == (0.0, 0, 0)


def test_a_silent_bar_under_cover_has_delta_zero() -> None:
    x = heard((-1, 1.0, 1))
    close(x, -1, 1.0)
    close(x, 0, 0.0)
    assert (x.delta, x.covered) == (0.0, 1)


def test_after_a_loss_a_whole_bar_must_be_seen_again() -> None:
    x = heard((-1, 1.0, 1), (5, 2.0, 1))
    flow.lost(x, TRADES)
    heard((50, 2.0, 1), (SPAN + 5, 3.0, -1), (2 * SPAN + 5, 4.0, 1), x=x)
    seen = []
    for number in range(-1, 3):
        close(x, number, (0.0, 2.0, 3.0, 4.0)[number + 1])
        seen.append(x.delta_known)
    assert seen == [0, 0, 1, 1]


def test_running_delta_inside_the_bar_gives_its_extremes() -> None:
    x = heard((-1, 1.0, 1), (1, 4.0, 1), (2, 9.0, -1), (3, 6.0, 1))
    close(x, -1, 1.0)
    close(x, 0, 19.0)
    i = (x.base_bars - 1) & 63
    assert (x.base_delta[i], x.base_high[i], x.base_low[i]) == (1.0, 4.0, -5.0)


def test_trades_of_one_moment_and_side_are_one_order() -> None:
    x = heard((1, 1.0, 1), (1, 2.0, -1), (1, 3.0, 1), (2, 1.0, 1), (3, 1.0, -1))
    assert x.orders == 3  # the last one may go on
    assert x.order[:3] == [40.0, 20.0, 10.0]


def test_big_prints_stand_above_one_in_two_hundred_of_the_orders_before() -> None:
    x = heard((-1, 1.0, 1), *((n, 1.0 + n / 1000.0, 1 if n % 2 else -1) for n in range(400)))
    close(x, -1, 1.0)
    total = sum(1.0 + n / 1000.0 for n in range(400))
    close(x, 0, total)
    assert x.big_threshold == pytest.approx(10.0 * 1.397)  # two of 401 are larger
    heard((SPAN + 1, 1.2, 1), (SPAN + 2, 3.0, 1), (SPAN + 3, 1.3975, -1), x=x)
    close(x, 1, 5.5975)
    i = (x.base_bars - 1) & 63
    assert x.base_big_known[i] == 1
    assert x.base_big_buy[i] == 30.0
    assert x.base_big_sell[i] == pytest.approx(13.975)


def test_the_orders_of_the_open_bar_do_not_move_its_threshold() -> None:
    x = heard((-1, 1.0, 1), *((n, 1.0, 1) for n in range(300)))
    close(x, -1, 1.0)
    close(x, 0, 300.0)
    heard(*((SPAN + n, 50.0, 1) for n in range(300)), x=x)
    close(x, 1, 15_000.0)
    assert x.base_big_buy[(x.base_bars - 1) & 63] == 300 * 500.0
    assert x.big_threshold == 500.0


@pytest.mark.parametrize("fall", [0.0, 0.01])
def test_the_threshold_is_that_of_sorting_the_window(fall: float) -> None:
    """Also where sizes fall for long, so that the large ones leave and none as large comes."""
    rng, x = np.random.default_rng(3), heard((-1, 1.0, 1))
    close(x, -1, 1.0)
    orders = [10.0]
    for number in range(60):
        sizes = np.round(rng.lognormal(0.0, 1.0, 100) * np.exp(-fall * number), 2) + 0.01
        heard(*((number * SPAN + n, float(size), 1) for n, size in enumerate(sizes)), x=x)
        close(x, number, 1.0)
        orders += (10.0 * sizes).tolist()
        newest = sorted(orders[-2048:], reverse=True)
        expected = newest[len(newest) // 200] if len(newest) >= 200 else 0.0
        assert x.big_threshold == pytest.approx(expected, abs=1e-9)


def test_funding_is_normalised_to_eight_hours_and_taken_once() -> None:
    x, hour = Flow(), 3_600_000
    for number, rate in ((0, 0.0004), (1, 0.0001), (2, 0.0002), (2, 0.0009)):
        flow.funding(x, T + number * 4 * hour, rate)
    assert (x.settlements, x.interval_ms, x.funding_rate) == (3, 4 * hour, 0.0002)
    assert x.rates[:3] == pytest.approx([0.0004, 0.0002, 0.0004])
    flow.funding(x, T + 8 * hour + 24 * hour, 0.0003)  # settlements were missed: the interval stays
    assert x.interval_ms == 4 * hour


def test_lost_streams_are_absent_until_they_speak() -> None:
    x = Flow()
    flow.book(x, T, 9.9, 10.1, 3.0, 1.0)
    flow.open_interest(x, T, 500.0)
    assert (x.imbalance_total, x.imbalance_count) == (0.5, 1)
    flow.lost(x, BOOK)
    flow.lost(x, OPEN_INTEREST)
    assert (x.book_ts, x.oi_ts, x.imbalance_count) == (0, 0, 0)
    flow.open_interest(x, T + 5, 510.0)
    assert (x.oi_ts, x.oi, x.book_ts) == (T + 5, 510.0, 0)


def test_a_long_hole_in_the_candles_does_not_mix_bars() -> None:
    x = heard((-1, 1.0, 1), (5, 2.0, 1), (SPAN + 5, 3.0, 1), (2 * SPAN + 5, 4.0, -1), (3 * SPAN + 5, 5.0, -1))
    close(x, 2, 4.0)
    assert x.delta == -4.0
    close(x, 3, 5.0)
    assert x.delta == -5.0
