"""What the recorded-data layout means on disk, and what is refused in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.recordings import load_tape, write_tape
from storage.tape import CandleColumns, Tape, TapeError
from tests.tapes import START, candles, full_tape, instrument, record

PAIR = "AAA-USDT-SWAP"
STEP = 300_000


def _edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    columns = {name: column.to_pylist() for name, column in zip(*_columns(path))}
    change(columns)
    pq.write_table(pa.table(columns), path)


def _columns(path: Path) -> tuple[list[str], list[Any]]:
    table = pq.read_table(path)
    return table.column_names, table.columns


def _equal(one: Any, two: Any) -> bool:
    pairs = [(getattr(one, name.name), getattr(two, name.name)) for name in fields(one)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def test_a_written_tape_is_read_back_equal(tmp_path: Path) -> None:
    tape = full_tape(PAIR)
    write_tape(tmp_path / PAIR, tape)
    back = load_tape(tmp_path / PAIR)
    assert back.pair == PAIR
    assert back.instrument == tape.instrument
    assert back.skipped == {}
    for name in ("candles", "trades", "open_interest", "funding", "book"):
        assert _equal(getattr(back, name), getattr(tape, name)), name
    assert not list((tmp_path / PAIR).glob(".*")), "no temporary file is left"


def test_the_finest_candles_are_the_base_and_absent_streams_are_none(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    for timeframe in ("15m", "5m"):
        write_tape(folder, Tape(PAIR, instrument(PAIR), candles(4, timeframe)))
    tape = load_tape(folder)
    assert tape.candles.timeframe == "5m"
    assert (tape.trades, tape.open_interest, tape.funding, tape.book) == (None, None, None, None)
    assert tape.candles.taker_buy is None


def test_without_the_instrument_record_the_tick_is_inferred_and_said_so(tmp_path: Path) -> None:
    write_tape(tmp_path / PAIR, full_tape(PAIR))
    (tmp_path / PAIR / "instrument.json").unlink()
    found = load_tape(tmp_path / PAIR).instrument
    assert (found.inst_id, found.tick, found.decimals, found.tick_inferred) == (PAIR, 0.1, 1, True)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"instId": PAIR, "tickSz": "0", "lotSz": "1", "minSz": "1", "ctVal": "1"}, "tickSz must be positive"),
        ({"instId": PAIR, "tickSz": "0.1", "lotSz": "1", "minSz": "1"}, "ctVal is missing"),
        ({"instId": "BBB-USDT-SWAP", "tickSz": "0.1", "lotSz": "1", "minSz": "1", "ctVal": "1"}, "the folder is AAA"),
        ({"tickSz": "0.1", "lotSz": "1", "minSz": "1", "ctVal": "1"}, "instId"),
        ([], "one JSON object"),
    ],
)
def test_a_wrong_instrument_record_is_refused(tmp_path: Path, record: Any, reason: str) -> None:
    write_tape(tmp_path / PAIR, full_tape(PAIR))
    (tmp_path / PAIR / "instrument.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(TapeError, match=reason):
        load_tape(tmp_path / PAIR)


def _set(column: str, row: int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(columns: dict[str, Any]) -> None:
        columns[column][row] = value

    return change


def _swap(columns: dict[str, Any]) -> None:
    for values in columns.values():
        values[2], values[3] = values[3], values[2]


BROKEN: list[tuple[str, Callable[[dict[str, Any]], None], int, str]] = [
    ("candles_5m", _swap, 3, "unsorted"),
    ("candles_5m", _set("ts", 3, START + 2 * STEP), 3, "duplicate ts"),
    ("candles_5m", _set("ts", 3, START + 3 * STEP + 1), 3, "ts is not on the grid of 5 min"),
    ("candles_5m", _set("ts", 3, (START + 3 * STEP) // 1000), 3, "ts is not in milliseconds"),
    ("candles_5m", _set("ts", 3, None), 3, "ts is not in milliseconds"),
    ("candles_5m", _set("close", 2, float("nan")), 2, "close is NaN or infinite"),
    ("candles_5m", _set("volume", 2, None), 2, "volume is NaN or infinite"),
    ("candles_5m", _set("high", 2, float("inf")), 2, "high is NaN or infinite"),
    ("candles_5m", _set("low", 1, 0.0), 1, "low is not above zero"),
    ("candles_5m", _set("open", 1, 1e6), 1, "open is outside"),
    ("candles_5m", _set("close", 1, 1e-6), 1, "close is outside"),
    ("candles_5m", _set("volume", 4, -1.0), 4, "volume is negative"),
    ("candles_5m", _set("taker_buy_volume", 4, 1e9), 4, "taker_buy_volume is above volume"),
    ("trades", _swap, 3, "unsorted"),
    ("trades", _set("side", 5, "BUY"), 5, "side is neither buy nor sell"),
    ("trades", _set("side", 5, None), 5, "side is neither buy nor sell"),
    ("trades", _set("price", 5, -1.0), 5, "price is not above zero"),
    ("trades", _set("size", 5, -1.0), 5, "size is negative"),
    ("open_interest", _set("open_interest", 1, -5.0), 1, "open_interest is negative"),
    ("funding", _set("funding_rate", 0, float("nan")), 0, "funding_rate is NaN"),
    ("book", _set("bid", 2, 1e6), 2, "bid is above ask"),
    ("book", _set("ask_size", 2, -1.0), 2, "ask_size is negative"),
]


@pytest.mark.parametrize(("stream", "change", "row", "reason"), BROKEN)
def test_a_broken_row_is_named_or_counted_and_left_out(
    tmp_path: Path, stream: str, change: Callable[[dict[str, Any]], None], row: int, reason: str
) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    _edit(folder / f"{stream}.parquet", change)
    with pytest.raises(TapeError, match=rf"^{PAIR}/{stream}\.parquet: row {row}: {reason}"):
        load_tape(folder)
    tape = load_tape(folder, skip_bad_rows=True)
    assert tape.skipped == {f"{stream}.parquet": 1}
    kept: Any = getattr(tape, "candles" if stream.startswith("candles") else stream)
    whole: Any = getattr(full_tape(PAIR), "candles" if stream.startswith("candles") else stream)
    assert len(kept.ts) == len(whole.ts) - 1
    assert (np.diff(kept.ts) >= 0).all()


def test_a_negative_funding_rate_and_trades_in_one_millisecond_are_sound(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    _edit(folder / "funding.parquet", _set("funding_rate", 0, -0.0002))
    _edit(folder / "trades.parquet", _set("ts", 5, START + 4 * 20_000))
    tape = load_tape(folder)
    assert tape.funding is not None and tape.funding.rate.tolist() == [-0.0002]


def test_one_stamp_in_the_future_costs_one_row(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, Tape(PAIR, instrument(PAIR), candles(50)))
    _edit(folder / "candles_5m.parquet", _set("ts", 10, START + 10_000 * STEP))
    tape = load_tape(folder, skip_bad_rows=True)
    assert tape.skipped == {"candles_5m.parquet": 1}
    assert tape.candles.ts.tolist() == [START + row * STEP for row in range(50) if row != 10]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda columns: columns.pop("high"), "column high is missing"),
        (lambda columns: columns.update(close=[str(v) for v in columns["close"]]), "column close must hold numbers"),
        (lambda columns: columns.update(ts=[float(v) for v in columns["ts"]]), "column ts must be int64"),
        (lambda columns: [values.clear() for values in columns.values()], "column ts must be|no usable rows"),
    ],
)
def test_a_wrong_shape_is_refused_even_when_skipping(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    _edit(folder / "candles_5m.parquet", change)
    for skip in (False, True):
        with pytest.raises(TapeError, match=rf"candles_5m\.parquet: ({reason})"):
            load_tape(folder, skip_bad_rows=skip)


def test_a_side_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    _edit(folder / "trades.parquet", lambda columns: columns.update(side=[1] * len(columns["ts"])))
    with pytest.raises(TapeError, match="column side must hold text"):
        load_tape(folder)


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    (folder / "book.parquet").write_bytes(b"not parquet")
    with pytest.raises(TapeError, match=r"book\.parquet: not a readable Parquet file"):
        load_tape(folder)


def test_a_folder_without_candles_is_refused(tmp_path: Path) -> None:
    write_tape(tmp_path / PAIR, full_tape(PAIR))
    (tmp_path / PAIR / "candles_5m.parquet").unlink()
    with pytest.raises(TapeError, match="no candles"):
        load_tape(tmp_path / PAIR)


def test_every_file_is_checked_even_candles_that_are_not_the_base(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    for timeframe in ("15m", "5m"):
        write_tape(folder, Tape(PAIR, instrument(PAIR), candles(4, timeframe)))
    _edit(folder / "candles_15m.parquet", _set("low", 2, -1.0))
    with pytest.raises(TapeError, match=r"candles_15m\.parquet: row 2"):
        load_tape(folder)


def test_until_keeps_only_what_was_known(tmp_path: Path) -> None:
    tape = full_tape(PAIR)
    cut = tape.until(START + 2 * STEP + 60_000)
    assert len(cut.candles.ts) == 2
    assert cut.trades is not None and cut.trades.ts[-1] == START + 2 * STEP, "trades of an open bar are left out"
    assert cut.book is not None and cut.book.ts[-1] <= START + 2 * STEP + 60_000
    assert cut.open_interest is not None and cut.open_interest.ts.tolist() == [START + STEP, START + 2 * STEP]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    record(tmp_path, full_tape(PAIR))
    good = (tmp_path / PAIR / "candles_5m.parquet").read_bytes()
    bars = candles(4)
    uneven = CandleColumns("5m", bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume[:2])
    with pytest.raises(pa.ArrowException):
        write_tape(tmp_path / PAIR, Tape(PAIR, instrument(PAIR), uneven))
    assert (tmp_path / PAIR / "candles_5m.parquet").read_bytes() == good
    assert not list((tmp_path / PAIR).glob(".*"))


@pytest.mark.parametrize(
    ("stream", "column", "value", "reason"),
    [
        ("candles_5m", "high", 1e300, "high is larger or smaller than any price"),
        ("candles_5m", "low", 1e-300, "low is larger or smaller than any price"),
        ("candles_5m", "volume", 1e300, "volume is larger or smaller than any size"),
        ("open_interest", "open_interest", 5e-324, "open_interest is larger or smaller than any size"),
        ("funding", "funding_rate", 7.0, "funding_rate is no fraction"),
    ],
)
def test_what_no_market_has_is_refused(tmp_path: Path, stream: str, column: str, value: float, reason: str) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    _edit(folder / f"{stream}.parquet", _set(column, 0, value))
    with pytest.raises(TapeError, match=rf"{stream}\.parquet: row 0: {reason}"):
        load_tape(folder)


def test_times_beyond_signed_integers_are_named(tmp_path: Path) -> None:
    path = write_tape_with_times(tmp_path / PAIR, [START, 2**64 - 1])
    with pytest.raises(TapeError, match=r"candles_5m\.parquet: row 1: ts is not in milliseconds"):
        load_tape(path)


def write_tape_with_times(folder: Path, times: list[int]) -> Path:
    """A tape of flat bars whose times are unsigned integers."""
    folder.mkdir()
    columns = {name: pa.array([1.0] * len(times)) for name in ("open", "high", "low", "close", "volume")}
    pq.write_table(pa.table({"ts": pa.array(times, pa.uint64())} | columns), folder / "candles_5m.parquet")
    return folder


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / PAIR
    write_tape(folder, full_tape(PAIR))
    table = pq.read_table(folder / "candles_5m.parquet")
    pq.write_table(table.append_column("close", table["close"]), folder / "candles_5m.parquet")
    with pytest.raises(TapeError, match="column close is there more than once"):
        load_tape(folder)
