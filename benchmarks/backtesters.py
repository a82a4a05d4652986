"""Backtesting libraries on our bars: RSI 14 crosses 30 upwards, stop 1 %, target 2 %. Each gives bars a second."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.bars import ohlcv
from benchmarks.freqtrade_run import freqtrade
from benchmarks.timing import seconds
from storage.tape import CandleColumns, Floats

STOP, PROFIT, FEE = 0.01, 0.02, 0.0005
CASH = 10_000_000


def backtesters() -> dict[str, Callable[[CandleColumns], float] | None]:
    """What each needs for one rule; None where it is not installed."""
    known = {
        "backtesting.py": ("backtesting", backtesting_py),
        "vectorbt, vectorised": ("vectorbt", vectorbt),
        "nautilus_trader": ("nautilus_trader", nautilus),
        "freqtrade": ("freqtrade", freqtrade),
    }
    return {name: run if find_spec(module) else None for name, (module, run) in known.items()}


def rsi(close: Floats, length: int = 14) -> Floats:
    """Wilder's RSI in the fastest way that pandas has."""
    import pandas as pd

    change = pd.Series(close).diff().fillna(0.0)
    up = change.clip(lower=0.0).ewm(alpha=1 / length, adjust=False).mean()
    both = change.abs().ewm(alpha=1 / length, adjust=False).mean()
    return np.asarray((100.0 * up / both).fillna(50.0))


def _table(candles: CandleColumns) -> Any:
    import pandas as pd

    return pd.DataFrame(ohlcv(candles), index=pd.to_datetime(candles.ts, unit="ms", utc=True).tz_localize(None))


def backtesting_py(candles: CandleColumns) -> float:
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        import backtesting

        def init(self: Any) -> None:
            self.strength = self.I(rsi, self.data.Close)

        def on_bar(self: Any) -> None:
            if not self.position and self.strength[-2] < 30 <= self.strength[-1]:
                price = self.data.Close[-1]
                self.buy(sl=price * (1 - STOP), tp=price * (1 + PROFIT))

        rule = type("Crossing", (backtesting.Strategy,), {"init": init, "next": on_bar})
        table = _table(candles).rename(columns=str.capitalize)
        test = backtesting.Backtest(table, rule, cash=CASH, commission=FEE, finalize_trades=True)
        return len(table) / seconds(test.run, rounds=1, warm=False)


def vectorbt(candles: CandleColumns) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import vectorbt as vbt

        table = _table(candles)

        def work() -> object:
            strength = vbt.RSI.run(table.close, window=14, ewm=True).rsi
            enter = (strength.shift(1) < 30) & (strength >= 30)
            prices = {name: table[name] for name in ("open", "high", "low")}
            stops = {"sl_stop": STOP, "tp_stop": PROFIT, "fees": FEE, "freq": "5min"}
            return vbt.Portfolio.from_signals(table.close, enter, False, **prices, **stops).trades.records

        return len(table) / seconds(work)


def nautilus(candles: CandleColumns) -> float:
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.indicators import RelativeStrengthIndex
    from nautilus_trader.model.currencies import USDT
    from nautilus_trader.model.data import BarType
    from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
    from nautilus_trader.model.objects import Money
    from nautilus_trader.persistence.wranglers import BarDataWrangler
    from nautilus_trader.test_kit.providers import TestInstrumentProvider
    from nautilus_trader.trading.strategy import Strategy

    contract = TestInstrumentProvider.btcusdt_perp_binance()
    kind = BarType.from_str(f"{contract.id}-5-MINUTE-LAST-EXTERNAL")
    strength, before = RelativeStrengthIndex(14), [0.5]

    def on_start(self: Any) -> None:
        self.register_indicator_for_bars(kind, strength)
        self.subscribe_bars(kind)

    def on_bar(self: Any, bar: Any) -> None:
        crossed, before[0] = before[0] < 0.3 <= strength.value, strength.value
        if crossed and self.portfolio.is_flat(contract.id) and not self.cache.orders_open(instrument_id=contract.id):
            price = float(bar.close)
            stop, profit = (contract.make_price(price * factor) for factor in (1 - STOP, 1 + PROFIT))
            orders = self.order_factory.bracket(
                contract.id, OrderSide.BUY, contract.make_qty(1.0), sl_trigger_price=stop, tp_price=profit
            )
            self.submit_order_list(orders)

    quiet = LoggingConfig(bypass_logging=True)
    engine = BacktestEngine(BacktestEngineConfig(trader_id="BENCH-001", logging=quiet))
    money = [Money(CASH, USDT)]
    engine.add_venue(contract.id.venue, OmsType.NETTING, AccountType.MARGIN, starting_balances=money)
    engine.add_instrument(contract)
    engine.add_data(BarDataWrangler(kind, contract).process(_table(candles).tz_localize("UTC")))
    engine.add_strategy(type("Crossing", (Strategy,), {"on_start": on_start, "on_bar": on_bar})())
    took = seconds(engine.run, rounds=1, warm=False)
    engine.dispose()
    return len(candles.ts) / took
