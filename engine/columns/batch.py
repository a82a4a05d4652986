"""Stage 1 over columns: the same step functions, compiled. Gives the rows that `on_candle` gives, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import readings
from engine.decision.judging import Tape
from engine.market import flow
from engine.market.events import MINUTE
from engine.native import native
from engine.params import Params
from engine.readings import WIDTH, Pair
from engine.records import dtype_of, from_array, inlined, mapped, to_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Columns:
    """One pair's recorded streams. Candle `taker_buy` is NaN where unknown; side of trades is 1 or -1.

    Shapes: every array of a stream has the stream's length; a stream that was not recorded has length 0.
    """

    base_minutes: int
    ts: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    taker_buy: Floats
    funding_ts: Ints
    funding_rate: Floats
    oi_ts: Ints
    oi: Floats
    book_ts: Ints
    book: Sequence[Floats]  # bid, ask, bid_size, ask_size
    trade_ts: Ints
    trade_price: Floats
    trade_size: Floats
    trade_side: Ints


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a run of base bars [start, stop) gave: trigger bits a bar, and the setup rows with their bar."""

    start: int
    stop: int
    trigger: Ints  # (stop - start,)
    book: Floats  # (stop - start, 3): bid, ask, book time at the bar's close
    bar: Ints  # (rows,): index of the base bar
    row: Floats  # (rows, WIDTH)


@inlined
def take_bar(p: Any, k: Any, candles: Any, streams: Any, at: Any) -> int:
    """Give base bar number at[0] to a pair, after what was known by its close; returns what `on_candle` does.

    `streams`: open times of the bars, then settlements, open interest, books and trades as in `Columns`; `at`: the
    places of what comes next of bars, settlements, open interest, books and trades.
    """
    ts, funding_ts, funding_rate, oi_ts, oi, book_ts, book, trade_ts, trade_price, trade_size, trade_side = streams
    i = at[0]
    close_ts = ts[i] + p.base_minutes * 60000
    while at[1] < funding_ts.shape[0] and funding_ts[at[1]] <= close_ts:
        flow.funding(p.flow, funding_ts[at[1]], funding_rate[at[1]])
        at[1] += 1
    while at[2] < oi_ts.shape[0] and oi_ts[at[2]] <= close_ts:
        flow.open_interest(p.flow, oi_ts[at[2]], oi[at[2]])
        at[2] += 1
    while at[3] < book_ts.shape[0] and book_ts[at[3]] <= close_ts:
        j = at[3]
        flow.book(p.flow, book_ts[j], book[0][j], book[1][j], book[2][j], book[3][j])
        at[3] += 1
    while at[4] < trade_ts.shape[0] and trade_ts[at[4]] <= close_ts:
        j = at[4]
        flow.trade(p.flow, trade_ts[j], trade_price[j], trade_size[j], trade_side[j], k)
        at[4] += 1
    taker = candles[i, 5]
    has = 0 if taker != taker else 1
    if has == 0:
        taker = 0.0
    at[0] += 1
    return readings.on_candle(
        p, ts[i], candles[i, 0], candles[i, 1], candles[i, 2], candles[i, 3], candles[i, 4], taker, has, k
    )


@inlined
def quote(p: Any, n: int, trigger: Any, quotes: Any) -> None:
    """Trigger bits, bid, ask and book time at a bar's close, into place `n`."""
    trigger[n] = p.sniper.seen
    quotes[n, 0] = p.flow.bid
    quotes[n, 1] = p.flow.ask
    quotes[n, 2] = p.flow.book_ts


def _drive(
    pair: Any, params: Any, candles: Any, streams: Any, at: Any, stop: int,
    trigger: Any, quotes: Any, bars: Any, rows: Any,
) -> int:  # fmt: skip
    """Advance from base bar at[0] to `stop` or until the row buffer is nearly full; returns the number of rows."""
    p = pair[0]
    k = params[0]
    n = 0
    start = at[0]
    while at[0] < stop and n + 2 <= rows.shape[0]:
        i = at[0]
        made = take_bar(p, k, candles, streams, at)
        quote(p, i - start, trigger, quotes)
        if made & 1 != 0:
            bars[n] = i
            for j in range(rows.shape[1]):
                rows[n, j] = p.fast.row[j]
            n += 1
        if made & 2 != 0:
            bars[n] = i
            for j in range(rows.shape[1]):
                rows[n, j] = p.slow.row[j]
            n += 1
    return n


class BatchPair:
    """Stage 1 of one pair over its columns, chunk by chunk."""

    def __init__(self, columns: Columns, tick: float, params: Params, cache_dir: str = "", chunk: int = CHUNK) -> None:
        self._c = columns
        self._chunk = chunk
        self._streams = streams_of(columns, _read_only)
        make: Any = mapped(Pair)
        new: Any = readings.new_pair(columns.base_minutes, tick, make)
        self._pair = np.frombuffer(new, dtype=dtype_of(Pair))
        self._params = to_array(params)
        self._at = np.zeros(5, dtype=np.int64)
        self._cache_dir = cache_dir
        self._candles = candles_of(columns)

    @property
    def tape(self) -> Tape:
        """The columns that lives are walked over."""
        ts, funding_ts, funding_rate = self._streams[:3]
        return Tape(self._c.base_minutes * MINUTE, ts, self._candles, funding_ts, funding_rate)

    @property
    def bar(self) -> int:
        """The number of the base bar that comes next."""
        return int(self._at[0])

    def run(self, driver: Callable[..., Any], stop: int, *buffers: Any) -> Any:
        """Call a driver (compiled; its first arguments as those of `_drive`) to advance to bar number `stop`."""
        call = native(driver, self._cache_dir)
        return call(self._pair, self._params, self._candles, self._streams, self._at, stop, *buffers)

    def chunks(self) -> Iterator[Chunk]:
        """Every base bar once, in order."""
        total = len(self._c.ts)
        trigger = np.zeros(self._chunk, dtype=np.int64)
        quotes = np.zeros((self._chunk, 3))
        bars = np.zeros(self._chunk // 8, dtype=np.int64)
        rows = np.zeros((self._chunk // 8, WIDTH))
        while self.bar < total:
            start = self.bar
            n = self.run(_drive, min(total, start + self._chunk), trigger, quotes, bars, rows)
            bound = self.bar - start
            yield Chunk(
                start,
                start + bound,
                trigger[:bound].copy(),
                quotes[:bound].copy(),
                bars[:n].copy(),
                rows[:n].copy(),
            )

    def pair(self) -> Pair:
        """The state as a plain object (to go on live, or to compare)."""
        return from_array(Pair, self._pair)


def candles_of(c: Columns) -> Floats:
    """(bars, 6): open, high, low, close, volume, taker buys."""
    return np.column_stack([c.open, c.high, c.low, c.close, c.volume, c.taker_buy])


def streams_of(c: Columns, held: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The other columns in the order of `take_bar`, each as `held` gives it."""
    before = (c.ts, c.funding_ts, c.funding_rate, c.oi_ts, c.oi, c.book_ts)
    trades = (c.trade_ts, c.trade_price, c.trade_size, c.trade_side)
    return (*map(held, before), tuple(map(held, c.book)), *map(held, trades))


def _read_only(column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A view that steps may only read: one layout, one compiled version; copied only where it has another layout."""
    view = np.ascontiguousarray(column).view()
    view.flags.writeable = False
    return view
