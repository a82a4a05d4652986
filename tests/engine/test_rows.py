"""Rows of stage 1, bar by bar in plain Python: what is computed only on demand is what it would always have been."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine import readings
from engine.layers.base import POC, Anchors
from engine.market import profile
from engine.market.profile import Profile
from engine.params import Params
from engine.readings import ANCHOR_AT, ANCHOR_WIDTH, ROW, ROW_COUNT, Pair

TICK = 0.1
HOUR = 3_600_000
START = 1_700_006_400_000
K = Params.build(evaluate_confluence=0.45)


def walked(bars: int, missing: int) -> Iterator[tuple[Pair, int]]:
    """A pair after each bar of a seeded walk, and which rows it made; every `missing`th hour lacks its last 5m bar."""
    pair, rng, close = readings.new_pair(5, TICK), np.random.default_rng(4), 1000.0
    for n in range(bars):
        opened, close = close, close + float(rng.normal(0.02, 1.0))
        high, low = max(opened, close) + float(rng.random()), min(opened, close) - float(rng.random())
        if n % (12 * missing) != 11:
            bar = (opened, high, low, close, float(rng.uniform(1.0, 9.0)))
            yield pair, readings.on_candle(pair, START + n * 300_000, *bar, 0.0, 0, K)


def anchors_of(row: list[float], minutes: int) -> list[tuple[float, ...]]:
    places = (ANCHOR_AT + ANCHOR_WIDTH * n for n in range(int(row[ROW_COUNT])))
    return [tuple(row[at : at + ANCHOR_WIDTH]) for at in places if row[at + 1] == minutes]


def profile_anchors(pair: Pair) -> list[tuple[float, ...]]:
    """Those of the newest 1h bar, computed here."""
    fresh, a, f = Profile(), Anchors(), pair.h1
    profile.compute(fresh, f.bars, f.indicators.atr, TICK, K)
    profile.anchors(fresh, f.bars, a)
    return [(a.kind[j], a.minutes[j], a.side[j], a.known_at[j], a.low[j], a.high[j]) for j in range(a.n)]


def test_value_on_demand_is_that_of_the_newest_bar() -> None:
    rows = skipped = 0
    for pair, made in walked(4000, 10_000):
        if made & 1:
            rows += 1
            fresh, f = Profile(), pair.m15
            profile.compare(fresh, f.bars, f.indicators.atr, TICK, K)
            profile.compute(fresh, f.bars, f.indicators.atr, TICK, K)
            row = pair.fast.row
            assert row[ROW["poc"]] == fresh.poc and row[ROW["val_before"]] == fresh.val_before
            expected = profile_anchors(pair)
            assert expected and anchors_of(row, 60)[-len(expected) :] == expected
        elif pair.m15.bars.close_ts == pair.newest and pair.m15.bars.n > 210:
            skipped += 1 - pair.fast.valued
    assert rows > 100 and skipped > 50, (rows, skipped)


def test_an_hour_without_its_last_part_gives_its_anchors_and_no_row() -> None:
    """It is closed by the next bar; from then on its areas stand in the 15m rows, not those of the hour before."""
    late = 0
    for pair, made in walked(4000, 2):
        if made & 2:
            assert pair.h1.bars.complete == 1
        if made & 1 and pair.h1.bars.complete == 0:
            late += 1
            areas = anchors_of(pair.fast.row, 60)
            assert {area[3] for area in areas if area[0] == POC} == {pair.h1.bars.close_ts}
    assert late > 20, late
