"""One closed bar through the living engine: a quiet one, one with a candidate, and 300 pairs at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.bars import CACHE, PAIRS
from bot.compilation import compiled_folder
from engine.batch import BatchPair, Columns
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Tick
from engine.market.events import MINUTE, Candle, Event, OpenInterest, Settle
from engine.market.instrument import Instrument
from engine.params import Params
from engine.records import from_array, to_array
from engine.sharp_signal_engine import SharpSignalEngine

PAIR = PAIRS[0]
WARM_DAYS, LIVE_DAYS = 30, 20
CROWD = 300  # pairs
CROWD_BARS = 48  # four hours, so that every timeframe closes at least once
STEP = 5 * MINUTE


def alone(columns: Columns, instrument: Instrument) -> tuple[list[float], list[float]]:
    """Seconds of each bar: those without a verdict, and those with one."""
    engine = _warm(columns, instrument, (PAIR,))
    quiet: list[float] = []
    judged: list[float] = []
    for i in range(WARM_DAYS * 288, len(columns.ts)):
        events = _events(columns, i, PAIR)
        start = time.perf_counter()
        ticks = [engine.process(event) for event in events]
        took = time.perf_counter() - start
        (judged if _verdict(ticks) else quiet).append(took)
    return quiet, judged


def crowd_of(columns: Columns, instrument: Instrument) -> list[float]:
    """Seconds of each instant at which all pairs close a bar."""
    names = tuple(f"P{n:03}-USDT-SWAP" for n in range(CROWD))
    engine = _warm(columns, instrument, names)
    took = []
    for i in range(WARM_DAYS * 288, WARM_DAYS * 288 + CROWD_BARS):
        events = [event for name in names for event in _events(columns, i, name)[:-1]]
        events.append(Settle(int(columns.ts[i]) + STEP))
        start = time.perf_counter()
        for event in events:
            engine.process(event)
        took.append(time.perf_counter() - start)
    return took


def _warm(columns: Columns, instrument: Instrument, names: Sequence[str]) -> SharpSignalEngine:
    """An engine whose pairs have all read the same thirty days (in the compiled way, which gives the same state)."""
    instruments = {name: replace(instrument, inst_id=name) for name in names}
    params = Params()
    engine = SharpSignalEngine(instruments, dict.fromkeys(names, "5m"), params, Rules(params.confluence_balanced))
    batch = BatchPair(_until(columns, WARM_DAYS * 288), instrument.tick, params, compiled_folder(CACHE))
    for _ in batch.chunks():
        pass
    state = batch.pair()
    packed = to_array(state)
    for name in names:
        engine.pairs[name] = from_array(type(state), packed)
    return engine


def _until(c: Columns, bars: int) -> Columns:
    """The first bars, and what else was known by the last one's close."""
    end = int(c.ts[bars - 1]) + STEP
    book, oi, paid = (int(np.searchsorted(ts, end, side="right")) for ts in (c.book_ts, c.oi_ts, c.funding_ts))
    return replace(
        c,
        ts=c.ts[:bars],
        open=c.open[:bars],
        high=c.high[:bars],
        low=c.low[:bars],
        close=c.close[:bars],
        volume=c.volume[:bars],
        taker_buy=c.taker_buy[:bars],
        book_ts=c.book_ts[:book],
        book=c.book[:book],
        oi_ts=c.oi_ts[:oi],
        oi=c.oi[:oi],
        funding_ts=c.funding_ts[:paid],
        funding_rate=c.funding_rate[:paid],
    )


def _events(c: Columns, i: int, pair: str) -> list[Event]:
    ts = int(c.ts[i])
    bar = (float(c.open[i]), float(c.high[i]), float(c.low[i]), float(c.close[i]))
    candle = Candle(pair, "5m", ts, *bar, float(c.volume[i]), float(c.taker_buy[i]))
    return [OpenInterest(pair, ts + STEP, float(c.oi[i])), candle, Settle(ts + STEP)]


def _verdict(ticks: Sequence[Tick]) -> bool:
    return any(isinstance(fact, Decided) for tick in ticks for fact in tick.facts)
