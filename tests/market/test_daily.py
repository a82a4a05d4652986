"""What the daily bias is built on: a fixed number of daily bars, whatever was before them."""

from __future__ import annotations

import numpy as np
import pytest

from engine import readings
from engine.market import bars, daily, frame
from engine.market.bars import Bars
from engine.market.daily import Daily
from engine.market.frame import Frame
from engine.params import Params

DAY = 86_400_000
K = Params()
Bar = tuple[float, float, float, float]


def walk(seed: int, count: int) -> list[Bar]:
    """Daily bars of a random walk whose highs and lows often tie."""
    chance, close, found = np.random.default_rng(seed), 100.0, []
    for _ in range(count):
        opened, close = close, max(20.0, close + int(chance.integers(-4, 5)))
        found.append(
            (opened, max(opened, close) + int(chance.integers(3)), min(opened, close) - int(chance.integers(3)), close)
        )
    return found


def told(rows: list[Bar], first_day: int = 0) -> Bars:
    b = Bars()
    push(b, rows, first_day)
    return b


def push(b: Bars, rows: list[Bar], first_day: int) -> None:
    b.minutes = 1440
    for day, (o, h, l, c) in enumerate(rows, first_day + 1):
        bars.push(b, o, h, l, c, 1.0, 0.0, 0, day * DAY)


def read(b: Bars) -> tuple[int, int, float]:
    d = Daily()
    daily.read(d, b, K)
    return d.days, d.trend, d.ema20


@pytest.mark.parametrize("seed", range(20))
def test_what_came_before_the_newest_days_is_forgotten_to_the_last_bit(seed: int) -> None:
    rows = walk(seed, 300)  # longer than the ring
    for end in (28, 29, 57, 200, 300):
        assert read(told(rows[:end])) == read(told(rows[end - 28 : end], end - 28))


def test_trend_is_that_of_a_frame_that_begins_with_the_oldest_of_these_days() -> None:
    sides = []
    for seed in range(60):
        f, rows = Frame(), walk(seed, 28)
        f.bars.minutes, f.swings.strength = 1440, 2
        for day, (o, h, l, c) in enumerate(rows, 1):
            frame.close_bar(f, o, h, l, c, 1.0, 0.0, 0, day * DAY, K)
        assert read(f.bars)[1] == f.breaks.trend
        sides.append(f.breaks.trend)
    assert {1, -1} <= set(sides)


def test_a_break_older_than_these_days_counts_no_more() -> None:
    """Pivot high 103 on day 3, broken at 104 on day 6, then flat: nothing more breaks."""
    rows: list[Bar] = [(c, c, c, c) for c in (101.0, 102.0, 103.0, 102.0, 101.0, 104.0)]
    rows += [(104.0, 104.0, 104.0, 104.0)] * 30
    assert [read(told(rows[:days]))[1] for days in (5, 6, 28, 29, 36)] == [0, 1, 1, 0, 0]


def test_ema_weighs_a_close_by_its_age() -> None:
    closes = [100.0 + day for day in range(40)]
    weights = [(19 / 21) ** age for age in range(28)]
    wanted = sum(w * c for w, c in zip(weights, reversed(closes))) / sum(weights)
    assert read(told([(c, c, c, c) for c in closes]))[2] == pytest.approx(wanted, rel=1e-12)


def test_only_the_days_behind_the_newest_hole_count() -> None:
    rows = walk(1, 60)
    b = told(rows[:30])
    push(b, rows[31:50], 31)
    assert read(b) == read(told(rows[31:50], 31))
    assert read(b)[0] == 19
    push(b, rows[50:], 50)
    assert read(b) == read(told(rows[32:], 32))


def test_a_day_is_read_at_its_close_or_late_at_the_next_bar_where_its_last_bar_is_missing() -> None:
    p = readings.new_pair(15, 0.1)
    seen = []
    for n in [*range(95), *range(96, 193)]:
        readings.on_candle(p, n * 900_000, 100.0, 101.0, 99.0, 100.0 + n // 96, 1.0, 0.0, 0, K)
        if n in (94, 96, 190, 191):
            seen.append((p.daily.days, p.daily.ema20))
    assert [days for days, _ in seen] == [0, 1, 1, 2]
    assert [ema for _, ema in seen] == pytest.approx([0.0, 100.0, 100.0, (100.0 * 19 / 21 + 101.0) / (19 / 21 + 1)])
