"""freqtrade's backtesting of the same rule on our bars, offline: its exchange is told its one market by hand."""

from __future__ import annotations

import contextlib
import json
import logging
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.bars import ohlcv
from benchmarks.timing import seconds
from storage.tape import CandleColumns

PAIR = "SOL/USDT"
RULE = """
import talib.abstract as ta
from freqtrade.strategy import IStrategy


class Crossing(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    stoploss = -0.01
    minimal_roi = {"0": 0.02}
    startup_candle_count = 30

    def populate_indicators(self, dataframe, metadata):
        dataframe["rsi"] = ta.RSI(dataframe, 14)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        crossed = (dataframe.rsi.shift(1) < 30) & (dataframe.rsi >= 30)
        dataframe.loc[crossed, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""
MARKET = {
    "id": "SOL-USDT", "symbol": PAIR, "base": "SOL", "quote": "USDT", "baseId": "SOL", "quoteId": "USDT",
    "type": "spot", "spot": True, "margin": False, "swap": False, "future": False, "option": False, "contract": False,
    "active": True, "taker": 0.0005, "maker": 0.0005, "precision": {"amount": 1e-6, "price": 0.01}, "info": {},
    "limits": {name: {"min": None, "max": None} for name in ("amount", "price", "cost", "leverage")},
}  # fmt: skip


def freqtrade(candles: CandleColumns) -> float:
    """Bars a second of its whole backtest: data read, indicators, candle loop, statistics."""
    from freqtrade.configuration import Configuration
    from freqtrade.enums import RunMode
    from freqtrade.optimize.backtesting import Backtesting
    from freqtrade.resolvers import ExchangeResolver

    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(None):
        home = Path(folder)
        _write(home, candles)
        options = {"config": [str(home / "config.json")], "user_data_dir": folder, "export": "none"}
        config = Configuration(options | {"backtest_cache": "none", "fee": 0.0005}, RunMode.BACKTEST).get_config()
        config["datadir"] = home / "data"
        exchange: Any = ExchangeResolver.load_exchange(config, validate=False)
        exchange._api_async.set_markets([MARKET])
        exchange._markets = exchange._api_async.markets
        took = seconds(Backtesting(config, exchange, progress_callback=lambda _: None).start, rounds=1, warm=False)
    logging.disable(logging.NOTSET)
    return len(candles.ts) / took


def _write(home: Path, candles: CandleColumns) -> None:
    """Its folder of data, strategy and settings."""
    import pandas as pd

    for name in ("data", "strategies", "backtest_results"):
        (home / name).mkdir()
    table = pd.DataFrame({"date": pd.to_datetime(candles.ts, unit="ms", utc=True), **ohlcv(candles)})
    table.to_feather(home / "data" / "SOL_USDT-5m.feather")
    (home / "strategies" / "crossing.py").write_text(RULE, encoding="utf-8")
    price = {"price_side": "same", "use_order_book": False}
    config = {
        "dry_run": True, "dry_run_wallet": 100_000, "stake_currency": "USDT", "stake_amount": 1000,
        "max_open_trades": 1, "timeframe": "5m", "strategy": "Crossing", "dataformat_ohlcv": "feather",
        "trading_mode": "spot", "entry_pricing": price, "exit_pricing": price,
        "exchange": {"name": "okx", "key": "", "secret": "", "pair_whitelist": [PAIR]},
        "pairlists": [{"method": "StaticPairList"}],
    }  # fmt: skip
    (home / "config.json").write_text(json.dumps(config), encoding="utf-8")
