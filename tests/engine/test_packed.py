"""Pairs kept packed and advanced by the compiled step: facts and state as those of plain objects, bit for bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.decision.stream import Rules
from engine.decision.tick import Decided, Published, Rejected
from engine.market.events import TIMEFRAMES, Book, Candle, Event, FeedLost, Funding, OpenInterest, Settle, Trades
from engine.market.flow import STREAMS
from engine.market.instrument import Instrument
from engine.packed import packed_stage
from engine.params import Params
from engine.records import to_array
from engine.sharp_signal_engine import SharpSignalEngine
from engine.stage import Stage
from tests.engine.runs import LEAST, batch_ticks, engine_of, feed_over

PAIR = "SOL-USDT-SWAP"
INSTRUMENT = Instrument(PAIR, 0.01, 2)
BEGIN, DAYS = 1_700_006_400_000, 4


@pytest.fixture(scope="module")
def packed(compiled: str) -> Stage:
    return packed_stage(Params(), compiled)


def test_plain_packed_and_batch_give_equal_facts_and_state(simulated: Path, compiled: str, packed: Stage) -> None:
    feed = feed_over(simulated)
    plain, live = engine_of(feed), engine_of(feed, stage=packed)
    ticks = []
    for event in feed.iterate():
        tick = plain.process(event)
        assert tick == live.process(event)
        if tick.facts:
            ticks.append(tick)
    kinds = {type(fact) for tick in ticks for fact in tick.facts}
    assert Decided in kinds and Published in kinds
    assert ticks == batch_ticks(feed_over(simulated), compiled)
    for name in plain.pairs:
        assert to_array(plain.pairs[name]).tobytes() == memory(live.pairs[name])


@pytest.mark.parametrize("base", ["1m", "5m", "15m"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_wild_stream_leaves_the_same_state(packed: Stage, base: str, seed: int) -> None:
    """Trades, quotes, losses, gaps, what is late, doubled or malformed: every event gives the same tick."""
    plain, live = (
        SharpSignalEngine({PAIR: INSTRUMENT}, {PAIR: base}, Params(), Rules(LEAST), stage=stage)
        for stage in (None, packed)
    )
    refused = 0
    for event in wild(np.random.default_rng(seed), base):
        tick = plain.process(event)
        assert tick == live.process(event)
        refused += sum(isinstance(fact, Rejected) for fact in tick.facts)
    assert refused > 10
    assert to_array(plain.pairs[PAIR]).tobytes() == memory(live.pairs[PAIR])


def memory(packed: Any) -> bytes:
    return bytes(packed)


def wild(r: np.random.Generator, base: str) -> Iterator[Event]:
    """Four days of one pair with everything that may go wrong."""
    step, price = TIMEFRAMES[base], 100.0
    for ts in range(BEGIN, BEGIN + DAYS * 86_400_000, step):
        end, opened = ts + step, price
        if r.random() < 0.02:
            continue
        n = int(r.integers(4))
        prices = (opened * (1 + r.normal(0, 0.002, n))).tolist()
        sizes = r.choice((0.5, 2.0, 40.0), n).tolist()
        if n:
            yield Trades(
                PAIR, np.sort(ts + r.integers(-5, step, n)).tolist(), prices, sizes, r.choice((1, -1), n).tolist()
            )
        price = prices[-1] if prices else opened * (1 + r.normal(0, 0.003))
        yield Book(PAIR, end - int(r.integers(step)), price * 0.9999, price * 1.0001, r.random(), r.random())
        yield OpenInterest(PAIR, end - int(r.integers(2)) * step, r.normal(1000, 20))
        if end % 28_800_000 == 0:
            yield Funding(PAIR, end, r.normal(0, 1e-4))
        if r.random() < 0.02:
            yield FeedLost(end, PAIR, STREAMS[int(r.integers(len(STREAMS)))])
        seen = (opened, price, *prices)
        volume = sum(sizes) or 10.0
        ohlc = (opened, max(seen) * 1.0005, min(seen) * 0.9995, price)
        candle = Candle(PAIR, base, ts, *ohlc, volume, None if r.random() < 0.5 else volume / 3)
        yield candle
        if r.random() < 0.03:
            yield candle
            yield dataclasses.replace(candle, high=-1.0)
        yield Settle(end)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_compiled_step_that_fails_is_not_passed_over(packed: Stage) -> None:
    """A timeframe of no minutes divides by zero, compiled as in Python."""
    pair = packed.new_pair(5, 0.1)
    pair.d1.bars.minutes = 0
    pair.d1.building.count = 1
    with pytest.raises(RuntimeError, match="a compiled step failed"):
        packed.on_candle(pair, 1_700_000_100_000, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 1)
