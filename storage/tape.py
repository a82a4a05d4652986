"""A recorded tape in memory: numpy columns per stream of one pair. Times are ms UTC, sizes in base units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.market.events import TIMEFRAMES
from engine.market.instrument import Instrument

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Sides = npt.NDArray[np.int8]


class TapeError(Exception):
    """A recording that cannot be used; the text names file, row (the first row is 0) and reason."""

    def __init__(self, path: Path, row: int | None, reason: str) -> None:
        where = f"{path.parent.name}/{path.name}" + ("" if row is None else f": row {row}")
        super().__init__(f"{where}: {reason}")
        self.path, self.row, self.reason = path, row, reason


@dataclass(frozen=True, slots=True)
class CandleColumns:
    """Closed bars of one timeframe, sorted by `ts` (open time); a bar is known at its close, `known_at`.

    `taker_buy` is NaN in bars for which the venue did not tell, None where it told for none.
    """

    timeframe: str
    ts: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    taker_buy: Floats | None = None

    @property
    def step(self) -> int:
        """Length of a bar in ms."""
        return TIMEFRAMES[self.timeframe]

    @property
    def known_at(self) -> Times:
        return self.ts + self.step

    def head(self, rows: int) -> CandleColumns:
        """The first `rows` bars (views, no copy)."""
        return CandleColumns(
            self.timeframe,
            self.ts[:rows],
            self.open[:rows],
            self.high[:rows],
            self.low[:rows],
            self.close[:rows],
            self.volume[:rows],
            None if self.taker_buy is None else self.taker_buy[:rows],
        )


@dataclass(frozen=True, slots=True)
class TradeColumns:
    """Trades in exchange order; `side` is the taker's: 1 bought, -1 sold. Several trades may share one `ts`."""

    ts: Times
    price: Floats
    size: Floats
    side: Sides

    def head(self, rows: int) -> TradeColumns:
        """The first `rows` trades (views, no copy)."""
        return TradeColumns(self.ts[:rows], self.price[:rows], self.size[:rows], self.side[:rows])


@dataclass(frozen=True, slots=True)
class OpenInterestColumns:
    """Open interest in base units; `ts` is the moment it could be seen."""

    ts: Times
    open_interest: Floats

    def head(self, rows: int) -> OpenInterestColumns:
        """The first `rows` readings (views, no copy)."""
        return OpenInterestColumns(self.ts[:rows], self.open_interest[:rows])


@dataclass(frozen=True, slots=True)
class FundingColumns:
    """Settled funding rates; `ts` is the settlement."""

    ts: Times
    rate: Floats

    def head(self, rows: int) -> FundingColumns:
        """The first `rows` settlements (views, no copy)."""
        return FundingColumns(self.ts[:rows], self.rate[:rows])


@dataclass(frozen=True, slots=True)
class BookColumns:
    """Best bid and ask with their sizes (base units)."""

    ts: Times
    bid: Floats
    ask: Floats
    bid_size: Floats
    ask_size: Floats

    def head(self, rows: int) -> BookColumns:
        """The first `rows` quotes (views, no copy)."""
        return BookColumns(self.ts[:rows], self.bid[:rows], self.ask[:rows], self.bid_size[:rows], self.ask_size[:rows])


@dataclass(frozen=True, slots=True)
class Tape:
    """Everything recorded of one pair. `candles` are of the finest timeframe there is, the base.

    A stream that was not recorded is None, never empty of meaning or zero. `skipped` counts the broken rows that were
    left out, by file name (only with `skip_bad_rows`).
    """

    pair: str
    instrument: Instrument
    candles: CandleColumns
    trades: TradeColumns | None = None
    open_interest: OpenInterestColumns | None = None
    funding: FundingColumns | None = None
    book: BookColumns | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)

    def until(self, end: int) -> Tape:
        """What was known by `end` (ms): bars that closed, events seen, and trades up to the close of the last bar.

        Trades inside a bar that is still open at `end` are left out: a shorter tape is a prefix of a longer one.
        """
        bar_start = end // self.candles.step * self.candles.step
        trades, interest, funding, book = self.trades, self.open_interest, self.funding, self.book
        return replace(
            self,
            candles=self.candles.head(_rows(self.candles.ts, end - self.candles.step)),
            trades=None if trades is None else trades.head(_rows(trades.ts, bar_start)),
            open_interest=None if interest is None else interest.head(_rows(interest.ts, end)),
            funding=None if funding is None else funding.head(_rows(funding.ts, end)),
            book=None if book is None else book.head(_rows(book.ts, end)),
        )


def _rows(ts: Times, last: int) -> int:
    return int(np.searchsorted(ts, last, side="right"))
