"""The simulated exchange: the same every time, honest by default, and a feed like any other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from bot.clock import TapeClock
from bot.feeds.simulated_market import START_MS, SimulatedMarket, bar_columns, fast_events, slow_events
from bot.feeds.simulated_path import BAR_MS, DAY_MS
from bot.feeds.simulated_tape import tape
from bot.feeds.simulator import SimulatorFeed
from engine.market.events import Book, Candle, Event, Funding, OpenInterest, Settle, Trades, merge_key
from engine.market.instrument import Instrument

SOL, BTC, PEPE = "SOL-USDT-SWAP", "BTC-USDT-SWAP", "PEPE-USDT-SWAP"


async def told(feed: SimulatorFeed, limit: int | None = None) -> list[Event]:
    out: list[Event] = []
    source: AsyncIterator[Event] = feed.events()
    async for event in source:
        out.append(event)
        if limit is not None and len(out) == limit:
            break
    return out


def headless(market: SimulatedMarket, hours: float, warmup_days: int = 1) -> SimulatorFeed:
    return SimulatorFeed(market, hours, warmup_days, None, TapeClock())


def day_hash(market: SimulatedMarket, pair: str, days: int = 2) -> str:
    digest = hashlib.sha256()
    for day in islice(market.days(pair), days):
        for column in (day.ts, day.price, day.size, day.side, day.bid, day.ask, day.open_interest):
            digest.update(column.tobytes())
    return digest.hexdigest()


def test_a_pair_is_the_same_for_a_seed_alone_or_in_company() -> None:
    alone = day_hash(SimulatedMarket(5, [SOL]), SOL)
    assert alone == day_hash(SimulatedMarket(5, [BTC, SOL, PEPE]), SOL)
    assert alone != day_hash(SimulatedMarket(6, [SOL]), SOL)
    assert alone != day_hash(SimulatedMarket(5, [SOL], edge=1.0), SOL)


@pytest.mark.parametrize("pair", [BTC, SOL, PEPE, "NOVELTY-USDT-SWAP"])
def test_prices_are_on_the_tick_and_sizes_on_the_lot(pair: str) -> None:
    market = SimulatedMarket(3, [pair])
    (instrument,) = market.instruments()
    day = next(market.days(pair))
    for price in day.price[:3000].tolist() + day.bid[:500].tolist() + day.ask[:500].tolist():
        assert price == float(f"{price:.{instrument.decimals}f}") > 0
    lots = day.size / (instrument.lot * instrument.ct_val)
    assert np.abs(lots - np.rint(lots)).max() < 1e-3 and lots.min() > 0.999
    assert (day.ask > day.bid).all()


async def test_a_candle_is_the_aggregate_of_its_trades() -> None:
    events = await told(headless(SimulatedMarket(11, [SOL, PEPE]), hours=3))
    pending: dict[str, list[tuple[float, float, int]]] = {SOL: [], PEPE: []}
    candles = 0
    for event in events:
        if isinstance(event, Trades):
            pending[event.pair] += list(zip(event.price, event.size, event.side))
        elif isinstance(event, Candle) and pending[event.pair]:
            rows, pending[event.pair] = pending[event.pair], []
            prices = [price for price, _, _ in rows]
            assert (event.open, event.close) == (prices[0], prices[-1])
            assert (event.high, event.low) == (max(prices), min(prices))
            assert event.volume == pytest.approx(sum(size for _, size, _ in rows), rel=1e-9)
            assert event.taker_buy == pytest.approx(sum(size for _, size, side in rows if side > 0), rel=1e-9)
            assert 24 <= len(rows) <= 96
            candles += 1
    assert candles == 2 * 3 * 12


async def test_trades_lie_inside_their_bar_and_everything_is_in_processing_order() -> None:
    feed = headless(SimulatedMarket(11, [SOL, BTC]), hours=9)
    events = await told(feed)
    keys = [merge_key(event) for event in events]
    assert keys == sorted(keys)
    for before, after in pairwise(events):
        if isinstance(before, Candle) and not isinstance(after, Candle):
            assert after == Settle(before.known_at)
    assert events[-1] == Settle(feed.live_from + 9 * 3_600_000)
    live = [event for event in events if event.known_at > feed.live_from]
    for event in live:
        if isinstance(event, Trades):
            assert event.ts[0] // BAR_MS == event.ts[-1] // BAR_MS and event.ts[0] % BAR_MS != 0
            assert list(event.ts) == sorted(event.ts)
    kinds = {kind: sum(isinstance(event, kind) for event in live) for kind in (Book, OpenInterest, Funding, Candle)}
    assert kinds == {Book: 2 * 9 * 60, OpenInterest: 2 * 9 * 12, Funding: 2, Candle: 2 * 9 * 12}


async def test_the_warm_up_has_no_trades_and_the_clock_follows_the_tape() -> None:
    clock = TapeClock()
    feed = SimulatorFeed(SimulatedMarket(2, [SOL]), 0.5, 3, None, clock)
    assert isinstance((await feed.instruments())[0], Instrument)
    assert clock.now_ms() == START_MS
    warm = 0
    async for event in feed.events():
        assert clock.now_ms() == event.known_at
        if event.known_at <= feed.live_from:
            assert not isinstance(event, Trades | Book)
            warm += isinstance(event, Candle)
    assert warm == 3 * 288
    assert clock.now_ms() == feed.live_from + 1_800_000


async def test_the_same_feed_twice_and_a_shorter_one_is_a_prefix() -> None:
    market = SimulatedMarket(9, [SOL, BTC], edge=0.5)
    long = await told(headless(market, hours=4))
    assert await told(headless(market, hours=4)) == long
    short = await told(headless(market, hours=2))
    assert long[: len(short)] == short


async def test_a_second_run_goes_on_where_the_first_one_ended() -> None:
    market = SimulatedMarket(9, [SOL, BTC])
    whole = await told(headless(market, hours=60, warmup_days=2))
    feed = SimulatorFeed(market, 4, 2, None, TapeClock(), resume_at=whole[-1].known_at - 3_600_000 * 4 + 1)
    assert feed.live_from == whole[-1].known_at - 3_600_000 * 4 + BAR_MS
    resumed = await told(feed)
    assert [event for event in whole if event.known_at > feed.live_from] == [
        event for event in resumed if feed.live_from < event.known_at <= whole[-1].known_at
    ]
    history = [event for event in resumed if event.known_at <= feed.live_from]
    assert not any(isinstance(event, Trades | Book) for event in history)
    assert 2 * 2 * 288 <= sum(isinstance(event, Candle) for event in history) <= 2 * 3 * 288


class WallClock:
    """Real time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def now_ms(self) -> int:
        return round(self.now)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds * 1000


async def test_paced_time_runs_speed_times_as_fast() -> None:
    wall, clock = WallClock(), TapeClock()
    feed = SimulatorFeed(SimulatedMarket(4, [SOL]), 2, 1, 600.0, clock, wall)
    async for event in feed.events():
        if event.known_at <= feed.live_from:
            assert wall.now == 0
        else:
            assert abs(wall.now - (event.known_at - feed.live_from) / 600) <= 25
    assert wall.now == pytest.approx(2 * 3600 / 600 * 1000, abs=25)


async def test_a_rush_at_the_start_costs_no_time() -> None:
    wall = WallClock()
    feed = SimulatorFeed(SimulatedMarket(4, [SOL]), 26, 1, 600.0, TapeClock(), wall, rush_hours=25)
    trades = 0
    async for event in feed.events():
        trades += isinstance(event, Trades)
        if event.known_at <= feed.live_from + 25 * 3_600_000:
            assert wall.now == 0
    assert trades == 26 * 12 * 4
    assert wall.now == pytest.approx(6_000, abs=25)


async def test_a_reader_that_was_held_up_is_not_hurried_afterwards() -> None:
    wall = WallClock()
    feed = SimulatorFeed(SimulatedMarket(4, [SOL]), 2, 0, 600.0, TapeClock(), wall)
    held = False
    async for event in feed.events():
        if not held and event.known_at > feed.live_from + 3_600_000:
            wall.now += 60_000
            held = True
    assert wall.now == pytest.approx(60_000 + 12_000, abs=60)


async def test_a_closed_feed_ends() -> None:
    feed = SimulatorFeed(SimulatedMarket(4, [SOL]), None, 0, None, TapeClock())
    seen = 0
    async for _ in feed.events():
        seen += 1
        if seen == 50:
            await feed.close()
    assert seen == 50


def hourly_range(market: SimulatedMarket, pair: str, days: int) -> float:
    """Mean true range of an hour as a share of price."""
    bars = [bar_columns(day) for day in islice(market.days(pair), days)]
    high = np.concatenate([bar.high for bar in bars]).reshape(-1, 12).max(axis=1)
    low = np.concatenate([bar.low for bar in bars]).reshape(-1, 12).min(axis=1)
    return float(np.mean((high - low) / low))


@pytest.mark.parametrize("pair", [BTC, SOL, PEPE])
def test_an_hour_moves_enough_to_leave_room_after_costs(pair: str) -> None:
    assert 0.009 <= hourly_range(SimulatedMarket(1, [pair]), pair, 60) <= 0.018


def returns(edge: float, seed: int, days: int = 60) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """5m returns, taker imbalance and hidden regime of one pair."""
    market = SimulatedMarket(seed, [SOL], edge=edge)
    tapes = list(islice(market.days(SOL), days))
    bars = [bar_columns(day) for day in tapes]
    close = np.concatenate([bar.close for bar in bars])
    volume = np.concatenate([bar.volume for bar in bars])
    bought = np.concatenate([bar.taker_buy for bar in bars])
    regimes = [name for day in tapes for name in day.regime]
    return np.diff(close) / close[:-1], ((2 * bought - volume) / volume)[1:], regimes[1:]


def followed(edge: float, seed: int) -> np.ndarray:
    """What the next bar pays, in standard deviations a bar, to one who follows the last half hour's taker flow."""
    move, flow, _ = returns(edge, seed)
    leaning = np.convolve(flow, np.ones(6))[: len(flow)]
    paid: np.ndarray = np.sign(leaning[:-1]) * move[1:] / move.std()
    days: np.ndarray = paid[: len(paid) // 288 * 288].reshape(-1, 288).mean(axis=1)
    return days


def test_without_an_edge_flow_and_moves_foretell_nothing() -> None:
    paid = np.concatenate([followed(0.0, seed) for seed in range(4)])
    assert abs(paid.mean()) < 3 * paid.std() / np.sqrt(len(paid))
    move, flow, _ = returns(0.0, 21)
    assert abs(np.corrcoef(move[:-1], move[1:])[0, 1]) < 0.03
    assert abs(np.corrcoef(flow[:-1], move[1:])[0, 1]) < 0.03


def test_with_an_edge_the_flow_foretells_the_drift_and_more_edge_more_so() -> None:
    weak, strong = (np.concatenate([followed(edge, seed) for seed in range(3)]) for edge in (0.4, 1.2))
    assert strong.mean() > 5 * strong.std() / np.sqrt(len(strong))
    assert strong.mean() > 1.5 * weak.mean() > 0


def test_moves_have_the_habits_of_a_market() -> None:
    move, flow, regimes = returns(0.0, 8)
    size = np.abs(move)
    assert np.mean(move**4) / np.mean(move**2) ** 2 > 4.5
    assert np.corrcoef(size[:-12], size[12:])[0, 1] > 0.05
    assert np.corrcoef(flow, move)[0, 1] > 0.35
    assert set(regimes) == {"trend", "range", "volatile", "quiet"}
    named = np.array(regimes)
    assert size[named == "volatile"].mean() > 1.5 * size[named == "quiet"].mean()


def test_pairs_move_together_in_part() -> None:
    market = SimulatedMarket(13, [BTC, SOL])
    closes = [np.concatenate([bar_columns(day).close for day in islice(market.days(pair), 20)]) for pair in (BTC, SOL)]
    together = np.corrcoef(np.diff(np.log(closes[0])), np.diff(np.log(closes[1])))[0, 1]
    assert 0.2 < together < 0.7


def test_open_interest_and_funding_live() -> None:
    days = list(islice(SimulatedMarket(13, [SOL]).days(SOL), 30))
    interest = np.concatenate([day.open_interest for day in days])
    rates = [rate for day in days for _, rate in day.funding]
    assert interest.min() > 0 and interest.std() / interest.mean() > 0.02
    assert len(rates) == 90 and min(rates) < 0 < max(rates) and max(map(abs, rates)) <= 0.0075
    assert [ts % DAY_MS // 3_600_000 for ts, _ in days[0].funding] == [8, 16, 0]


def test_what_cannot_be_a_market_is_refused() -> None:
    for pairs, edge in (([], 0.0), ([SOL, SOL], 0.0), ([SOL], -0.1)):
        with pytest.raises(ValueError):
            SimulatedMarket(1, pairs, edge)
    with pytest.raises(ValueError):
        SimulatorFeed(SimulatedMarket(1, [SOL]), 1, 1, 0.0, TapeClock())


def test_a_tape_on_disk_says_what_the_feed_says(tmp_path: Path) -> None:
    market = SimulatedMarket(17, [SOL])
    (folder,) = tape(tmp_path, market, 2)
    day = next(market.days(SOL))
    rows = pq.read_table(folder / "candles_5m.parquet").to_pylist()
    assert len(rows) == 2 * 288
    candles = [event for event in slow_events(SOL, day) if isinstance(event, Candle)]
    told_rows = [(c.ts, c.open, c.high, c.low, c.close, c.volume, c.taker_buy) for c in candles]
    names = ("ts", "open", "high", "low", "close", "volume", "taker_buy_volume")
    assert [tuple(row[name] for name in names) for row in rows[:288]] == told_rows
    trades = pq.read_table(folder / "trades.parquet", filters=[("ts", "<", day.start + DAY_MS)]).to_pydict()
    batches = [event for event in fast_events(SOL, day) if isinstance(event, Trades)]
    assert trades["price"] == [price for batch in batches for price in batch.price]
    assert trades["side"] == ["buy" if side > 0 else "sell" for batch in batches for side in batch.side]
    assert Instrument.from_okx(json.loads((folder / "instrument.json").read_text())) == market.instruments()[0]
    assert {path.name for path in folder.iterdir()} == {
        "candles_5m.parquet", "trades.parquet", "open_interest.parquet", "funding.parquet", "book.parquet",
        "instrument.json",
    }  # fmt: skip


def test_a_tape_can_lack_a_stream_and_is_the_same_twice(tmp_path: Path) -> None:
    market = SimulatedMarket(17, [SOL])
    (one,) = tape(tmp_path / "one", market, 1, without=frozenset({"trades", "book"}))
    (two,) = tape(tmp_path / "two", market, 1)
    assert not (one / "trades.parquet").exists() and not (one / "book.parquet").exists()
    assert (one / "candles_5m.parquet").read_bytes() == (two / "candles_5m.parquet").read_bytes()
    with pytest.raises(ValueError, match="cannot leave out candles"):
        tape(tmp_path, market, 1, without=frozenset({"candles"}))
