"""A recorded tape from disk to columns: ours checks every row, the peers only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.bars import PAIRS, Bars
from benchmarks.line import Line, Target
from benchmarks.timing import seconds
from storage.recordings import candle_table, load_tape
from storage.tape import CandleColumns

ROUNDS = 5


def lines(bars: Bars) -> Iterator[Line]:
    """Nanoseconds a bar."""
    tape = replace(bars.tapes[PAIRS[0]], book=None, open_interest=None, funding=None)
    folder = bars.written("candles", tape) / tape.pair
    count = len(tape.candles.ts)
    work = f"load of {count:,} bars, every row checked"
    ours = seconds(lambda: load_tape(folder), ROUNDS) / count * 1e9
    yield Line(work, "ns/bar", ours, target=Target(50.0))
    parquet = next(folder.glob("candles_*.parquet"))
    yield Line(work, "ns/bar", ours, "polars, Parquet", _at(_polars_parquet(parquet), count), Target(0.54, of="ratio"))
    yield Line(work, "ns/bar", ours, "polars, CSV", _at(_polars_csv(parquet), count))
    yield Line(work, "ns/bar", ours, "sqlite3", _at(_sqlite(folder / "bars.db", tape.candles), count))


def _at(work: Callable[[], object] | None, count: int) -> float | None:
    return None if work is None else seconds(work) / count * 1e9


def _polars_parquet(path: Path) -> Callable[[], object] | None:
    if find_spec("polars") is None:
        return None
    import polars as pl

    return lambda: [column.to_numpy() for column in pl.read_parquet(path)]


def _polars_csv(path: Path) -> Callable[[], object] | None:
    if find_spec("polars") is None:
        return None
    import polars as pl

    text = path.with_suffix(".csv")
    pl.read_parquet(path).write_csv(text)
    return lambda: [column.to_numpy() for column in pl.read_csv(text)]


def _sqlite(path: Path, candles: CandleColumns) -> Callable[[], object]:
    columns = candle_table(candles)
    rows = zip(*(column.tolist() for column in columns.values()))
    with closing(sqlite3.connect(path)) as store, store:
        store.execute(f"CREATE TABLE bars (ts INTEGER PRIMARY KEY, {' REAL, '.join(list(columns)[1:])} REAL)")
        store.executemany(f"INSERT INTO bars VALUES ({', '.join('?' * len(columns))})", rows)

    def work() -> object:
        with closing(sqlite3.connect(path)) as store:
            return np.array(store.execute("SELECT * FROM bars ORDER BY ts").fetchall())

    return work
