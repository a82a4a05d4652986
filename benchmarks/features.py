"""Readings of one 5m bar in batch: our eight layers on five timeframes beside the libraries for parts of them."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bars import CACHE, Bars, ohlcv
from benchmarks.indicator_sets import sets
from benchmarks.line import Line, Target
from benchmarks.smart_money import structure_of
from benchmarks.timing import seconds
from bot.compilation import compiled_folder
from bot.replay.run import columns_of
from engine.columns.batch import BatchPair
from engine.params import Params

WORK = "readings of a 5m bar: 8 layers, 5 timeframes"
MANY, FEW = 100_000, 20_000  # bars; the fewer for what is slow


def lines(bars: Bars) -> Iterator[Line]:
    """Nanoseconds a bar."""
    tape = bars.head(MANY)
    count = len(tape.candles.ts)
    columns, tick, params, cache = columns_of(tape), tape.instrument.tick, Params(), compiled_folder(CACHE)
    ours = seconds(lambda: _drain(BatchPair(columns, tick, params, cache)), rounds=5) / count * 1e9
    yield Line(WORK, "ns/bar", ours, target=Target(1500.0))
    for peer, work in sets(ohlcv(tape.candles)).items():
        theirs = None if work is None else seconds(work) / count * 1e9
        yield Line(WORK, "ns/bar", ours, peer, theirs, Target(5.5, of="ratio") if peer.startswith("ta,") else None)
    few = bars.head(FEW).candles
    work = structure_of(few)
    theirs = None if work is None else seconds(work, rounds=1, warm=False) / len(few.ts) * 1e9
    yield Line(WORK, "ns/bar", ours, "smartmoneyconcepts, its 5 functions", theirs, Target(30.0, of="ratio"))


def _drain(pair: BatchPair) -> int:
    return sum(len(chunk.bar) for chunk in pair.chunks())
