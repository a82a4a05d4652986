"""How far price went after a setup: measured as it was, told before, scored on what came later, blind to the future."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.learning.history import History
from engine.learning.labels import DAY
from engine.learning.realised import MINUTE, MINUTES, realised, realised_status
from engine.learning.table import Decision, Floats, Ints
from tests.learning.world import T0, World

QUARTER = 15 * MINUTE
PAIRS = ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP")
DAYS = 40
ATR = 0.01
Closes = dict[str, tuple[Ints, Floats]]


def prices(seed: int = 3) -> Closes:
    """Closes of every quarter of an hour of pairs that wander, 0.2 ATR a step."""
    rng = np.random.default_rng(seed)
    ts = T0 + QUARTER * np.arange(DAYS * 96, dtype=np.int64)
    return {pair: (ts, 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.2 * ATR, len(ts))))) for pair in PAIRS}


def market() -> list[Decision]:
    """Setups at the ends of quarters, of any kind of end."""
    rows = World(5, days=DAYS - 1).rows()
    return [replace(row, ts=row.ts // QUARTER * QUARTER, features={**row.features, "atr_pct": ATR}) for row in rows]


def history(closes: Closes) -> History:
    found = History(market())
    found.closes = closes
    return found


def test_a_move_is_that_of_the_closes_signed_to_the_side() -> None:
    closes = prices()
    told, cut = history(closes), T0 + 20 * DAY
    places, move = realised(told, 60, T0, cut)
    rows = [row for row in market() if row.ts > T0 and row.ts + 60 * MINUTE < cut]
    assert [told.table.ids[at] for at in places] == [row.decision_id for row in rows]
    for row, found in zip(rows[:50], move):
        stamps, price = closes[row.pair]
        now, then = (price[stamps.tolist().index(row.ts + after)] for after in (0, 60 * MINUTE))
        assert found == pytest.approx(row.side * math.log(then / now) / ATR)
    gone = {**closes, "BTC-USDT-SWAP": (closes["BTC-USDT-SWAP"][0][::2], closes["BTC-USDT-SWAP"][1][::2])}
    fewer = realised(history(gone), 30, T0, cut)[0]
    assert 0 < len(fewer) < len(realised(told, 30, T0, cut)[0]), "no close, no move"
    assert len(realised(History(market()), 30, T0, cut)[0]) == 0


def test_what_a_week_tells_is_held_against_the_next_and_half_comes_true() -> None:
    told, cut = history(prices()), T0 + 14 * DAY
    before: dict[str, Any] = {}
    for week in range(4):
        before = realised_status(told, cut + week * 7 * DAY, before)
    for minutes in MINUTES:
        one = before[str(minutes)]
        low, middle, high = one["quartiles"]["*"]
        half = 0.6745 * 0.2 * math.sqrt(minutes / 15)
        assert (low, middle, high) == pytest.approx((-half, 0.0, half), abs=0.06)
        assert [week["cut"] for week in one["weeks"]] == [cut + week * 7 * DAY for week in (1, 2, 3)]
        assert one["told"]["setups"] == sum(week["setups"] for week in one["weeks"]) > 300
        assert one["told"]["coverage"] == pytest.approx(0.5, abs=0.08)
        # Books are noise here: their own quartiles cannot be clearly nearer than those of all.
        assert one["told"]["loss"] == pytest.approx(one["told"]["loss_all"], rel=0.03)


def test_nothing_after_the_cut_is_read_and_the_same_is_told_again() -> None:
    closes, cut = prices(), T0 + 21 * DAY
    later = {pair: (ts, np.where(ts >= cut, 2.0 * price, price)) for pair, (ts, price) in closes.items()}
    assert realised_status(history(closes), cut, {}) == realised_status(history(later), cut, {})


def test_too_few_setups_tell_nothing() -> None:
    found = realised_status(history(prices()), T0 + DAY, {})["30"]
    assert found["n_eff"] < 100.0 and "quartiles" not in found and found["told"] is None
