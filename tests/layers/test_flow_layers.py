"""CVD, order flow, open interest and funding on tapes whose answer can be read off the page."""

from __future__ import annotations

import dataclasses
import math

import pytest

from engine.layers import base, cvd, funding, oi, orderflow
from engine.market import flow
from tests.checks.room import SPAN, Room, Row, Said
from tests.checks.tapes import bar, legs, mirror, quiet, told


def last(rows: list[Row], layer: str) -> Said:
    return Room().walk(rows)[-1][layer]


def named(said: Said, names: tuple[str, ...]) -> dict[str, float]:
    return dict(zip(names, said.facts))


def lower_low(second: float) -> list[Row]:
    """Two lows of price, the second one deeper by two points; deltas of a bar of volume 100 below them.

    bars     0 .. 39   40 .. 45   46 .. 51   52 .. 57   58 .. 60
    price      1000      -> 992     -> 998     -> 990     -> 994
    bought     +-5 %      30 %        60 %    `second`     60 %
    CVD          0      -> -240     -> -120   -> -240 where `second` is 0.4: an equal low
    """
    rows = [*quiet(40), *legs(1000.0, (992.0, 6), (998.0, 6), (990.0, 6), (994.0, 3))]
    shares = [0.5 + (0.05 if n % 2 else -0.05) for n in range(40)]
    shares += [0.3] * 6 + [0.6] * 6 + [second] * 6 + [0.6] * 3
    return told(rows, lambda n: shares[n])


def test_lower_low_of_price_with_higher_low_of_cvd_is_a_bull_divergence_at_confirmation() -> None:
    said = [o["cvd"] for o in Room().walk(lower_low(0.42))]
    facts = [named(one, cvd.FACTS) for one in said]
    assert [f["divergence"] for f in facts[-4:]] == [0.0, 0.0, 0.0, 1.0]  # strength 3: known 3 bars later
    assert said[-1].score > 0.5
    assert named(last(mirror(lower_low(0.42)), "cvd"), cvd.FACTS)["divergence"] == -1.0


@pytest.mark.parametrize(
    ("second", "divergence"),
    [
        (0.3, 0.0),  # CVD made a lower low, too
        (0.4, 0.0),  # an equal low
        (0.405, 0.0),  # higher by 6: less than half a sigma of 17.3
        (0.41, 1.0),  # higher by 12
        (0.6, 0.0),  # buying all the way down: CVD has no low there to compare
    ],
)
def test_divergence_compares_pivots_of_both_series_and_asks_for_a_size(second: float, divergence: float) -> None:
    assert named(last(lower_low(second), "cvd"), cvd.FACTS)["divergence"] == divergence


def test_a_lower_low_of_price_by_less_than_a_third_of_an_atr_is_no_divergence() -> None:
    rows = lower_low(0.42)
    shallow = [*rows[:52], *legs(998.0, (991.75, 6), (994.0, 3))]
    shallow = [dataclasses.replace(row, taker_buy=told_row.taker_buy) for row, told_row in zip(shallow, rows)]
    assert named(last(shallow, "cvd"), cvd.FACTS)["divergence"] == 0.0


def test_a_gap_between_the_lows_leaves_nothing_to_compare() -> None:
    rows = lower_low(0.42)
    rows[50] = dataclasses.replace(rows[50], skip=2)
    assert named(last(rows, "cvd"), cvd.FACTS)["divergence"] == 0.0


def test_slope_after_a_gap_is_measured_by_the_sigma_from_before_it() -> None:
    """Deltas of +-16, a gap, then +8 a bar: after n of them n * 8 over (16 * sqrt n); from 24 on their own sigma, 8."""
    rows = [*told(quiet(80), lambda n: 0.58 if n % 2 else 0.42), *told(quiet(24), lambda n: 0.54)]
    rows[80] = dataclasses.replace(rows[80], skip=1)
    said = [named(o["cvd"], cvd.FACTS) for o in Room().walk(rows)]
    assert [said[79 + n]["slope"] for n in (3, 9)] == pytest.approx([8.0 * n / (16.0 * math.sqrt(n)) for n in (3, 9)])
    assert [said[79 + n]["delta_sigma"] for n in (3, 23, 24)] == pytest.approx([16.0, 16.0, 8.0])


def test_without_a_sigma_from_before_a_gap_it_waits_for_ten_deltas_before_the_window() -> None:
    rows = [*quiet(30), *told(quiet(1), lambda n: 0.5), *quiet(1), *told(quiet(26), lambda n: 0.58 if n % 2 else 0.42)]
    states = [o["cvd"].state for o in Room().walk(rows)]
    assert states[32:] == [base.UNAVAILABLE] * 23 + [base.LIVE] * 3


def test_cvd_has_its_own_candle() -> None:
    rows = told(quiet(40), lambda n: 0.5)
    rows[-2] = dataclasses.replace(rows[-2], taker_buy=80.0)
    rows[-1] = dataclasses.replace(rows[-1], taker_buy=None, trades=[(1, 1000.0, 70.0, 1), (2, 1000.0, 30.0, -1)])
    rows[-3] = dataclasses.replace(rows[-3], trades=[(SPAN - 1, 1000.0, 100.0, 1)], taker_buy=50.0)
    rows[-2] = dataclasses.replace(rows[-2], trades=[(1, 1000.0, 80.0, 1), (2, 1000.0, 20.0, -1)])
    facts = named(last(rows, "cvd"), cvd.FACTS)
    assert facts["cvd_open"] == 60.0
    assert (facts["cvd_high"], facts["cvd_low"], facts["cvd_close"]) == (130.0, 60.0, 100.0)


def test_after_a_gap_cvd_is_anchored_anew_and_rebuilt_for_twenty_bars() -> None:
    rows = told(quiet(100), lambda n: 0.6 if n % 2 else 0.42)
    rows[60] = dataclasses.replace(rows[60], skip=4)
    said = [o["cvd"] for o in Room().walk(rows)]
    assert said[59].state == base.LIVE
    assert [one.state for one in said[60:62]] == [base.UNAVAILABLE] * 2
    assert [one.state for one in said[62:80]] == [base.REBUILT] * 18
    assert said[80].state == base.LIVE
    assert named(said[61], cvd.FACTS)["cvd_close"] == 0.0
    assert named(said[62], cvd.FACTS)["segment_bars"] == 3.0


def with_oi(rise: float, change: float) -> list[Row]:
    """Noise of one to four in OI, then `rise` of price and `change` of OI over eight bars."""
    rows = [*quiet(60), *legs(1000.0, (1000.0 + rise, 8))]
    return [
        dataclasses.replace(row, oi=1000.0 + (n * 7 % 5) + max(0.0, (n - 59) / 8.0) * change)
        for n, row in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("rise", "change", "quadrant", "low", "high"),
    [
        (14.0, 90.0, oi.LONG_BUILD_UP, 0.6, 1.0),
        (-14.0, 90.0, oi.SHORT_BUILD_UP, -1.0, -0.6),
        (14.0, -90.0, oi.SHORT_COVERING, 0.1, 0.5),
        (-14.0, -90.0, oi.LONG_UNWINDING, -0.5, -0.1),
        (14.0, 0.2, 0, 0.0, 0.0),
    ],
)
def test_quadrants(rise: float, change: float, quadrant: int, low: float, high: float) -> None:
    rows = with_oi(rise, change)
    if quadrant == 0:  # a change inside the noise band
        rows[-1] = dataclasses.replace(rows[-1], oi=(rows[-9].oi or 0.0) + change)
    said = last(rows, "oi")
    assert named(said, oi.FACTS)["quadrant"] == quadrant
    assert low <= said.score <= high


def test_oi_grows_stale_then_is_gone() -> None:
    rows = with_oi(14.0, 90.0) + [dataclasses.replace(row, oi=None) for row in quiet(120)]
    states = [o["oi"].state for o in Room().walk(rows)]
    assert states[67] == base.LIVE
    assert states[67 + 7] == base.LIVE  # 1 h 45 after the last
    assert states[67 + 8] == base.STALE  # two hours and a second
    assert states[67 + 95] == base.STALE
    assert states[67 + 96] == base.UNAVAILABLE


def test_oi_lost_is_gone_at_once() -> None:
    rows = with_oi(14.0, 90.0)
    rows.append(dataclasses.replace(bar(1014.0, 1014.0), lost=(flow.OPEN_INTEREST,)))
    assert last(rows, "oi").state == base.UNAVAILABLE


def settled(rates: list[float], newest_oi: float | None) -> list[Row]:
    """One settlement in 32 bars; OI lies about 1000 until the last bar."""
    rows = quiet(32 * len(rates))
    rows = [
        dataclasses.replace(
            row, funding=rates[n // 32] if n % 32 == 31 else None, oi=None if newest_oi is None else 1000.0
        )
        for n, row in enumerate(rows)
    ]
    rows[-1] = dataclasses.replace(rows[-1], oi=newest_oi)
    return rows


BASE_RATES = [0.0001 + 0.00001 * (n % 5 - 2) for n in range(60)]  # median 1 bp, MAD 0.1 bp


def test_funding_z_is_robust_and_leaves_the_newest_out() -> None:
    said = last(settled([*BASE_RATES, 0.0001 + 3 * 1.4826 * 0.00001], 1100.0), "funding")
    facts = named(said, funding.FACTS)
    assert facts["robust_z"] == pytest.approx(3.0)
    assert facts["crowded"] == 1.0
    assert said.score == pytest.approx(-0.8)


@pytest.mark.parametrize(("newest_oi", "score"), [(1100.0, -0.8), (900.0, 0.0), (None, -0.8)])
def test_funding_is_contrarian_only_with_high_oi_if_oi_is_known(newest_oi: float | None, score: float) -> None:
    said = last(settled([*BASE_RATES, 0.0001 + 3 * 1.4826 * 0.00001], newest_oi), "funding")
    assert said.score == pytest.approx(score)


def test_low_rate_far_below_the_median_but_still_paid_by_longs_is_no_crowd_of_shorts() -> None:
    said = last(settled([*BASE_RATES, 0.00001], 1100.0), "funding")
    facts = named(said, funding.FACTS)
    assert facts["robust_z"] < -2.0 and facts["crowded"] == 0.0 and said.score == 0.0


def test_funding_is_read_against_sixty_settlements_and_forgets_older_ones() -> None:
    wild = [0.0001 * n for n in range(-20, 20)]
    rates = [*BASE_RATES, 0.0001 + 3 * 1.4826 * 0.00001]
    facts = [named(last(settled(told, None), "funding"), funding.FACTS) for told in (rates, [*wild, *rates])]
    assert facts[0]["robust_z"] == facts[1]["robust_z"]


def test_funding_needs_sixty_settlements_and_grows_stale_after_sixteen_hours() -> None:
    assert last(settled(BASE_RATES, None), "funding").state == base.UNAVAILABLE
    rows = settled([*BASE_RATES, 0.0001], None)
    assert last(rows, "funding").state == base.LIVE
    assert last([*rows, *quiet(64)], "funding").state == base.LIVE
    assert last([*rows, *quiet(65)], "funding").state == base.STALE


def calm(count: int = 90) -> list[Row]:
    """Deltas between -16 and 16 on a volume of 100."""
    return told(quiet(count), lambda n: 0.5 + (n % 9 - 4) / 50.0)


@pytest.mark.parametrize(
    ("row", "absorption"),
    [
        (Row(1000.0, 1000.5, 998.0, 1000.25, 300.0, 60.0), 0.8),  # sold heavily, closed up, at a 10-bar low
        (Row(1000.0, 1000.5, 999.8, 999.9, 300.0, 60.0), 0.65),  # went nowhere, no new low
        (Row(1000.0, 1000.5, 997.0, 997.5, 300.0, 60.0), 0.0),  # sellers had their way
        (Row(1000.0, 1003.0, 999.9, 999.5, 300.0, 240.0), -0.8),  # bought heavily, closed down, at a 10-bar high
        (Row(1000.0, 1000.5, 998.0, 1000.25, 100.0, 45.0), 0.0),  # nothing unusual was sold
    ],
)
def test_absorption(row: Row, absorption: float) -> None:
    facts = named(last([*calm(), row], "orderflow"), orderflow.FACTS)
    assert facts["absorption"] == absorption


def test_absorption_fades_over_four_bars() -> None:
    heavy = Row(1000.0, 1000.5, 998.0, 1000.25, 300.0, 60.0)
    said = Room().walk([*calm(), heavy, *told(quiet(5), lambda n: 0.5)])
    seen = [named(o["orderflow"], orderflow.FACTS)["absorption"] for o in said[-6:]]
    assert seen == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.0, 0.0])


def slide(shares: tuple[float, float, float], close: float) -> list[Row]:
    """Three bars down to a new low; the last one closes at `close` of [990, 993]."""
    rows = [bar(1000.0, 997.0), bar(997.0, 994.0), Row(994.0, 994.0, 990.0, close)]
    return [*calm(), *(dataclasses.replace(row, taker_buy=100.0 * s) for row, s in zip(rows, shares))]


def test_exhaustion_is_a_new_low_with_less_selling_each_bar_and_a_close_in_the_top_third() -> None:
    def seen(rows: list[Row]) -> float:
        return named(last(rows, "orderflow"), orderflow.FACTS)["exhaustion"]

    assert seen(slide((0.40, 0.43, 0.46), 993.0)) == 1.0
    assert seen(slide((0.46, 0.43, 0.40), 993.0)) == 0.0  # selling grew
    assert seen(slide((0.40, 0.43, 0.46), 991.0)) == 0.0  # closed low
    assert seen(mirror(slide((0.40, 0.43, 0.46), 993.0))) == -1.0


def test_book_alone_speaks_by_imbalance() -> None:
    rows = [dataclasses.replace(row, book=(999.5, 1000.5, 3.0, 1.0)) for row in quiet(5)]
    said = last(rows, "orderflow")
    facts = named(said, orderflow.FACTS)
    assert (said.state, said.score) == (base.LIVE, 0.3)
    assert (facts["delta_known"], facts["book_known"], facts["imbalance"]) == (0.0, 1.0, 0.5)
    assert facts["weighted_mid"] == 1000.25  # towards the ask, where less is offered
    assert facts["spread"] == 0.001


def test_old_book_is_stale_and_a_lost_one_gone() -> None:
    rows = [dataclasses.replace(row, book=(999.5, 1000.5, 3.0, 1.0)) for row in quiet(5)]
    assert last([*rows, bar(1000.0, 1001.0)], "orderflow").state == base.STALE
    gone = dataclasses.replace(bar(1000.0, 1001.0), lost=(flow.BOOK,))
    assert last([*rows, gone], "orderflow").state == base.UNAVAILABLE


def test_big_prints_lean_to_their_side() -> None:
    def printed(size: float, side: int) -> Row:
        small = [(n, 1000.0, 1.0, 1 if n % 2 else -1) for n in range(1, 11)]
        return dataclasses.replace(
            bar(1000.0, 1000.0), volume=10.0 + size, trades=[*small, (SPAN - 1, 1000.0, size, side)]
        )

    said = Room().walk([*(printed(1.0, 1) for _ in range(60)), printed(40.0, -1), printed(1.0, 1)])
    seen = [named(o["orderflow"], orderflow.FACTS) for o in said]
    assert (seen[58]["big_known"], seen[58]["big_prints"]) == (1.0, 0.0)
    assert seen[60]["big_prints"] == -1.0
    assert seen[61]["big_prints"] == 0.0


def test_aggression_is_three_deltas_in_sigmas() -> None:
    rows = told(quiet(90), lambda n: (0.55 if n % 2 else 0.45) if n < 87 else 0.6)
    facts = named(last(rows, "orderflow"), orderflow.FACTS)
    assert facts["aggression"] == pytest.approx(60.0 / (10.0 * math.sqrt(3.0)))
