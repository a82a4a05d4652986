"""One closed bar through the living engine, and 300 pairs that close at the same instant."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.bars import CACHE, Bars, ohlcv
from benchmarks.engine_live import CROWD, DAY, LIVE_DAYS, WARM_DAYS, alone, crowd_of
from benchmarks.line import Line, Target
from benchmarks.smart_money import structure_of
from benchmarks.timing import each
from bot.compilation import compiled_folder
from bot.replay.run import columns_of
from engine.packed import packed_stage
from engine.params import Params
from engine.stage import plain_stage
from storage.tape import CandleColumns

WINDOW = 500  # bars that a bot on tables works through at each close
QUIET, JUDGED = "process(candle) of 5m, no candidate", "a closed 5m bar, every event, with a candidate"
ROUNDS = 3  # through the same bars: of each bar the quickest counts, what else the machine did only adds
COMPILED, PLAIN = "compiled", "plain Python"  # as a living process has it, and where nothing can be compiled


def lines(bars: Bars) -> Iterator[Line]:
    """Microseconds a bar (p50, p99), milliseconds an instant."""
    tape = bars.head((WARM_DAYS + LIVE_DAYS) * DAY)
    columns = columns_of(tape)
    stages = {COMPILED: packed_stage(Params(), compiled_folder(CACHE)), PLAIN: plain_stage(Params())}
    talipp = _talipp(tape.candles)
    window = structure_of(bars.head(WINDOW).candles)
    structure = None if window is None else np.array(each(window, 20)) * 1e6
    for kept, stage in stages.items():
        rounds = [alone(columns, tape.instrument, stage) for _ in range(ROUNDS if kept == COMPILED else 1)]
        quiet, judged = (np.min(took, axis=0) * 1e6 for took in zip(*rounds))
        yield Line(f"{QUIET}, p99, {kept}", "us", _at(quiet, 99), target=_promised(kept, 50.0))
        yield Line(f"{QUIET}, p99, {kept}", "us", _at(quiet, 99), "talipp, 8 indicators", _at(talipp, 99))
        yield Line(f"{QUIET}, p50, {kept}", "us", _at(quiet, 50), "talipp, 8 indicators", _at(talipp, 50))
        yield Line(f"{JUDGED}, p99, {kept}", "us", _at(judged, 99), target=_promised(kept, 2000.0))
        yield Line(f"{JUDGED}, p50, {kept}", "us", _at(judged, 50), "smartmoneyconcepts, 500 bars", _at(structure, 50))
    theirs = None if structure is None else _at(structure, 50) * CROWD / 1e3
    for kept, stage in stages.items():
        crowd = np.array(crowd_of(columns, tape.instrument, stage)) * 1e3
        work = f"{CROWD} pairs closing at once, {kept}"
        yield Line(f"{work}, worst of {len(crowd)}", "ms", float(crowd.max()), target=_promised(kept, 50.0))
        yield Line(f"{work}, p99", "ms", _at(crowd, 99))
        yield Line(f"{work}, p50", "ms", _at(crowd, 50), f"smartmoneyconcepts, {CROWD} x 500 bars", theirs)


def _promised(kept: str, bound: float) -> Target | None:
    return Target(bound) if kept == COMPILED else None


def _at(values: Any, percent: float) -> Any:
    return None if values is None else float(np.percentile(values, percent))


def _talipp(candles: CandleColumns) -> Any:
    """Microseconds of each bar after the warm-up; None where it is not installed."""
    if find_spec("talipp") is None:
        return None
    from talipp.indicators import ADX, ATR, EMA, MACD, RSI
    from talipp.ohlcv import OHLCV

    of_close = [RSI(14), EMA(20), EMA(50), EMA(200), MACD(12, 26, 9)]
    of_bars = [ATR(14), ADX(14, 14)]
    took = []
    for values in zip(*(column.tolist() for column in ohlcv(candles).values())):
        start = time.perf_counter()
        bar = OHLCV(*values)
        for indicator in of_close:
            indicator.add(bar.close)
        for indicator in of_bars:
            indicator.add(bar)
        took.append(time.perf_counter() - start)
    return np.array(took[WARM_DAYS * DAY :]) * 1e6
