"""A simulated market on disk, in the layout of recorded market data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bot.feeds.simulated_market import SimulatedMarket, bar_columns
from bot.feeds.simulated_path import BAR_MS, Day
from bot.feeds.simulated_regimes import BARS
from storage.recordings import write_columns

_FILES = ("candles_5m", "trades", "open_interest", "funding", "book")


def tape(directory: Path, market: SimulatedMarket, days: int, *, without: frozenset[str] = frozenset()) -> list[Path]:
    """Write `days` of every pair under `directory`/<instId>/: Parquet files and instrument.json.

    `without` names files to leave out (trades, open_interest, funding, book), as on venues that do not tell them.
    Answers the folders. The same market gives the same bytes.
    """
    unknown = without - set(_FILES[1:])
    if unknown:
        raise ValueError(f"cannot leave out {', '.join(sorted(unknown))}: only {', '.join(_FILES[1:])}")
    folders = []
    for pair in market.pairs:
        folder = directory / pair
        folder.mkdir(parents=True, exist_ok=True)
        source = market.days(pair)
        tables = [_tables(next(source)) for _ in range(days)]
        for name in _FILES:
            if name not in without:
                columns = {key: np.concatenate([table[name][key] for table in tables]) for key in tables[0][name]}
                write_columns(folder / f"{name}.parquet", columns)
        (folder / "instrument.json").write_text(json.dumps(market.record(pair), indent=1) + "\n", encoding="utf-8")
        folders.append(folder)
    return folders


def _tables(day: Day) -> dict[str, dict[str, Any]]:
    bars = bar_columns(day)
    return {
        "candles_5m": {
            "ts": bars.ts,
            "open": bars.open,
            "high": bars.high,
            "low": bars.low,
            "close": bars.close,
            "volume": bars.volume,
            "quote_volume": bars.quote_volume,
            "trades": bars.trades,
            "taker_buy_volume": bars.taker_buy,
        },
        "trades": {
            "ts": day.ts,
            "price": day.price,
            "size": day.size,
            "side": np.where(day.side > 0, "buy", "sell"),
        },
        "open_interest": {"ts": day.start + np.arange(1, BARS + 1) * BAR_MS, "open_interest": day.open_interest},
        "funding": {
            "ts": np.array([ts for ts, _ in day.funding], dtype=np.int64),
            "funding_rate": np.array([rate for _, rate in day.funding]),
        },
        "book": {
            "ts": day.book_ts,
            "bid": day.bid,
            "ask": day.ask,
            "bid_size": day.bid_size,
            "ask_size": day.ask_size,
        },
    }
