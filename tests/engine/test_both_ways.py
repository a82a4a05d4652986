"""The batch path and the event path are one engine: equal facts, bit for bit, and equal state afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.replay.run import columns_of
from engine import readings
from engine.batch import BatchPair
from engine.decision.tick import Decided, Published
from engine.market.events import Book, Candle, Funding, OpenInterest
from engine.params import Params
from engine.records import to_array
from tests.engine.runs import batch_ticks, engine_of, feed_over, live_ticks

# One stretch of each recorded market: (set, pairs, end). Long enough for hundreds of judged setups.
STRETCHES = (
    ("okx-swap-5m-2025", ("SOL-USDT-SWAP", "XRP-USDT-SWAP"), "2025-04-03"),
    ("okx-swap-5m-2022", ("DOGE-USDT-SWAP",), "2022-05-20"),
    ("okx-swap-15m", ("PEPE-USDT-SWAP", "BNB-USDT-SWAP"), "2023-06-20"),
    ("binance-perp-5m", ("BTC-USDT-SWAP",), "2023-01-20"),
    ("binance-spot-15m", ("ETH-USDT",), "2025-02-15"),
)


def test_a_simulated_market_gives_equal_facts_both_ways(simulated: Path, compiled: str) -> None:
    live = live_ticks(feed_over(simulated))
    batch = batch_ticks(feed_over(simulated), compiled)
    assert live == batch
    kinds = {type(fact) for tick in live for fact in tick.facts}
    assert Decided in kinds and Published in kinds, kinds


def test_stage_one_ends_in_the_same_state(simulated: Path, compiled: str) -> None:
    feed = feed_over(simulated)
    name = feed.pairs[0]
    columns = columns_of(feed.tapes()[name])
    batch = BatchPair(columns, feed.tapes()[name].instrument.tick, Params(), compiled)
    rows = sum(len(chunk.bar) for chunk in batch.chunks())
    engine = engine_of(feed)
    for event in feed.iterate():
        if isinstance(event, Candle | Book | OpenInterest | Funding) and event.pair == name:
            engine.process(event)
    assert rows > 0
    assert to_array(engine.pairs[name]).tobytes() == to_array(batch.pair()).tobytes()


def test_bars_cut_into_chunks_elsewhere_change_nothing(simulated: Path, compiled: str) -> None:
    """The row buffer fills at other bars when it is small; the rows are the same."""
    feed = feed_over(simulated)
    name = feed.pairs[0]
    columns, tick = columns_of(feed.tapes()[name]), feed.tapes()[name].instrument.tick
    whole = list(BatchPair(columns, tick, Params(), compiled).chunks())
    small = list(BatchPair(columns, tick, Params(), compiled, chunk=96).chunks())
    assert len(small) > len(whole)
    for key in ("trigger", "book", "row"):
        assert np.array_equal(
            np.concatenate([getattr(c, key) for c in whole]), np.concatenate([getattr(c, key) for c in small])
        )


@pytest.mark.recorded
@pytest.mark.parametrize(("market", "pairs", "end"), STRETCHES)
def test_recorded_markets_give_equal_facts_both_ways(
    recorded_market: Path, compiled: str, market: str, pairs: tuple[str, ...], end: str
) -> None:
    live = live_ticks(feed_over(recorded_market / market, pairs, end))
    batch = batch_ticks(feed_over(recorded_market / market, pairs, end), compiled)
    assert live == batch
    assert sum(isinstance(fact, Decided) for tick in live for fact in tick.facts) > 100


def test_a_new_pair_has_read_nothing() -> None:
    pair = readings.new_pair(5, 0.1)
    assert pair.flow.book_ts == pair.flow.oi_ts == pair.newest == 0
