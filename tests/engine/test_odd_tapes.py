"""Tapes of odd shapes give equal facts both ways: other bases, other beginnings and ends, holes, missing streams."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.tick_hash import TickHash
from engine.decision.signal import Outcome
from engine.decision.stream import Rules
from engine.decision.tick import Closed, Published, ShadowClosed, Tick
from engine.market.events import TIMEFRAMES
from storage.recordings import load_tape, write_tape
from storage.tape import CandleColumns, FundingColumns, Tape
from tests.engine.runs import LEAST, batch_ticks, columns_over, engine_of, feed_over, live_ticks

DAY = 86_400_000
PAIRS = ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP", "XRP-USDT-SWAP")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen days of four pairs."""
    folder = tmp_path_factory.mktemp("market")
    tape(folder, SimulatedMarket(11, PAIRS, 2.0), 16, without=frozenset({"trades"}))
    return folder


def picked(c: CandleColumns, kept: np.ndarray) -> CandleColumns:
    names = ("ts", "open", "high", "low", "close", "volume")
    columns = {name: getattr(c, name)[kept] for name in names}
    return dataclasses.replace(c, **columns, taker_buy=None if c.taker_buy is None else c.taker_buy[kept])


def finer(c: CandleColumns) -> CandleColumns:
    """Each 5m bar as five of 1m, by way of its low and then its high."""
    path = [c.open, (c.open + c.low) / 2, c.low, c.high, (c.high + c.close) / 2, c.close]
    opens, closes = np.stack(path[:-1], axis=1).ravel(), np.stack(path[1:], axis=1).ravel()
    ts = (c.ts[:, None] + np.arange(5) * 60_000).ravel()
    taker = None if c.taker_buy is None else np.repeat(c.taker_buy / 5, 5)
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    return CandleColumns("1m", ts, opens, high, low, closes, np.repeat(c.volume / 5, 5), taker)


def coarser(c: CandleColumns) -> CandleColumns:
    """Three 5m bars as one of 15m."""
    step = TIMEFRAMES["15m"]
    bars, first = np.unique(c.ts // step, return_index=True)
    last = np.append(first[1:], len(c.ts)) - 1
    taker = None if c.taker_buy is None else np.add.reduceat(c.taker_buy, first)
    high, low = np.maximum.reduceat(c.high, first), np.minimum.reduceat(c.low, first)
    volume = np.add.reduceat(c.volume, first)
    return CandleColumns("15m", bars * step, c.open[first], high, low, c.close[last], volume, taker)


def damaged(t: Tape, base: str, rng: np.random.Generator) -> Tape:
    """Another base, a late beginning, an early end, holes of one bar up to two days, streams left out."""
    c = {"1m": finer, "15m": coarser}.get(base, lambda same: same)(t.candles)
    count = len(c.ts)
    kept = rng.random(count) > 0.002
    if rng.random() < 0.5:
        kept[: int(count * rng.uniform(0, 0.3))] = False
    if rng.random() < 0.6:
        kept[int(count * rng.uniform(0.6, 1)) :] = False
    for length in rng.choice([1, 2, 3, 4, 5, 30, 300, 600], rng.integers(0, 12)):
        begin = int(rng.integers(0, count))
        kept[begin : begin + length] = False
    funding = t.funding
    if rng.random() < 0.4:
        ts = np.arange(int(c.ts[0]), int(c.ts[-1]), int(rng.choice([3_600_000, 12_345_678])), dtype=np.int64)
        funding = FundingColumns(ts, rng.normal(0, 0.0005, len(ts)))
    book = t.book if rng.random() < 0.7 else None
    return dataclasses.replace(t, candles=picked(c, kept), funding=funding, book=book)


def same_both_ways(folder: Path, compiled: str, rules: Rules | None = None) -> list[Tick]:
    """The ticks of both ways, and the hashes of facts and of blocks, are equal."""
    live = live_ticks(feed_over(folder), rules)
    assert live == batch_ticks(feed_over(folder), compiled, rules)
    by_fact, by_block = TickHash(feed_over(folder).pairs), TickHash(feed_over(folder).pairs)
    for tick in live:
        for fact in tick.facts:
            by_fact.add(fact)
    feed = feed_over(folder)
    for block in engine_of(feed, rules).replay_blocks(columns_over(feed), compiled, workers=2):
        by_block.add_block(block)
    assert by_fact.hexdigest() == by_block.hexdigest()
    return live


@pytest.mark.parametrize("seed", [5, 7, 41])
def test_odd_tapes_give_equal_facts_both_ways(market: Path, compiled: str, tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for pair in PAIRS[1:]:
        base = str(rng.choice(["1m", "5m", "15m"]))
        write_tape(tmp_path / pair, damaged(load_tape(market / pair), base, rng))
    live = same_both_ways(tmp_path, compiled, Rules(LEAST, proven_only=seed == 7))
    assert any(isinstance(fact, ShadowClosed) for tick in live for fact in tick.facts)


def test_what_a_silent_pair_leaves_open_is_void_a_day_after_its_last_bar(
    market: Path, compiled: str, tmp_path: Path
) -> None:
    """Two pairs stop at once, just after a signal; a third goes on, a fourth pauses for two days."""
    ticks = batch_ticks(feed_over(market), compiled)
    signal = next(fact.signal for tick in ticks for fact in tick.facts if isinstance(fact, Published))
    other = next(pair for pair in PAIRS if pair != signal.plan.pair)
    for pair in PAIRS:
        whole = load_tape(market / pair)
        ts = whole.candles.ts
        kept = ts < signal.plan.ts if pair in (signal.plan.pair, other) else np.ones(len(ts), dtype=bool)
        if pair == PAIRS[-1] and pair not in (signal.plan.pair, other):
            kept = (ts < signal.plan.ts) | (ts >= signal.plan.ts + 2 * DAY)
        write_tape(tmp_path / pair, dataclasses.replace(whole, candles=picked(whole.candles, kept)))
    live = same_both_ways(tmp_path, compiled)
    over = signal.plan.ts + DAY
    ended: list[Outcome] = []
    for tick in live:
        if tick.ts == over and tick.kind == "settle":
            ended += [fact.outcome for fact in tick.facts if isinstance(fact, Closed | ShadowClosed)]
    assert len(ended) > 1 and {outcome.closed_at for outcome in ended} == {over}
    assert all("data_gap" in (o.theoretical.exit_reason, o.followable.exit_reason) for o in ended)
    assert signal.signal_id in {outcome.signal_id for outcome in ended}
    before = [tick for tick in live if tick.ts < over]
    assert before == batch_ticks(feed_over(tmp_path, end=over - 1), compiled)
