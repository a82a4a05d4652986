"""Our indicators against TA-Lib on the same bars: equal to 1e-9 once warm."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from engine.market import frame
from engine.market.frame import Frame
from engine.market.indicators import Indicators
from engine.params import Params

Floats = NDArray[np.float64]
COUNT, WARM = 1500, 400


def walk(seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    close = 100.0 + np.cumsum(rng.normal(0.0, 0.4, COUNT))
    opened = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(opened, close) + rng.uniform(0.0, 0.3, COUNT)
    low = np.minimum(opened, close) - rng.uniform(0.0, 0.3, COUNT)
    return opened, high, low, close


def ours(bars: tuple[Floats, Floats, Floats, Floats], setup: int = 1) -> dict[str, list[float]]:
    f, k = Frame(), Params()
    f.bars.minutes = 15
    f.swings.strength = 3
    f.setup = setup
    said: dict[str, list[float]] = {}
    for n, (opened, high, low, close) in enumerate(zip(*(column.tolist() for column in bars))):
        frame.close_bar(f, opened, high, low, close, 1.0, 0.0, 0, (n + 1) * 900_000, k)
        for name, value in values(f.indicators).items():
            said.setdefault(name, []).append(value)
    return said


def values(m: Indicators) -> dict[str, float]:
    return {
        "rsi": m.rsi,
        "ema20": m.ema20.value,
        "ema50": m.ema50.value,
        "ema200": m.ema200.value,
        "macd": m.macd,
        "histogram": m.histogram,
        "atr": m.atr,
        "adx": m.adx,
        "plus_di": m.plus_di,
        "minus_di": m.minus_di,
        "true_range": m.true_range,
    }


def theirs(bars: tuple[Floats, Floats, Floats, Floats]) -> dict[str, Floats]:
    _, high, low, close = bars
    macd, _, histogram = talib.MACD(close, 12, 26, 9)
    return {
        "rsi": talib.RSI(close, 14),
        "ema20": talib.EMA(close, 20),
        "ema50": talib.EMA(close, 50),
        "ema200": talib.EMA(close, 200),
        "macd": macd,
        "histogram": histogram,
        "atr": talib.ATR(high, low, close, 14),
        "adx": talib.ADX(high, low, close, 14),
        "plus_di": talib.PLUS_DI(high, low, close, 14),
        "minus_di": talib.MINUS_DI(high, low, close, 14),
        "true_range": talib.TRANGE(high, low, close),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_indicators_equal_talib_after_warm_up(seed: int) -> None:
    bars = walk(seed)
    mine, reference = ours(bars), theirs(bars)
    assert set(mine) == set(reference)
    for name, column in reference.items():
        apart = np.abs(np.array(mine[name][WARM:]) - column[WARM:])
        assert float(apart.max()) < 1e-9, name


@pytest.mark.parametrize("name", ["rsi", "ema20", "ema50", "ema200", "atr", "adx", "plus_di", "true_range"])
def test_seeds_are_talibs_from_the_first_value_on(name: str) -> None:
    """All but MACD, whose fast EMA TA-Lib starts at the slow one's first bar."""
    bars = walk(7)
    mine, column = ours(bars)[name], theirs(bars)[name]
    first = int(np.flatnonzero(~np.isnan(column))[0])
    assert np.abs(np.array(mine[first:]) - column[first:]).max() < 1e-9


def test_flat_prices_give_rsi_fifty_and_no_range() -> None:
    flat = np.full(COUNT, 100.0)
    mine = ours((flat, flat, flat, flat))
    assert (mine["rsi"][-1], mine["atr"][-1], mine["adx"][-1], mine["histogram"][-1]) == (50.0, 0.0, 0.0, 0.0)


def test_where_no_setups_are_taken_only_what_is_read_there_is_computed() -> None:
    bars = walk(11)
    full, plain = ours(bars), ours(bars, setup=0)
    for name, column in plain.items():
        same = name in ("ema20", "ema50", "atr", "true_range")
        assert column == full[name] if same else set(column) == {0.0}, name
