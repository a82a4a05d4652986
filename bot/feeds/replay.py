"""A recorded market as a feed: the events of several pairs in the one order that live keeps, too.

Order: known_at, then control < funding < open interest < book < trades < candle, then pair; a Settle follows each
instant that had a candle. The order is computed over columns; event objects are made one by one as they are asked for.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.errors import DataError, SettingsError
from engine.market.events import Book, Candle, Event, Funding, OpenInterest, Settle, Trades
from engine.market.instrument import Instrument
from storage.recordings import is_pair_folder, load_tape
from storage.tape import Floats, Tape, TapeError, Times, TradeColumns

Column = Times | Floats | npt.NDArray[np.object_]
CHUNK = 8192
RANK_BITS, PAIR_BITS = 4, 14


class _Stream(NamedTuple):
    """Events of one kind and pair: their known_at, their place in a shared instant, and the events, made as asked."""

    known_at: Times
    rank: int
    pair_index: int
    events: Iterator[Event]


class ReplayFeed:
    """Recorded pairs under `data_dir` from their beginning to `end`; bars before `start` only warm up.

    `start` and `end` are ISO 8601 texts (without an offset: UTC) or ms UTC; None is the tape's own. Reading happens at
    the first use and raises SettingsError (unknown pair, wrong time, no data) or DataError (a broken recording).
    """

    def __init__(
        self,
        data_dir: Path,
        pairs: Sequence[str] | None = None,
        start: str | int | None = None,
        end: str | int | None = None,
        skip_bad_rows: bool = False,
    ) -> None:
        self.start_ms = None if start is None else time_ms(start, "--start")
        self.end_ms = None if end is None else time_ms(end, "--end")
        if self.start_ms is not None and self.end_ms is not None and self.start_ms >= self.end_ms:
            raise SettingsError("--start must be before --end")
        self._folders = _pair_folders(data_dir, pairs)
        self._skip_bad_rows = skip_bad_rows
        self._tapes: dict[str, Tape] | None = None
        self._spans: dict[str, tuple[int, int]] = {}

    @property
    def pairs(self) -> tuple[str, ...]:
        """The pairs in byte order: the index in it is a pair's place among equals."""
        return tuple(folder.name for folder in self._folders)

    def tapes(self) -> Mapping[str, Tape]:
        """The columns of every pair, in byte order, cut at `end`."""
        if self._tapes is None:
            with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:  # the first broken one in byte order raises
                tapes = list(pool.map(self._load, self._folders))
            self._tapes = {tape.pair: tape for tape in tapes}
        return self._tapes

    def bars(self) -> int:
        """Base bars of all pairs that open at or after `start` and close by `end`."""
        since = 0 if self.start_ms is None else self.start_ms
        return sum(int(np.count_nonzero(tape.candles.ts >= since)) for tape in self.tapes().values())

    def span(self) -> tuple[int, int] | None:
        """First open and last close (ms) of all pairs' bars, whatever `start` and `end`; None where there is none."""
        self.tapes()
        opens, closes = zip(*self._spans.values()) if self._spans else ((), ())
        return (min(opens), max(closes)) if opens else None

    def skipped(self) -> dict[str, int]:
        """Broken rows left out, by `pair/file`; empty where none were."""
        tapes = self.tapes().items()
        return {f"{pair}/{name}": count for pair, tape in tapes for name, count in tape.skipped.items()}

    async def instruments(self) -> Sequence[Instrument]:
        return [tape.instrument for tape in self.tapes().values()]

    async def events(self) -> AsyncGenerator[Event, None]:
        """The merged events; lets the loop breathe every few thousand."""
        for number, event in enumerate(self.iterate()):
            if number % CHUNK == 0:
                await asyncio.sleep(0)
            yield event

    async def close(self) -> None:
        self._tapes = None

    def iterate(self) -> Iterator[Event]:
        """The same events as `events()`, for a reader without a loop."""
        streams = [_settles(self.tapes().values())]
        for index, tape in enumerate(self.tapes().values()):
            streams += _streams(tape, index)
        makers = [stream.events.__next__ for stream in streams]
        order = _merged(streams)
        for start in range(0, len(order), CHUNK):
            for stream in order[start : start + CHUNK].tolist():
                yield makers[stream]()

    def _load(self, folder: Path) -> Tape:
        try:
            tape = load_tape(folder, skip_bad_rows=self._skip_bad_rows)
        except TapeError as error:
            raise DataError(str(error)) from error
        if len(tape.candles.ts):
            self._spans[tape.pair] = int(tape.candles.ts[0]), int(tape.candles.known_at[-1])
        return tape if self.end_ms is None else tape.until(self.end_ms)


def time_ms(value: str | int, name: str = "time") -> int:
    """An ISO 8601 time as ms UTC; without an offset it is UTC.

    >>> time_ms("2024-01-01"), time_ms("2024-01-01T07:00:00+07:00")
    (1704067200000, 1704067200000)
    """
    if isinstance(value, int):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        example = "2024-01-31T00:00:00"
        raise SettingsError(f"{name}: {value!r} is not an ISO 8601 time; write it like {example}") from error
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def _pair_folders(data_dir: Path, pairs: Sequence[str] | None) -> list[Path]:
    if not data_dir.is_dir():
        raise SettingsError(f"--data: {data_dir} is not a folder")
    known = {folder.name: folder for folder in data_dir.iterdir() if is_pair_folder(folder)}
    if not known:
        raise SettingsError(f"--data: {data_dir} holds no recorded pair (DIR/<instId>/candles_5m.parquet)")
    names = list(known) if pairs is None else list(dict.fromkeys(pairs))
    if not names:
        raise SettingsError("--pairs: no pair is named")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"recorded are {', '.join(sorted(known))}"
            raise SettingsError(f"--pairs: {name!r} is not recorded in {data_dir}; {hint}")
    return [known[name] for name in sorted(names)]


def _streams(tape: Tape, index: int) -> list[_Stream]:
    pair, candles = tape.pair, tape.candles
    bars: list[Column] = [candles.ts, candles.open, candles.high, candles.low, candles.close, candles.volume]
    if candles.taker_buy is not None:
        bars.append(_none_for_nan(candles.taker_buy))
    streams = [_Stream(candles.known_at, Candle.rank, index, _rows(partial(Candle, pair, candles.timeframe), bars))]
    if (interest := tape.open_interest) is not None:
        events = _rows(partial(OpenInterest, pair), [interest.ts, interest.open_interest])
        streams.append(_Stream(interest.ts, OpenInterest.rank, index, events))
    if (funding := tape.funding) is not None:
        events = _rows(partial(Funding, pair), [funding.ts, funding.rate])
        streams.append(_Stream(funding.ts, Funding.rank, index, events))
    if (book := tape.book) is not None:
        events = _rows(partial(Book, pair), [book.ts, book.bid, book.ask, book.bid_size, book.ask_size])
        streams.append(_Stream(book.ts, Book.rank, index, events))
    if (trades := tape.trades) is not None and len(trades.ts):
        cuts = _trade_cuts(tape, trades.ts)
        streams.append(_Stream(trades.ts[cuts[1:] - 1], Trades.rank, index, _batches(pair, trades, cuts.tolist())))
    return streams


def _none_for_nan(values: Floats) -> npt.NDArray[np.object_]:
    told = values.astype(object)
    told[np.isnan(values)] = None
    return told


def _settles(tapes: Iterable[Tape]) -> _Stream:
    instants = np.unique(np.concatenate([tape.candles.known_at for tape in tapes]))
    return _Stream(instants, Settle.rank, 0, _rows(Settle, [instants]))


def _merged(streams: Sequence[_Stream]) -> npt.NDArray[np.int64]:
    """Which stream speaks next, for every event: the rows of one stream are already in their own order."""
    keys = [(s.known_at << RANK_BITS | s.rank) << PAIR_BITS | s.pair_index for s in streams]
    speaker = np.repeat(np.arange(len(streams)), [len(stream.known_at) for stream in streams])
    return speaker[np.argsort(np.concatenate(keys), kind="stable")]


def _rows(make: Callable[..., Event], columns: Sequence[Column]) -> Iterator[Event]:
    for start in range(0, len(columns[0]), CHUNK):
        for values in zip(*(column[start : start + CHUNK].tolist() for column in columns)):
            yield make(*values)


def _trade_cuts(tape: Tape, ts: Times) -> Times:
    """Where batches of trades begin and end: at each base bar, and wherever another event of the pair is in between.

    Trades in the very first millisecond of a bar are known at the instant the bar before closes: a batch of their own.
    """
    bars = ts // tape.candles.step * 2 + (ts % tape.candles.step != 0)
    borders = [np.flatnonzero(bars[1:] != bars[:-1]) + 1]
    for stream in (tape.open_interest, tape.funding, tape.book):
        if stream is not None:
            borders.append(np.searchsorted(ts, stream.ts, side="left"))
    return np.unique(np.concatenate([*borders, [0, len(ts)]]))


def _batches(pair: str, trades: TradeColumns, cuts: Sequence[int]) -> Iterator[Event]:
    for first, last in pairwise(cuts):
        rows = slice(first, last)
        columns = (trades.ts, trades.price, trades.size, trades.side)
        yield Trades(pair, *(column[rows].tolist() for column in columns))
