"""Regime: thresholds in and out, two bars of patience, and the measures behind them."""

from __future__ import annotations

import pytest

from engine.market import regime
from engine.market.bars import Bars, push
from engine.market.indicators import Indicators
from engine.market.regime import QUIET, RANGING, TRENDING, VOLATILE, Regime
from engine.params import Params

K = Params()


@pytest.mark.parametrize(
    ("in_force", "adx", "efficiency", "percentile", "asks"),
    [
        (RANGING, 25.0, 0.35, 50.0, TRENDING),
        (RANGING, 24.9, 0.9, 50.0, RANGING),
        (RANGING, 60.0, 0.34, 50.0, RANGING),
        (TRENDING, 22.0, 0.25, 50.0, TRENDING),  # leaves below 22 or 0.25
        (TRENDING, 21.9, 0.9, 50.0, RANGING),
        (TRENDING, 60.0, 0.24, 50.0, RANGING),
        (TRENDING, 60.0, 0.9, 90.0, VOLATILE),  # volatility comes first
        (RANGING, 10.0, 0.0, 89.9, RANGING),
        (VOLATILE, 10.0, 0.0, 80.0, VOLATILE),  # leaves below 80
        (VOLATILE, 30.0, 0.5, 79.9, TRENDING),
        (RANGING, 19.9, 0.0, 15.0, QUIET),
        (RANGING, 20.0, 0.0, 15.0, RANGING),
        (RANGING, 19.9, 0.0, 15.1, RANGING),
        (QUIET, 19.9, 0.0, 25.0, QUIET),  # leaves above 25
        (QUIET, 19.9, 0.0, 25.1, RANGING),
        (QUIET, 30.0, 0.5, 10.0, TRENDING),
    ],
)
def test_thresholds(in_force: int, adx: float, efficiency: float, percentile: float, asks: int) -> None:
    r, m = Regime(), Indicators()
    r.name, r.efficiency, r.percentile, m.adx = in_force, efficiency, percentile, adx
    assert regime.wanted(r, m, K) == asks


def walked(closes: list[float], adx: list[float], atr: float = 1.0) -> list[int]:
    """The regime named after every bar, with ADX as given."""
    r, m, b = Regime(), Indicators(), Bars()
    b.minutes = 15
    named = []
    for n, (close, strength) in enumerate(zip(closes, adx, strict=True)):
        push(b, close, close, close, close, 1.0, 0.0, 0, (n + 1) * 900_000)
        m.ready, m.atr, m.adx = n + 1, atr, strength
        regime.update(r, b, m, K)
        named.append(int(r.name))
    return named


def test_a_regime_is_named_after_two_bars_and_one_bar_changes_nothing() -> None:
    """
    ADX     20 20 30 20 30 30 30 21 24 21 21     (efficiency is 1 from bar 21 on: the price climbs)
    asks     R  R  T  R  T  T  T  R  T  R  R     24 keeps a trend, and would not begin one
    named    R  R  R  R  R  T  T  T  T  T  R
    """
    climb = [1000.0 + n for n in range(32)]
    named = walked(climb, [20.0] * 21 + [20.0, 20.0, 30.0, 20.0, 30.0, 30.0, 30.0, 21.0, 24.0, 21.0, 21.0])
    assert named[21:] == [RANGING] * 5 + [TRENDING] * 5 + [RANGING]


@pytest.mark.parametrize(
    ("closes", "ratio"),
    [
        ([100.0 + n for n in range(21)], 1.0),  # a straight way
        ([100.0 + n % 2 for n in range(21)], 0.0),  # there and back
        ([100.0] * 21, 0.0),  # nothing moved
        ([100.0 + (n if n < 16 else 30 - n) for n in range(21)], 0.5),  # 15 up, 5 down: 10 of 20
        ([100.0 + n for n in range(20)], 0.0),  # 20 changes need 21 closes
    ],
)
def test_efficiency_ratio(closes: list[float], ratio: float) -> None:
    b = Bars()
    b.minutes = 15
    for n, close in enumerate(closes):
        push(b, close, close, close, close, 1.0, 0.0, 0, (n + 1) * 900_000)
    assert regime.efficiency_ratio(b) == ratio


def test_volatility_percentile_leaves_the_current_bar_out() -> None:
    """Twenty bars of ATR 1, then one of 2: above all before it; the next 2 ties with one of twenty-one."""
    r, m, b = Regime(), Indicators(), Bars()
    b.minutes = 15
    seen = []
    for n, atr in enumerate([1.0] * 34 + [2.0, 2.0]):
        push(b, 100.0, 100.0, 100.0, 100.0, 1.0, 0.0, 0, (n + 1) * 900_000)
        m.ready, m.atr = n + 1, atr
        regime.update(r, b, m, K)
        seen.append(float(r.percentile))
    assert seen[:34] == [50.0] * 34
    assert seen[34:] == [100.0, pytest.approx(100.0 * 20.5 / 21.0)]
