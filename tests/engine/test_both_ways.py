"""The batch path and the event path are one engine: equal facts, bit for bit, and equal state afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.replay.run import columns_of
from engine import readings
from engine.columns.ahead import PASSED, PairAhead
from engine.columns.batch import BatchPair
from engine.columns.block import Block, Told
from engine.columns.replaying import Command
from engine.decision.confluence import weights_of
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Halted, Lifted, Published
from engine.decision.walk import NEVER_SILENT
from engine.market.events import Book, Candle, Funding, OpenInterest, Pause, Resume
from engine.params import Params
from engine.records import to_array
from tests.engine.runs import LEAST, batch_ticks, blocks_of, columns_over, engine_of, feed_over, live_ticks

DAY = 86_400_000

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


def test_proven_only_and_a_late_publish_from_are_equal_both_ways(simulated: Path, compiled: str) -> None:
    feed = feed_over(simulated)
    begin = min(int(tape.candles.ts[0]) for tape in feed.tapes().values())
    for rules in (
        Rules(LEAST, proven_only=True),
        Rules(LEAST, judge_from=begin + 5 * DAY, publish_from=begin + 9 * DAY),
    ):
        live = live_ticks(feed_over(simulated), rules)
        assert live == batch_ticks(feed_over(simulated), compiled, rules)
        assert live


def test_commands_between_bars_are_equal_both_ways(simulated: Path, compiled: str) -> None:
    """Pauses that end by themselves, by a person, or never; at a close, between closes, before the first bar."""
    begin = min(int(tape.candles.ts[0]) for tape in feed_over(simulated).tapes().values())
    at = begin + 6 * DAY
    commands: list[Command] = [
        Pause(begin - 1, begin + DAY, "early"),
        Pause(at, at + 7_000_000, "to the end of it"),
        Pause(at + DAY + 123_456, None, "until a person lifts it"),
        Resume(at + 2 * DAY),
        Pause(at + 3 * DAY, at + 3 * DAY, "over at once"),
    ]
    live = live_ticks(feed_over(simulated), None, commands)
    assert live == batch_ticks(feed_over(simulated), compiled, None, commands)
    told = [fact for tick in live for fact in tick.facts]
    assert sum(isinstance(fact, Halted) and fact.kind == "pause" for fact in told) == 4
    assert sum(isinstance(fact, Lifted) and fact.kind == "pause" for fact in told) == 4
    assert any(isinstance(fact, Decided) and "paused" in fact.reasons for fact in told)


def test_the_number_of_threads_and_where_stretches_end_change_nothing(simulated: Path, compiled: str) -> None:
    def told(blocks: list[Block]) -> list[Told]:
        return [one._replace(place=0) for block in blocks for one in block.told()]

    whole = told(blocks_of(feed_over(simulated), compiled, workers=2))
    begin = min(int(tape.candles.ts[0]) for tape in feed_over(simulated).tapes().values())
    cuts = [
        Resume(begin + day * DAY + day * 777_000) for day in range(1, 16)
    ]  # commands that say nothing cut stretches
    engine = engine_of(feed_over(simulated))
    cut = list(engine.replay_blocks(columns_over(feed_over(simulated)), compiled, cuts))
    assert len(cut) > 15 and whole == told(cut)


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


def test_room_for_few_rows_changes_nothing(simulated: Path, compiled: str) -> None:
    """The compiled call comes back whenever its room is full; what it found is joined."""
    feed = feed_over(simulated)
    tape = feed.tapes()[feed.pairs[0]]
    columns, end = columns_of(tape), int(tape.candles.known_at[-1])
    weights = np.array(weights_of(None))
    much, little = (
        PairAhead(columns, tape.instrument, Params(), Rules(LEAST), NEVER_SILENT, compiled, room).until(end, weights)
        for room in (PASSED, 4)
    )
    assert len(much.rows) > 4 and much.rows.keys() == little.rows.keys()
    assert all(np.array_equal(row, little.rows[place]) for place, row in much.rows.items())
    for name in ("trigger", "quotes", "bar", "verdicts", "ends"):
        assert getattr(much, name).tobytes() == getattr(little, name).tobytes(), name


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
