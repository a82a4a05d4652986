"""One closed bar through the living engine: a quiet one, one with a candidate, and 300 pairs at once."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from benchmarks.bars import CACHE, PAIRS
from bot.compilation import compiled_folder
from engine.columns.batch import BatchPair, Columns, Ints
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Tick
from engine.market.events import MINUTE, Candle, Event, OpenInterest, Settle
from engine.market.instrument import Instrument
from engine.params import Params
from engine.readings import Pair
from engine.records import to_array
from engine.sharp_signal_engine import SharpSignalEngine
from engine.stage import Stage

PAIR = PAIRS[0]
WARM_DAYS, LIVE_DAYS = 30, 20
CROWD = 300  # pairs
DAY = 288  # bars
STEP = 5 * MINUTE


def alone(columns: Columns, instrument: Instrument, stage: Stage) -> tuple[list[float], list[float]]:
    """Seconds of `process(candle)` of bars without a verdict; of every event of a bar, to its settle, with one."""
    engine = _warm(columns, instrument, stage, {PAIR: 0})
    quiet: list[float] = []
    judged: list[float] = []
    for i in range(WARM_DAYS * DAY, len(columns.ts)):
        interest, candle = _events(columns, i, PAIR)
        settle = Settle(int(columns.ts[i]) + STEP)
        start = time.perf_counter()
        first = engine.process(interest)
        heard = time.perf_counter()
        second = engine.process(candle)
        read = time.perf_counter()
        last = engine.process(settle)
        if _verdict((first, second, last)):
            judged.append(time.perf_counter() - start)
        else:
            quiet.append(read - heard)
    return quiet, judged


def crowd_of(columns: Columns, instrument: Instrument, stage: Stage, count: int = CROWD) -> list[float]:
    """Seconds of each instant of a day at which all pairs close a bar, from the first candle to settled.

    The pairs are the one recorded pair, each some days on from the one before, so that they differ.
    """
    phases = {f"P{n:03}-USDT-SWAP": n % (LIVE_DAYS - 1) for n in range(count)}
    engine = _warm(columns, instrument, stage, phases)
    gc.collect()
    gc.freeze()  # as the living process does once it is warm
    took = []
    for i in range(WARM_DAYS * DAY, (WARM_DAYS + 1) * DAY):
        events = [event for name, days in phases.items() for event in _events(columns, i, name, days)]
        events.append(Settle(int(columns.ts[i]) + STEP))
        start = time.perf_counter()
        for event in events:
            engine.process(event)
        took.append(time.perf_counter() - start)
    gc.unfreeze()
    return took


def _warm(columns: Columns, instrument: Instrument, stage: Stage, phases: Mapping[str, int]) -> SharpSignalEngine:
    """An engine whose pairs have read thirty days from their phase on (compiled over columns: the same state)."""
    instruments = {name: replace(instrument, inst_id=name) for name in phases}
    params = Params()
    rules = Rules(params.confluence_balanced)
    engine = SharpSignalEngine(instruments, dict.fromkeys(phases, "5m"), params, rules, stage=stage)
    batch: dict[int, BatchPair] = {}
    for name, days in phases.items():
        if days not in batch:
            batch[days] = BatchPair(_stretch(columns, days), instrument.tick, params, compiled_folder(CACHE))
            for _ in batch[days].chunks():
                pass
        engine.pairs[name] = _kept(stage, batch[days].pair())
    return engine


def _kept(stage: Stage, plain: Pair) -> Pair:
    """A pair as the stage keeps it."""
    pair: Any = stage.new_pair(plain.base_minutes, plain.tick)
    if not isinstance(pair, ctypes.Structure):
        return plain
    packed = to_array(plain)
    ctypes.memmove(ctypes.byref(pair), packed.ctypes.data, packed.nbytes)
    return cast(Pair, pair)


def _stretch(c: Columns, days: int) -> Columns:
    """The thirty days of a phase, told as if they were the first: what was known by the last one's close."""
    ms = days * DAY * STEP
    begin, end = int(c.ts[0]) + ms, int(c.ts[0]) + ms + WARM_DAYS * DAY * STEP

    def known(ts: Ints) -> slice:
        return slice(*np.searchsorted(ts, (begin, end), side="right").tolist())

    bars = slice(days * DAY, (days + WARM_DAYS) * DAY)
    book, oi, paid = known(c.book_ts), known(c.oi_ts), known(c.funding_ts)
    return replace(
        c,
        ts=c.ts[bars] - ms,
        open=c.open[bars],
        high=c.high[bars],
        low=c.low[bars],
        close=c.close[bars],
        volume=c.volume[bars],
        taker_buy=c.taker_buy[bars],
        book_ts=c.book_ts[book] - ms,
        book=[column[book] for column in c.book],
        oi_ts=c.oi_ts[oi] - ms,
        oi=c.oi[oi],
        funding_ts=c.funding_ts[paid] - ms,
        funding_rate=c.funding_rate[paid],
    )


def _events(c: Columns, i: int, pair: str, days: int = 0) -> list[Event]:
    """Open interest and candle that bar number `i` of a pair brings, taken from `days` later in the tape."""
    ts, i = int(c.ts[i]), i + days * DAY
    bar = (float(c.open[i]), float(c.high[i]), float(c.low[i]), float(c.close[i]))
    candle = Candle(pair, "5m", ts, *bar, float(c.volume[i]), float(c.taker_buy[i]))
    return [OpenInterest(pair, ts + STEP, float(c.oi[i])), candle]


def _verdict(ticks: Sequence[Tick]) -> bool:
    return any(isinstance(fact, Decided) for tick in ticks for fact in tick.facts)
