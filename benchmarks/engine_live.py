"""One closed bar through the living engine: a quiet one, one with a candidate, and 300 pairs at once."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.engine_batch import CACHE
from bot.compilation import compiled_folder
from bot.feeds.replay import ReplayFeed
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.run import columns_of
from engine.batch import BatchPair, Columns
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Tick
from engine.market.events import MINUTE, Candle, Event, OpenInterest, Settle
from engine.market.instrument import Instrument
from engine.params import Params
from engine.records import from_array, to_array
from engine.sharp_signal_engine import SharpSignalEngine

PAIR = "SOL-USDT-SWAP"
WARM_DAYS, LIVE_DAYS = 30, 20
PAIRS = 300
CROWD_BARS = 48  # four hours, so that every timeframe closes at least once
STEP = 5 * MINUTE


def run() -> None:
    """Print percentiles beside the targets. A bar is its open interest, its candle, and the settling of its instant."""
    with tempfile.TemporaryDirectory() as folder:
        tape(Path(folder), SimulatedMarket(5, (PAIR,)), WARM_DAYS + LIVE_DAYS, without=frozenset({"trades"}))
        recorded = ReplayFeed(Path(folder)).tapes()[PAIR]
    columns, instrument = columns_of(recorded), recorded.instrument
    quiet, judged = alone(columns, instrument)
    print(f"one pair, {len(quiet) + len(judged):,} bars of 5m after {WARM_DAYS} days, in microseconds a closed bar")
    print(f"  no candidate       p50 {_at(quiet, 50):8.0f}   p99 {_at(quiet, 99):8.0f}     target p99 <= 50")
    print(f"  with a candidate   p50 {_at(judged, 50):8.0f}   p99 {_at(judged, 99):8.0f}     target p99 <= 2,000")
    crowd = crowd_of(columns, instrument)
    print(f"{PAIRS} pairs closing at once, {len(crowd)} instants, in milliseconds from first candle to settled")
    print(f"  p50 {_at(crowd, 50) / 1e3:8.1f}   worst {max(crowd) * 1e3:8.1f}     target <= 50")


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
    names = tuple(f"P{n:03}-USDT-SWAP" for n in range(PAIRS))
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


def _at(seconds: Sequence[float], percent: float) -> float:
    """A percentile in microseconds."""
    return float(np.percentile(seconds, percent)) * 1e6
