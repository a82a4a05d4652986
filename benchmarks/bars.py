"""The bars that ours and every peer read: two pairs of the simulated exchange, the same in every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bot.feeds.simulated_market import SimulatedMarket, bar_columns
from bot.feeds.simulated_path import BAR_MS, Day
from bot.feeds.simulated_regimes import BARS
from storage.recordings import load_tape, write_tape
from storage.tape import (
    BookColumns,
    CandleColumns,
    Floats,
    FundingColumns,
    OpenInterestColumns,
    Tape,
)

PAIRS = ("SOL-USDT-SWAP", "XRP-USDT-SWAP")
SEED = 5
CACHE = Path.home() / ".cache" / "sharpsignal"  # of compiled steps, as `sharpsignal replay` has it


@dataclass(frozen=True, slots=True)
class Bars:
    """`tapes` of PAIRS: 5m bars with taker volume, best bid and ask each minute, open interest, funding; no trades."""

    folder: Path
    tapes: Mapping[str, Tape]

    def head(self, count: int) -> Tape:
        """The first `count` bars of the first pair, and what was known by then."""
        tape = self.tapes[PAIRS[0]]
        return tape.until(int(tape.candles.known_at[min(count, len(tape.candles.ts)) - 1]))

    def written(self, name: str, *tapes: Tape) -> Path:
        """A data folder with these tapes."""
        home = self.folder / name
        for tape in tapes:
            write_tape(home / tape.pair, tape)
        return home


def make(folder: Path, count: int) -> Bars:
    """Draw the bars and write them under `folder`; about `count` a pair (whole days)."""
    market = SimulatedMarket(SEED, PAIRS)
    for pair, instrument in zip(PAIRS, market.instruments()):
        days = [_columns(day) for day in islice(market.days(pair), -(-count // BARS))]
        column = {name: np.concatenate([day[name] for day in days]) for name in days[0]}
        base = (column[name] for name in ("ts", "open", "high", "low", "close", "volume", "taker"))
        tape = Tape(
            pair,
            instrument,
            CandleColumns("5m", *base),
            open_interest=OpenInterestColumns(column["ts"] + BAR_MS, column["interest"]),
            funding=FundingColumns(column["paid"], column["rate"]),
            book=BookColumns(*(column[name] for name in ("quoted", "bid", "ask", "bid_size", "ask_size"))),
        )
        write_tape(folder / "all" / pair, tape)
    return Bars(folder, {pair: load_tape(folder / "all" / pair) for pair in PAIRS})


def _columns(day: Day) -> dict[str, Any]:
    bars = bar_columns(day)
    prices = {"ts": bars.ts, "open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close}
    book = {"quoted": day.book_ts, "bid": day.bid, "ask": day.ask, "bid_size": day.bid_size, "ask_size": day.ask_size}
    paid = {"paid": np.array([ts for ts, _ in day.funding]), "rate": np.array([rate for _, rate in day.funding])}
    return prices | {"volume": bars.volume, "taker": bars.taker_buy, "interest": day.open_interest} | book | paid


def ohlcv(candles: CandleColumns) -> dict[str, Floats]:
    """Open, high, low, close, volume by their usual names."""
    columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    return dict(zip(("open", "high", "low", "close", "volume"), columns))
