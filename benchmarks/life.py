"""Months of one pair as one living process meets them, and the way of each of its signals to a chat.

The pair is one of the simulated exchange; where it will give a signal an engine beside has found out. Quiet stretches
are told at once, frame by frame; before a bar that gives a signal everything comes to rest, and its frame is timed.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import struct
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, islice
from pathlib import Path

from aiohttp import web

from benchmarks import living, stations
from benchmarks.bars import CACHE
from bot.clock import SystemClock
from bot.compilation import compiled_folder
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from engine.decision.stream import Rules
from engine.decision.tick import Fact, Published
from engine.market.events import TIMEFRAMES, Candle, Event, Funding, OpenInterest, Settle, Trades, merge_key
from engine.market.instrument import Instrument
from engine.packed import packed_stage
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from tests.servers.okx import OkxServer
from tests.servers.telegram_api import TelegramApi
from tests.whole.process import Program
from tests.whole.stage import HOME, given, set_bar, set_slow
from tests.whole.tape import PAIR, STEP, record

PAST, LIVE = 30, 100  # days
SEED = 1
REST_S = 0.4
SOON_MS = 200  # after the close of a bar comes the next one's first trade,
LATER_MS = 300  # and after that the bar's own frame
LAUNCH = (sys.executable, "-m", "benchmarks.living")


@dataclass(frozen=True)
class Months:
    """`bars` follow each other; the first `past` of them, `slow` and no trades are known at the start.

    `signals`: the bars (their places) at whose close a signal is published.
    """

    past: int
    bars: Sequence[Candle]
    slow: Sequence[Event]
    signals: Sequence[int]

    def soon(self, place: int) -> tuple[int, float]:
        """When the first trade after a bar happens (ms), and its price."""
        return self.bars[place].known_at + SOON_MS, self.bars[place + 1].open


def months() -> Months:
    """Tape and signals, the past ending at the last midnight."""
    start = SystemClock().now_ms() - PAST * TIMEFRAMES["1d"]
    days = islice(SimulatedMarket(SEED, [PAIR], start_ms=start).days(PAIR), PAST + LIVE)
    events = [event for day in days for event in slow_events(PAIR, day)]
    bars = sorted((replace(one, taker_buy=None) for one in events if isinstance(one, Candle)), key=merge_key)
    past = PAST * TIMEFRAMES["1d"] // STEP
    begin, end = bars[past].ts - 2 * TIMEFRAMES["1d"], bars[past].ts
    interest = [one for one in events if isinstance(one, OpenInterest) and begin < one.ts <= end]
    rates = [replace(one, rate=round(one.rate, 10)) for one in events if isinstance(one, Funding) and one.ts <= end]
    plain = Months(past, bars, [*interest, *rates], ())
    return replace(plain, signals=list(_signals(plain)))


def _signals(told: Months) -> Iterator[int]:
    instrument, params = Instrument.from_okx(record()), Params()
    until = told.bars[told.past].ts
    rules = Rules(params.confluence_balanced, judge_from=until - TIMEFRAMES["1h"] + 1, publish_from=until + 1)
    stage = packed_stage(params, compiled_folder(CACHE))
    engine = SharpSignalEngine({PAIR: instrument}, {PAIR: "5m"}, params, rules, stage=stage)
    places = {bar.known_at: place for place, bar in enumerate(told.bars)}
    trades = [Trades(PAIR, [at], [price], [instrument.ct_val], [-1]) for at, price in _soon(told)]
    events = sorted([*told.bars, *told.slow, *trades], key=merge_key)
    for _, group in groupby(events, key=lambda event: event.known_at):
        facts: list[Fact] = []
        for event in group:
            facts += engine.process(event).facts
            if isinstance(event, Candle):
                facts += engine.process(Settle(event.known_at)).facts
        yield from (places[fact.signal.plan.ts] for fact in facts if isinstance(fact, Published))


def _soon(told: Months) -> Iterator[tuple[int, float]]:
    return (told.soon(place) for place in range(told.past, len(told.bars) - 1))


class Stamped(TelegramApi):
    """Telegram that notes when a post was there whole."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[float] = []

    def beyond(self, posts: int) -> bool:
        """Whether more than so many came."""
        return len(self.came) > posts

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        if request.match_info["method"] == "sendMessage":
            self.came.append(stations.now())
        return await super()._handle(request)


@dataclass
class Life:
    """The program between its exchange and its Telegram; `told` bars have been told."""

    months: Months
    okx: OkxServer
    telegram: Stamped
    program: Program
    told: int = field(init=False)

    def __post_init__(self) -> None:
        self.told = self.months.past
        self._clock = living.mapped(self.program.home)
        self.okx.now_ms = living.SetClock(self._clock).now_ms
        self.set_to(self.months.bars[self.told].ts + 1_000)

    def set_to(self, ms: int) -> None:
        """It is `ms` now, for everybody."""
        struct.pack_into("<q", self._clock, 0, ms - SystemClock().now_ms())

    async def begin(self) -> None:
        """Start the program and wait until it listens."""
        await self.program.start()
        await self.program.ready(300.0)
        for channel in ("candle5m", "trades"):
            await self.okx.subscribed(channel, PAIR, 15.0)

    async def tell(self, until: int) -> None:
        """The bars before `until`, at once, and what follows of them."""
        if until > self.told:
            self.set_to(self.months.bars[until - 1].known_at + LATER_MS)
            while self.told < until:
                await self._trade()
                await self.okx.push_text("candle5m", PAIR, self._frame())
                self.told += 1
            await self._settled()

    async def signal(self, home: Path) -> list[float] | None:
        """When the signal of the next bar passed each station; None where none came."""
        self.set_to(self.months.bars[self.told].known_at + LATER_MS)
        await self._trade()
        await asyncio.sleep(REST_S)
        posts, frame = len(self.telegram.came), self._frame()
        start = stations.now()
        await self.okx.push_text("candle5m", PAIR, frame)
        self.told += 1
        try:
            await self.telegram.until(partial(self.telegram.beyond, posts), 3.0)
        except TimeoutError:
            return None
        end = self.telegram.came[posts]
        await self._settled()
        return [start, *await stations.passed(home, start, end), end]

    async def _trade(self) -> None:
        at, price = self.months.soon(self.told)
        row = self.okx.add_trade(PAIR, self.told, at, price, 1.0, "sell")
        await self.okx.push_trades(PAIR, [row])

    def _frame(self) -> str:
        bar = self.months.bars[self.told]
        row = self.okx.set_candle(PAIR, bar.ts, (bar.open, bar.high, bar.low, bar.close), bar.volume)
        return _pushed([row])

    async def _settled(self) -> None:
        """Everything told was taken, and nothing is left to be said."""
        wanted = float(self.told)
        async with asyncio.timeout(120.0):
            while True:
                text = (await self.program.get("/metrics")).text
                found = re.search(r'events_total\{[^}]*kind="candle"[^}]*\} ([\d.e+]+)', text)
                if found and float(found[1]) >= wanted and not self._pending():
                    return
                await asyncio.sleep(0.1)

    def _pending(self) -> int:
        path = self.program.home / "data" / "sharpsignal.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM outbox WHERE status = 'pending'").fetchone()[0])


async def pandas_ways(folder: Path, told: Months, root: str) -> AsyncGenerator[float, None]:
    """Seconds from a frame sent to its message, of each bar after the past, of the bot in pandas_bot.py."""
    past = told.bars[told.past - 500 : told.past]
    folder.mkdir()
    rows = [[bar.ts, bar.open, bar.high, bar.low, bar.close, bar.volume] for bar in past]
    (folder / "past.json").write_text(json.dumps(rows), encoding="utf-8")
    async with OkxServer(0, [record()]) as okx, Stamped() as telegram:
        urls = {"OKX_REST_URL": okx.rest_url, "OKX_WS_URL": okx.ws_url, "PYTHONPATH": root}
        words = (sys.executable, "-m", "benchmarks.pandas_bot", telegram.url, "past.json")
        bot = await asyncio.create_subprocess_exec(*words, cwd=folder, env={**os.environ, **urls})
        try:
            await okx.subscribed("candle5m", PAIR, 120.0)
            for bar in told.bars[told.past :]:
                await asyncio.sleep(REST_S)
                row = okx.set_candle(PAIR, bar.ts, (bar.open, bar.high, bar.low, bar.close), bar.volume)
                posts, start = len(telegram.came), stations.now()
                await okx.push_text("candle5m", PAIR, _pushed([row]))
                await telegram.until(partial(telegram.beyond, posts), 10.0)
                yield telegram.came[posts] - start
        finally:
            bot.kill()
            await bot.wait()


def _pushed(rows: list[list[str]]) -> str:
    return json.dumps({"arg": {"channel": "candle5m", "instId": PAIR}, "data": rows})


async def ways(home: Path, told: Months, root: str) -> AsyncGenerator[list[float], None]:
    """When each signal of the months passed each station, in their order."""
    home.mkdir()
    async with OkxServer(0, [record()]) as okx, Stamped() as telegram:
        settings = given(okx, telegram, [HOME]) | {"PYTHONPATH": root}
        for bar in told.bars[: told.past]:
            set_bar(okx, bar)
        set_slow(okx, told.slow)
        async with Program(home, settings, LAUNCH) as program:
            life = Life(told, okx, telegram, program)
            await life.begin()
            for place in told.signals:
                await life.tell(place)
                way = await life.signal(home)
                if way is not None:
                    yield way
