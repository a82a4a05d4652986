"""Scores and facts to the last digit, worked out by hand from the formulas in the layers' docstrings."""

from __future__ import annotations

import dataclasses
import math

import pytest

from engine.layers import cvd, fibo, oi, orderflow, smc, structure
from engine.layers.base import FAIR_VALUE_GAP
from engine.market import flow
from engine.market.liquidity import Liquidity
from tests.checks.room import Room, Row
from tests.checks.tapes import bar, broken_up, legs, quiet, told


def walked(rows: list[Row]) -> Room:
    room = Room()
    room.walk(rows)
    return room


def facts(room: Room, layer: str, names: tuple[str, ...]) -> dict[str, float]:
    return dict(zip(names, room.read()[layer].facts))


def test_smc_score_is_the_sum_of_its_parts() -> None:
    """A first return on this bar (0.6), no gap left, close 1001 in 999.75 .. 1024.25, trend up."""
    rows = [*broken_up(), *legs(1024.0, (1014.0, 5), (1005.0, 3), (1001.0, 1))]
    room = walked(rows)
    place = (1001.0 - 999.75) / 24.5
    assert room.read()["smc"].score == pytest.approx(0.6 + 0.3 * (0.5 - place) + 0.1)


def test_smc_visits_and_sweeps_fade() -> None:
    room = walked([*broken_up(), *legs(1024.0, (1001.0, 9))])
    seen = []
    for close in (1002.0, 1003.0, 1004.0, 1005.0):
        seen.append(smc.block_weight(room.states.smc.blocks, 0, room.f.bars.n))
        room.walk([Row(close - 0.5, close + 0.25, close - 0.6, close)])
    assert seen == pytest.approx([0.6, 0.6 * 0.75, 0.6 * 0.5, 0.6 * 0.25])
    swept = Liquidity()
    swept.live[1], swept.bar[1] = 1, 40
    assert [smc.sweep_weight(swept, 1, n) for n in (41, 44, 47)] == pytest.approx([0.45, 0.225, 0.0])
    swept.equal[1] = 1
    assert smc.sweep_weight(swept, 1, 41) == 0.55


def test_smc_larger_zone_whole_and_smaller_half() -> None:
    assert smc.zones_weight(0.6, 0.4) == pytest.approx(0.8)
    assert smc.zones_weight(0.1, 0.4) == pytest.approx(0.45)


def test_smc_no_gap_across_missing_bars() -> None:
    rows = [*quiet(40), bar(1000.0, 1001.0), bar(1001.0, 1006.0), bar(1006.0, 1008.0)]
    for hole in (41, 42):
        holed = [dataclasses.replace(row, skip=3) if n == hole else row for n, row in enumerate(rows)]
        assert walked(holed).anchors(FAIR_VALUE_GAP) == []
    before = [dataclasses.replace(row, skip=3) if n == 40 else row for n, row in enumerate(rows)]
    assert len(walked(before).anchors(FAIR_VALUE_GAP)) == 1


def test_structure_score_by_its_formula() -> None:
    rows = legs(1000.0, (1010.0, 6), (1004.0, 6), (1016.0, 8), (1009.0, 6), (1022.0, 9))
    room = walked([*quiet(20), *rows])
    said = facts(room, "structure", structure.FACTS)
    assert (said["trend"], said["last_break"], said["bars_since_break"]) == (1.0, 1.0, 3.0)
    assert room.read()["structure"].score == pytest.approx(
        0.45 + 0.35 * (1 - 3 / 24) + 0.1 * (said["higher_highs"] + 1)
    )


def test_fibo_facts() -> None:
    room = walked([*broken_up(), *legs(1024.0, (1010.0, 7))])
    said = facts(room, "fibo", fibo.FACTS)
    assert (said["direction"], said["origin"], said["extreme"]) == (1.0, 999.75, 1024.25)
    assert said["retracement"] == pytest.approx(14.25 / 24.5)
    assert said["deepest_retracement"] == pytest.approx(14.5 / 24.5)
    assert said["ote_low"] == pytest.approx(1024.25 - 0.79 * 24.5)
    assert said["ote_high"] == pytest.approx(1024.25 - 0.62 * 24.5)
    assert said["bars_since_break"] == 7.0 + 5.0  # five bars of the leg came after the breaking one
    depth = 14.25 / 24.5
    assert room.read()["fibo"].score == pytest.approx(0.15 + 0.65 * (depth - 0.3) / 0.32)


def test_cvd_slope_and_candle_to_the_digit() -> None:
    """Deltas of +-16 then fourteen of +4: slope 56 / (16 * sqrt 14)."""
    rows = told(quiet(94), lambda n: 0.52 if n >= 80 else (0.58 if n % 2 else 0.42))
    said = facts(walked(rows), "cvd", cvd.FACTS)
    assert said["delta_sigma"] == pytest.approx(16.0)
    assert said["slope"] == pytest.approx(56.0 / (16.0 * math.sqrt(14.0)))
    assert said["segment_bars"] == 94.0
    assert (said["cvd_open"], said["cvd_high"], said["cvd_low"], said["cvd_close"]) == pytest.approx(
        (52.0, 56.0, 52.0, 56.0)
    )
    falling = dataclasses.replace(bar(1000.0, 1000.0), taker_buy=45.0)
    said = facts(walked([*rows, falling]), "cvd", cvd.FACTS)
    assert (said["cvd_high"], said["cvd_low"], said["cvd_close"]) == pytest.approx((56.0, 46.0, 46.0))


def test_cvd_slope_against_a_live_divergence_counts_half() -> None:
    room = walked(told(quiet(94), lambda n: 0.52 if n >= 80 else (0.58 if n % 2 else 0.42)))
    slope = 56.0 / (16.0 * math.sqrt(14.0)) / 2.0
    assert room.read()["cvd"].score == pytest.approx(0.65 * slope)
    room.states.cvd.divergence, room.states.cvd.divergence_bar = -1, 93 - 4
    assert room.read()["cvd"].score == pytest.approx(0.65 * slope / 2.0 - 0.55 * 0.75)
    room.states.cvd.divergence = 1
    assert room.read()["cvd"].score == pytest.approx(0.65 * slope + 0.55 * 0.75)


def test_oi_numbers() -> None:
    """Price 7 points up in 8 bars, OI from 1001 to 1006, against changes of 0, 2 and 4."""
    levels = [1000.0, 1002.0, 1000.0, 1004.0] * 20
    rows = [*quiet(60), *legs(1000.0, (1007.0, 8))]
    rows = [dataclasses.replace(row, oi=levels[n // 8 % 4] if n < 60 else 1000.0) for n, row in enumerate(rows)]
    rows[-9] = dataclasses.replace(rows[-9], oi=1001.0)
    rows[-1] = dataclasses.replace(rows[-1], oi=1006.0)
    room = walked(rows)
    said = facts(room, "oi", oi.FACTS)
    past = [rows[n].oi or 0.0 for n in range(len(rows) - 1)]
    changes = sorted(abs(past[n] - past[n - 8]) / past[n - 8] for n in range(8, len(past)))
    middle = len(changes) // 2
    band = changes[middle] if len(changes) % 2 else (changes[middle] + changes[middle - 1]) / 2.0
    atr = room.f.indicators.atr
    assert said["noise_band"] == pytest.approx(band)
    assert said["oi_change"] == pytest.approx(5.0 / 1001.0)
    assert said["price_change_atr"] == pytest.approx(7.0 / atr)
    price = min(1.0, 7.0 / (0.75 * atr * math.sqrt(8.0)))
    beyond = (5.0 / 1001.0 / band - 1.0) / 2.0
    assert 0.0 < beyond < 1.0
    assert room.read()["oi"].score == pytest.approx(price * (0.45 + 0.4 * beyond))


def test_oi_window_with_missing_bars_says_nothing() -> None:
    rows = [dataclasses.replace(row, oi=1000.0 + n % 7) for n, row in enumerate(quiet(80))]
    rows[70] = dataclasses.replace(rows[70], skip=2)
    states = [o["oi"].state for o in Room().walk(rows)]
    assert states[69] == 1
    assert states[70:78] == [0] * 8
    assert states[78] == 1


def test_orderflow_speaks_once_fifty_deltas_are_known_and_three_follow_each_other() -> None:
    rows = told(quiet(80), lambda n: 0.55 if n % 2 else 0.45)
    states = [o["orderflow"].state for o in Room().walk(rows)]
    assert states.index(1) == 49
    rows[60] = dataclasses.replace(rows[60], taker_buy=None)
    states = [o["orderflow"].state for o in Room().walk(rows)]
    assert states[59:64] == [1, 0, 0, 0, 1]


def test_orderflow_adds_prints_and_book_to_its_flow() -> None:
    rows = told(quiet(79), lambda n: 0.45 if n % 2 else 0.55)
    last = dataclasses.replace(bar(1000.0, 1000.0), taker_buy=50.0, book=(999.5, 1000.5, 1.0, 3.0))
    room = walked([*rows, last])
    said = facts(room, "orderflow", orderflow.FACTS)
    aggression = said["aggression"]
    assert aggression == pytest.approx(0.0, abs=1e-9)  # +10, -10, 0
    assert room.read()["orderflow"].score == pytest.approx(0.2 * -0.5)
    room.states.orderflow.big = 1.0
    assert room.read()["orderflow"].score == pytest.approx(0.2 - 0.1)


def test_orderflow_takes_the_mean_of_the_books_of_the_bar() -> None:
    room = Room()
    flow.book(room.x, room.ts + 1, 999.5, 1000.5, 3.0, 1.0)
    flow.book(room.x, room.ts + 2, 999.5, 1000.5, 2.0, 2.0)
    room.walk([dataclasses.replace(bar(1000.0, 1000.0), book=(999.5, 1000.5, 3.0, 1.0))])
    assert room.read()["orderflow"].score == pytest.approx(0.6 * (0.5 + 0.0 + 0.5) / 3.0)
