"""New rows in recorded files: kept, filled, counted; and rows at either end of a file that is not read whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bot.feeds.replay import ReplayFeed
from bot.replay.run import columns_of
from engine.market.events import Candle
from storage.merging import Merged, extend_rows, merge_rows, stamps
from storage.recordings import load_tape, write_tape
from storage.tape import TapeError
from tests.tapes import full_tape

T = 1_700_000_000_000


def _times(*ts: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([T + one for one in ts], dtype=np.int64)


def _numbers(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def test_what_is_there_stays_and_what_is_unknown_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    assert merge_rows(path, _times(2, 4), {"a": _numbers(1, np.nan)}) == Merged(2, 2, 0)
    assert merge_rows(path, _times(1, 2, 4), {"a": _numbers(7, 8, 9), "b": _numbers(1, 2, np.nan)}) == Merged(3, 1, 1)
    table = pq.read_table(path)
    assert table.to_pydict() == {"ts": [T + 1, T + 2, T + 4], "a": [7.0, 1.0, 9.0], "b": [1.0, 2.0, None]}
    assert merge_rows(path, _times(4), {"a": _numbers(9)}) == Merged(3, 0, 0)
    assert pq.read_table(path) == table
    assert [one.name for one in tmp_path.iterdir()] == ["x.parquet"]


def test_rows_go_to_either_end_and_never_over_each_other(tmp_path: Path) -> None:
    path = tmp_path / "trades.parquet"

    def rows(*ts: int) -> dict[str, object]:
        return {"ts": _times(*ts), "price": _numbers(*ts), "side": np.array(["buy"] * len(ts))}

    assert extend_rows(path, rows(10, 10, 11)) == 3
    assert extend_rows(path, rows(12, 12)) == 5
    assert extend_rows(path, rows(8, 9), first=True) == 7
    assert pq.read_table(path)["ts"].to_pylist() == [T + ts for ts in (8, 9, 10, 10, 11, 12, 12)]
    for wrong, first in ((rows(12, 13), False), (rows(7, 8), True)):
        with pytest.raises(ValueError, match="overlap"):
            extend_rows(path, wrong, first=first)
    assert len(stamps(path)) == 7


def test_an_unsorted_or_unreadable_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"ts": _times(5, 3)}), path)
    with pytest.raises(TapeError, match=r"x\.parquet: row 1: unsorted"):
        stamps(path)
    path.write_bytes(b"nothing")
    with pytest.raises(TapeError, match="not a readable Parquet file"):
        merge_rows(path, _times(1), {"a": _numbers(1)})
    assert path.read_bytes() == b"nothing"


def test_taker_volume_may_be_unknown_for_some_bars(tmp_path: Path) -> None:
    """Null in the file, NaN in the columns, None in the event; a NaN in the file is a broken row."""
    tape = full_tape("AAA-USDT-SWAP", 6)
    assert tape.candles.taker_buy is not None
    tape.candles.taker_buy[2:4] = np.nan
    folder = tmp_path / tape.pair
    write_tape(folder, tape)
    bars = [event for event in ReplayFeed(tmp_path).iterate() if isinstance(event, Candle)]
    assert [bar.taker_buy is None for bar in bars] == [False, False, True, True, False, False]
    taker = columns_of(load_tape(folder)).taker_buy
    assert np.isnan(taker).tolist() == [False, False, True, True, False, False]
    path = folder / "candles_5m.parquet"
    table = pq.read_table(path)
    column = pa.array(table["taker_buy_volume"].to_numpy())
    pq.write_table(table.set_column(table.column_names.index("taker_buy_volume"), "taker_buy_volume", column), path)
    with pytest.raises(TapeError, match="row 2: taker_buy_volume is NaN"):
        load_tape(folder)
