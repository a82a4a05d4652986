"""The same eight indicators in the libraries that bots are built on: RSI, three EMA, MACD, ATR, ADX with its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec

from storage.tape import Floats

Columns = Mapping[str, Floats]
Work = Callable[[], object]
EMAS = (20, 50, 200)


def sets(bars: Columns) -> dict[str, Work | None]:
    """The work of each library over all bars; None where it is not installed."""
    makers = {
        "TA-Lib, 8 indicators": ("talib", talib_set),
        "polars, the same 8": ("polars", polars_set),
        "pandas-ta-classic, the same 8": ("pandas_ta_classic", pandas_ta_set),
        "ta, the same 8": ("ta", ta_set),
        "finta, the same 8": ("finta", finta_set),
    }
    return {name: make(bars) if find_spec(module) else None for name, (module, make) in makers.items()}


def talib_set(bars: Columns) -> Work:
    import talib

    high, low, close = bars["high"], bars["low"], bars["close"]

    def work() -> object:
        averages = [talib.EMA(close, length) for length in EMAS]
        strength = talib.ADX(high, low, close, 14), talib.PLUS_DI(high, low, close, 14)
        lines = talib.MINUS_DI(high, low, close, 14), talib.ATR(high, low, close, 14)
        return averages, strength, lines, talib.RSI(close, 14), talib.MACD(close)

    return work


def polars_set(bars: Columns) -> Work:
    import polars as pl

    table = pl.DataFrame({name: bars[name] for name in ("high", "low", "close")})
    high, low, close = pl.col("high"), pl.col("low"), pl.col("close")

    def wilder(x: pl.Expr) -> pl.Expr:
        return x.ewm_mean(alpha=1 / 14, adjust=False)

    def ema(length: int) -> pl.Expr:
        return close.ewm_mean(span=length, adjust=False)

    change = close.diff().fill_null(0.0)
    rise, fall = high.diff().fill_null(0.0), -low.diff().fill_null(0.0)
    before = close.shift(1).fill_null(close)
    atr = wilder(pl.max_horizontal(high, before) - pl.min_horizontal(low, before))
    plus = wilder(pl.when((rise > fall) & (rise > 0)).then(rise).otherwise(0.0)) / atr
    minus = wilder(pl.when((fall > rise) & (fall > 0)).then(fall).otherwise(0.0)) / atr
    macd = ema(12) - ema(26)
    query = table.lazy().select(
        (wilder(change.clip(lower_bound=0.0)) / wilder(change.abs())).alias("rsi"),
        *(ema(length).alias(f"ema{length}") for length in EMAS),
        macd.alias("macd"),
        macd.ewm_mean(span=9, adjust=False).alias("signal"),
        atr.alias("atr"),
        plus.alias("plus"),
        minus.alias("minus"),
        wilder((plus - minus).abs() / (plus + minus)).alias("adx"),
    )
    return lambda: query.collect()


def pandas_ta_set(bars: Columns) -> Work:
    import pandas as pd
    import pandas_ta_classic as pta

    table = pd.DataFrame(dict(bars))

    def work() -> object:
        averages = [pta.ema(table.close, length, talib=False) for length in EMAS]
        ranges = pta.atr(table.high, table.low, table.close, 14, talib=False)
        strength = pta.adx(table.high, table.low, table.close, 14, talib=False)
        return averages, ranges, strength, pta.rsi(table.close, 14, talib=False), pta.macd(table.close, talib=False)

    return work


def ta_set(bars: Columns) -> Work:
    import pandas as pd
    import ta

    table = pd.DataFrame(dict(bars))

    def work() -> object:
        averages = [ta.trend.EMAIndicator(table.close, length).ema_indicator() for length in EMAS]
        macd = ta.trend.MACD(table.close)
        adx = ta.trend.ADXIndicator(table.high, table.low, table.close, 14)
        ranges = ta.volatility.AverageTrueRange(table.high, table.low, table.close, 14).average_true_range()
        lines = adx.adx(), adx.adx_pos(), adx.adx_neg(), macd.macd(), macd.macd_signal(), macd.macd_diff()
        return averages, ranges, lines, ta.momentum.RSIIndicator(table.close, 14).rsi()

    return work


def finta_set(bars: Columns) -> Work:
    import pandas as pd
    from finta import TA

    table = pd.DataFrame(dict(bars))

    def work() -> object:
        averages = [TA.EMA(table, length) for length in EMAS]
        return averages, TA.RSI(table, 14), TA.MACD(table), TA.ATR(table, 14), TA.ADX(table, 14), TA.DMI(table, 14)

    return work
