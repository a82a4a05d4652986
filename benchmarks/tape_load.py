"""A million recorded bars from disk to checked columns, beside the bare Parquet read that cannot be undercut."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from engine.market.instrument import Instrument
from storage.recordings import load_tape, write_tape
from storage.tape import CandleColumns, Tape

BARS = 1_000_000
ROUNDS = 7
PAIR = "AAA-USDT-SWAP"


def run() -> None:
    """Print nanoseconds a bar, medians of seven rounds, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PAIR
        write_tape(path, Tape(PAIR, Instrument(PAIR, 0.01, 2), _candles()))
        ours = _median(lambda: load_tape(path))
        bare = _median(lambda: _bare(path))
    print(f"load and check {ours:6.1f} ns/bar   bare read {bare:6.1f} ns/bar   ratio {ours / bare:.2f}")


def _bare(path: Path) -> None:
    table = pq.read_table(path / "candles_5m.parquet")
    for column in table.columns:
        column.to_numpy()


def _candles() -> CandleColumns:
    rng = np.random.default_rng(1)
    close = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.001, BARS))), 2)
    open_ = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(open_, close) + 0.05, np.minimum(open_, close) - 0.005
    ts = 1_600_000_200_000 + np.arange(BARS, dtype=np.int64) * 300_000
    return CandleColumns("5m", ts, open_, high, low, close, rng.uniform(0, 100, BARS))


def _median(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took) / BARS * 1e9
