"""Recorded market data on disk: a folder a pair, a Parquet file a stream, `instrument.json`.

Every file found is checked whole, whatever part of it is used later. pyarrow is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.market.events import TIMEFRAMES
from storage.recorded_instrument import read_instrument, write_instrument
from storage.tape import (
    BookColumns,
    CandleColumns,
    Floats,
    FundingColumns,
    OpenInterestColumns,
    Tape,
    TapeError,
    Times,
    TradeColumns,
)
from storage.tape_checks import (
    Check,
    Mask,
    broken,
    candle_checks,
    price_check,
    rate_check,
    size_check,
    sound_rows,
    time_checks,
)

if TYPE_CHECKING:
    import pyarrow as pa

BASE_TIMEFRAMES = ("1m", "5m", "15m")
STREAM_FILES = ("trades.parquet", "open_interest.parquet", "funding.parquet", "book.parquet")


def is_pair_folder(folder: Path) -> bool:
    """Whether a folder holds any file of the layout (a pair without candles is an error, not a stranger)."""
    names = ("instrument.json", *STREAM_FILES, *(f"candles_{name}.parquet" for name in BASE_TIMEFRAMES))
    return folder.is_dir() and not folder.name.startswith(".") and any((folder / name).is_file() for name in names)


def load_tape(folder: Path, *, skip_bad_rows: bool = False) -> Tape:
    """Read and check everything recorded of one pair; the finest candles are the base.

    With `skip_bad_rows` broken rows are counted and left out (a gap); else the first one raises TapeError. A file that
    cannot be read at all, or has a column missing or of a wrong type, always does.
    """
    skipped: dict[str, int] = {}
    candles: CandleColumns | None = None
    for timeframe in BASE_TIMEFRAMES:
        path = folder / f"candles_{timeframe}.parquet"
        if path.is_file():
            columns = _read_candles(_File(path, skip_bad_rows, skipped), timeframe)
            candles = columns if candles is None else candles
    if candles is None:
        raise TapeError(folder / "candles_5m.parquet", None, "no candles: one of candles_1m, _5m or _15m is needed")
    return Tape(
        pair=folder.name,
        instrument=read_instrument(folder, candles),
        candles=candles,
        trades=_read_trades(_file(folder, "trades", skip_bad_rows, skipped)),
        open_interest=_read_open_interest(_file(folder, "open_interest", skip_bad_rows, skipped)),
        funding=_read_funding(_file(folder, "funding", skip_bad_rows, skipped)),
        book=_read_book(_file(folder, "book", skip_bad_rows, skipped)),
        skipped=skipped,
    )


def read_bars(path: Path) -> CandleColumns:
    """The sound bars of one candles file. Raises TapeError."""
    return _read_candles(_File(path, False, {}), path.stem.removeprefix("candles_"))


class _File:
    """One Parquet file: typed columns, then the verdict over its rows."""

    def __init__(self, path: Path, skip_bad_rows: bool, skipped: dict[str, int]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path, self._skip, self._skipped = path, skip_bad_rows, skipped
        try:
            with pq.ParquetFile(path) as file:
                self._table: pa.Table = file.read()
        except (pa.ArrowException, OSError) as error:
            raise TapeError(path, None, f"not a readable Parquet file ({str(error).splitlines()[0]})") from error

    def has(self, name: str) -> bool:
        return name in self._table.column_names

    def _column(self, name: str) -> pa.ChunkedArray:
        if not self.has(name):
            raise TapeError(self.path, None, f"column {name} is missing")
        if self._table.column_names.count(name) > 1:
            raise TapeError(self.path, None, f"column {name} is there more than once")
        return self._table[name]

    def times(self) -> Times:
        import pyarrow as pa

        column = self._column("ts")
        if not pa.types.is_integer(column.type):
            raise TapeError(self.path, None, f"column ts must be int64 (ms UTC), not {column.type}")
        if column.type != pa.int64() or column.null_count:  # the compute functions take a while to import
            column = column.cast(pa.int64(), safe=False).fill_null(-1)
        return np.asarray(_values(column), dtype=np.int64)

    def numbers(self, name: str) -> Floats:
        import pyarrow as pa

        column = self._column(name)
        if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
            raise TapeError(self.path, None, f"column {name} must hold numbers, not {column.type}")
        return np.asarray(_values(column), dtype=np.float64)

    def optional(self, name: str) -> tuple[Floats, Floats]:
        """A column that may be unknown (null) in some rows: for the checks with 0 there, and for use with NaN."""
        column, values = self._column(name), self.numbers(name)
        if column.null_count == 0:
            return values, values
        return np.where(np.asarray(column.is_null().to_numpy(), dtype=np.bool_), 0.0, values), values

    def words(self, name: str, word: str) -> Mask:
        """True where the text column equals `word`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self._column(name)
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise TapeError(self.path, None, f"column {name} must hold text, not {column.type}")
        return np.asarray(
            pc.fill_null(pc.equal(column.cast(pa.large_string()), word), False).to_numpy(), dtype=np.bool_
        )

    def kept(self, ts: Times, checks: Sequence[Check], *, unique: bool = True) -> Mask | slice:
        """The rows to use: all of them, or (skipping) the sound ones; raises TapeError at the first broken row."""
        first = broken(checks)
        if first is None:
            return slice(None)
        if not self._skip:
            raise TapeError(self.path, *first)
        keep = sound_rows(ts, checks, unique=unique)
        self._skipped[self.path.name] = int(len(ts) - keep.sum())
        return keep


def _values(column: pa.ChunkedArray) -> Any:
    """A column of numbers as an array, without a copy where it lies in one piece; null becomes NaN.

    Not by `to_numpy` where there is no null: that imports pandas, if there is one.
    """
    if column.null_count or not column.num_chunks:
        return column.to_numpy()
    chunks = [np.from_dlpack(chunk) for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)


def _file(folder: Path, stream: str, skip_bad_rows: bool, skipped: dict[str, int]) -> _File | None:
    path = folder / f"{stream}.parquet"
    return _File(path, skip_bad_rows, skipped) if path.is_file() else None


def _read_candles(file: _File, timeframe: str) -> CandleColumns:
    ts = file.times()
    prices = [file.numbers(name) for name in ("open", "high", "low", "close")]
    volume = file.numbers("volume")
    known, taker_buy = file.optional("taker_buy_volume") if file.has("taker_buy_volume") else (None, None)
    checks = candle_checks(ts, prices, volume, known, TIMEFRAMES[timeframe])
    for name in ("quote_volume", "trades"):
        if file.has(name):
            checks += size_check(name, file.optional(name)[0])
    keep = file.kept(ts, checks)
    if not len(ts[keep]):
        raise TapeError(file.path, None, "no usable rows")
    return CandleColumns(
        timeframe=timeframe,
        ts=ts[keep],
        open=prices[0][keep],
        high=prices[1][keep],
        low=prices[2][keep],
        close=prices[3][keep],
        volume=volume[keep],
        taker_buy=None if taker_buy is None else taker_buy[keep],
    )


def _read_trades(file: _File | None) -> TradeColumns | None:
    if file is None:
        return None
    ts, price, size = file.times(), file.numbers("price"), file.numbers("size")
    bought, sold = file.words("side", "buy"), file.words("side", "sell")
    checks = time_checks(ts, unique=False) + price_check("price", price) + size_check("size", size)
    checks.append(("side is neither buy nor sell", ~(bought | sold)))
    keep = file.kept(ts, checks, unique=False)
    side = np.where(bought, np.int8(1), np.int8(-1)).astype(np.int8)
    return TradeColumns(ts[keep], price[keep], size[keep], side[keep])


def _read_open_interest(file: _File | None) -> OpenInterestColumns | None:
    if file is None:
        return None
    ts, interest = file.times(), file.numbers("open_interest")
    checks = time_checks(ts) + size_check("open_interest", interest)
    if file.has("open_interest_usd"):
        checks += size_check("open_interest_usd", file.numbers("open_interest_usd"))
    keep = file.kept(ts, checks)
    return OpenInterestColumns(ts[keep], interest[keep])


def _read_funding(file: _File | None) -> FundingColumns | None:
    if file is None:
        return None
    ts, rate = file.times(), file.numbers("funding_rate")
    keep = file.kept(ts, time_checks(ts) + rate_check("funding_rate", rate))
    return FundingColumns(ts[keep], rate[keep])


def _read_book(file: _File | None) -> BookColumns | None:
    if file is None:
        return None
    ts, bid, ask = file.times(), file.numbers("bid"), file.numbers("ask")
    bid_size, ask_size = file.numbers("bid_size"), file.numbers("ask_size")
    checks = time_checks(ts) + price_check("bid", bid) + price_check("ask", ask)
    checks += size_check("bid_size", bid_size) + size_check("ask_size", ask_size)
    checks.append(("bid is above ask", bid > ask))
    keep = file.kept(ts, checks)
    return BookColumns(ts[keep], bid[keep], ask[keep], bid_size[keep], ask_size[keep])


def candle_table(candles: CandleColumns) -> dict[str, Any]:
    """The columns of a candles file, by their names on disk."""
    table: dict[str, Any] = {"ts": candles.ts, "open": candles.open, "high": candles.high, "low": candles.low}
    table |= {"close": candles.close, "volume": candles.volume}
    return table if candles.taker_buy is None else table | {"taker_buy_volume": candles.taker_buy}


def write_tape(folder: Path, tape: Tape) -> None:
    """Write a tape in the layout (the folder's name should be the pair); each file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    if not tape.instrument.tick_inferred:
        write_instrument(folder, tape.instrument)
    write_columns(folder / f"candles_{tape.candles.timeframe}.parquet", candle_table(tape.candles))
    if (trades := tape.trades) is not None:
        side = np.where(trades.side > 0, "buy", "sell")
        columns = {"ts": trades.ts, "price": trades.price, "size": trades.size, "side": side}
        write_columns(folder / "trades.parquet", columns)
    if (interest := tape.open_interest) is not None:
        columns = {"ts": interest.ts, "open_interest": interest.open_interest}
        write_columns(folder / "open_interest.parquet", columns)
    if (funding := tape.funding) is not None:
        write_columns(folder / "funding.parquet", {"ts": funding.ts, "funding_rate": funding.rate})
    if (book := tape.book) is not None:
        columns = {"ts": book.ts, "bid": book.bid, "ask": book.ask}
        write_columns(folder / "book.parquet", columns | {"bid_size": book.bid_size, "ask_size": book.ask_size})


def packing(names: Sequence[str]) -> dict[str, Any]:
    """How the columns of a file are packed, as pyarrow's writers take it: times by their differences, everything else
    by a dictionary. Half as large as what pyarrow would do by itself, and read in half the time.
    """
    others = [name for name in names if name != "ts"]
    times = {"column_encoding": {"ts": "DELTA_BINARY_PACKED"}} if "ts" in names else {}
    return {"compression": "lz4", "use_dictionary": others, **times}


def write_columns(path: Path, columns: Mapping[str, Any]) -> None:
    """Write one Parquet file atomically: a temporary file beside it, then a rename. NaN becomes null: unknown."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part = path.with_name(f".{path.name}.part")
    try:
        arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
        pq.write_table(pa.table(arrays), part, **packing(list(columns)))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
