"""A bot as most of the field builds them: `python -m benchmarks.pandas_bot TELEGRAM BARS`, in the folder where it runs.

Candles come through ccxt.pro; each closed one is added to a table of 500 in pandas, over which nine columns of `ta` and
smartmoneyconcepts' five functions are computed; python-telegram-bot sends a message of the last row. Nothing is stored,
decided or followed. The exchange's addresses are in the environment, the past in BARS (JSON rows).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import ccxt.pro

from benchmarks.smart_money import SWING
from tests.servers.telegram_api import TOKEN
from tests.whole.stage import HOME

PAIR, LAST = "SOL/USDT:USDT", 500
NAMES = ("ts", "open", "high", "low", "close", "volume")


def read(rows: list[list[float]]) -> dict[str, float]:
    """What the bot looks at, of the newest bar."""
    import pandas as pd
    import ta
    from smartmoneyconcepts import smc

    table = pd.DataFrame(rows, columns=list(NAMES))
    high, low, close = table["high"], table["low"], table["close"]
    lines: dict[str, Any] = {"RSI": ta.momentum.RSIIndicator(close).rsi()}
    lines |= {f"EMA{span}": ta.trend.EMAIndicator(close, span).ema_indicator() for span in (20, 50, 200)}
    macd = ta.trend.MACD(close)
    lines |= {"MACD": macd.macd(), "signal": macd.macd_signal(), "difference": macd.macd_diff()}
    lines["ATR"] = ta.volatility.AverageTrueRange(high, low, close).average_true_range()
    lines["ADX"] = ta.trend.ADXIndicator(high, low, close).adx()
    swings = smc.swing_highs_lows(table, swing_length=SWING)
    for structure in (
        smc.bos_choch(table, swings),
        smc.ob(table, swings),
        smc.fvg(table),
        smc.liquidity(table, swings),
    ):
        structure.tail(1)
    return {name: float(line.iloc[-1]) for name, line in lines.items()}


async def run(telegram: str, rows: list[list[float]]) -> None:
    """Hear candles and send what is read of them, until killed."""
    from telegram import Bot

    exchange = ccxt.pro.okx({"enableRateLimit": False, "options": {"fetchMarkets": {"types": ["swap"]}}})
    exchange.urls["api"] = {"rest": os.environ["OKX_REST_URL"], "ws": os.environ["OKX_WS_URL"] + "/ws/v5"}
    async with Bot(TOKEN, base_url=f"{telegram}/bot") as bot:
        await exchange.load_markets()
        read(rows[-LAST:])
        while True:
            (*_, bar) = await exchange.watch_ohlcv(PAIR, "5m")
            rows = [*rows[1 - LAST :], bar]
            told = "\n".join(f"{name} {value:,.2f}" for name, value in read(rows).items())
            await bot.send_message(HOME, f"<b>{PAIR} LONG</b> {bar[4]:,.1f}\n{told}", parse_mode="HTML")


def main() -> int:
    """Run until killed."""
    warnings.simplefilter("ignore")
    os.environ["SMC_CREDIT"] = "0"
    asyncio.run(run(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
