"""Volume profile on bars whose bins can be counted by hand: one bar a price, ten ticks to a bin of one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.market import bars, profile
from engine.market.bars import Bars
from engine.market.profile import Profile
from engine.params import Params

SPAN = 900_000
MIDNIGHT = 1_700_006_400_000


def filled(*volumes: float, width: float = 1.0) -> Profile:
    """A profile of bars that each fill one bin: volume number n lies in [100 + n, 100 + n + 1)."""
    b, p = Bars(), Profile()
    b.minutes = 15
    for n, volume in enumerate(volumes):
        low = 100.0 + n * width
        high = low + width * (1.0 if n == len(volumes) - 1 else 0.999)
        bars.push(b, low, high, low, high, volume, 0.0, 0, MIDNIGHT + (n + 1) * SPAN)
    profile.compute(p, b, 0.0, width, Params())
    return p


def test_poc_and_value_area_by_the_two_bin_rule() -> None:
    """POC 10 (bin 4); pairs above 8 + 2, below 7 + 1: above first, then below: 28 of 38 = 73 %."""
    p = filled(3.0, 1.0, 1.0, 7.0, 10.0, 8.0, 2.0, 3.0, 1.0, 2.0)
    assert p.poc == 104.5
    assert (p.val, p.vah) == (102.0, 107.0)
    assert (p.total, p.bins) == (38.0, 11)


def test_value_area_with_one_bin_a_time_would_differ() -> None:
    """One bin at a time would take 7, then 6, 6; in pairs 6 + 6 above beats 7 + 1 below."""
    p = filled(1.0, 1.0, 1.0, 7.0, 10.0, 6.0, 6.0, 1.0, 1.0)
    assert (p.val, p.vah) == (102.0, 107.0)


def test_of_equal_peaks_the_one_nearest_the_middle_is_the_poc() -> None:
    assert filled(9.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0).poc == 103.5


def test_volume_is_spread_evenly_over_a_bar() -> None:
    b, p = Bars(), Profile()
    b.minutes = 15
    bars.push(b, 100.0, 104.0, 100.0, 104.0, 8.0, 0.0, 0, MIDNIGHT + SPAN)
    profile.compute(p, b, 10.0, 0.01, Params())
    assert p.width == 1.0  # ATR / 10, larger than the tick
    assert p.bin[:4] == pytest.approx([2.0, 2.0, 2.0, 2.0])


def test_bins_widen_where_256_do_not_reach() -> None:
    b, p = Bars(), Profile()
    b.minutes = 15
    bars.push(b, 100.0, 1000.0, 100.0, 500.0, 8.0, 0.0, 0, MIDNIGHT + SPAN)
    profile.compute(p, b, 1.0, 0.1, Params())
    assert p.bins == 256 and p.width == pytest.approx(900.0 / 255.0)
    assert sum(p.bin) == pytest.approx(8.0)


def test_two_hills_have_two_high_nodes_and_a_low_one_between() -> None:
    p = filled(1.0, 2.0, 6.0, 9.0, 6.0, 2.0, 1.0, 2.0, 5.0, 8.0, 5.0, 2.0, 1.0)
    assert p.hvn[: p.hvns] == [103.5, 109.5]
    assert p.lvn[: p.lvns] == [106.5]


def test_small_ripples_are_no_nodes() -> None:
    p = filled(1.0, 5.0, 9.0, 8.7, 8.4, 8.6, 8.8, 4.0, 1.0)
    assert (p.hvns, p.lvns) == (1, 0)


@pytest.mark.parametrize("volume", [0.0, 5.0])
def test_flat_price_and_no_volume(volume: float) -> None:
    b, p = Bars(), Profile()
    b.minutes = 15
    for n in range(5):
        bars.push(b, 50.0, 50.0, 50.0, 50.0, volume, 0.0, 0, MIDNIGHT + (n + 1) * SPAN)
    profile.compute(p, b, 0.0, 0.0, Params())
    assert p.ready == (1 if volume else 0)
    assert p.val <= p.poc <= p.vah
    assert volume == 0.0 or p.val <= 50.0 <= p.vah


def test_session_holds_todays_bars_only_and_the_stretch_before_is_kept() -> None:
    b, p, k = Bars(), Profile(), Params.build(profile_bars=4)
    b.minutes = 15
    for n in range(10):
        at = 100.0 + 10.0 * n
        bars.push(b, at, at + 1.0, at, at, 5.0, 0.0, 0, MIDNIGHT + (n - 7) * SPAN)
        profile.compare(p, b, 1.0, 0.1, k)
        profile.compute(p, b, 1.0, 0.1, k)
        if n == 5:
            earlier = p.poc
    assert profile.session_bars(b) == 2  # opened at 00:00 and 00:15
    assert 180.0 <= p.session_val < p.session_poc < p.session_vah <= 191.2
    assert p.poc_before == earlier
    assert p.known_at == b.close_ts


def test_after_a_gap_the_session_begins_anew() -> None:
    b = Bars()
    b.minutes = 15
    for n in (1, 2, 3, 9, 10):
        bars.push(b, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0, MIDNIGHT + n * SPAN)
    assert profile.session_bars(b) == 2


@pytest.mark.parametrize("seed", range(5))
def test_a_profile_upside_down_has_its_value_upside_down(seed: int) -> None:
    """Bars on whole prices and bins of one, so that no bin is cut; edges count as far as the range goes."""
    rng = np.random.default_rng(seed)
    lows = rng.integers(100, 120, 60).tolist()
    highs = [low + int(up) for low, up in zip(lows, rng.integers(1, 12, 60))]
    volumes = rng.uniform(1.0, 9.0, 60).tolist()
    found = []
    for flip in (False, True):
        b, p = Bars(), Profile()
        b.minutes = 15
        for n, (low, high, volume) in enumerate(zip(lows, highs, volumes)):
            one, other = (300.0 - high, 300.0 - low) if flip else (float(low), float(high))
            bars.push(b, one, other, one, other, volume, 0.0, 0, MIDNIGHT + (n + 1) * SPAN)
        profile.compute(p, b, 0.0, 1.0, Params())
        edges = [max(at, p.low) for at in (p.val, p.poc, p.vah)]
        edges = [min(at, p.low + p.bins - 1.0) for at in edges]
        found.append(([300.0 - at for at in reversed(edges)] if flip else edges, sorted(p.hvn[: p.hvns])))
    assert found[1][0] == pytest.approx(found[0][0])
    assert [300.0 - at for at in reversed(found[1][1])] == pytest.approx(found[0][1])
