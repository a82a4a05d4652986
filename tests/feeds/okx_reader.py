"""A live feed of OKX on a loopback server, read in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from bot.clock import SystemClock
from bot.feeds.okx import OkxFeed, OkxOptions
from bot.feeds.okx_watch import OkxTiming
from bot.metrics import Metrics
from engine.market.events import Candle, Event, Trades
from tests.servers.okx import OkxServer, instrument

STEP = 300_000
BTC, ETH = "BTC-USDT-SWAP", "ETH-USDT-SWAP"
FAST = OkxTiming(
    settle_ms=300,
    grace_ms=30,
    fallback_ms=100,
    request_ms=2,
    first_pause_seconds=0.02,
    stagger_seconds=0.0,
    watch_seconds=0.05,
    flush_seconds=0.01,
)


class Reader:
    """Collects what a feed tells."""

    def __init__(self, feed: OkxFeed, server: OkxServer, metrics: Metrics) -> None:
        self.feed = feed
        self.server = server
        self.metrics = metrics
        self.events: list[Event] = []

    async def read(self) -> None:
        await self.feed.instruments()
        async with aclosing(self.feed.events()) as events:
            async for event in events:
                self.events.append(event)

    async def until(self, done: Callable[[], object], seconds: float = 8.0) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"never came; the last events: {self.events[-8:]}") from None

    async def live(self, *pairs: str) -> None:
        """Wait until the past is told and the trades of each pair are whole."""
        await self.until(lambda: self.feed.first_pair_warm)
        for pair in pairs:
            for channel in ("candle5m", "trades", "bbo-tbt", "open-interest", "funding-rate"):
                await self.server.subscribed(channel, pair)
            await self.until(partial(self.feed.trades_whole, pair))

    def candles(self, pair: str) -> list[int]:
        return [event.ts for event in self.events if isinstance(event, Candle) and event.pair == pair]

    def trades(self, pair: str) -> list[Trades]:
        return [event for event in self.events if isinstance(event, Trades) and event.pair == pair]

    def kinds(self, since: int = 0) -> list[str]:
        return [event.kind for event in self.events[since:]]

    def refused(self, stream: str, reason: str, pair: str = BTC) -> float:
        labels = {"exchange": "okx", "pair": pair, "reason": reason, "stream": stream}
        return self.metrics.registry.get_sample_value("sharpsignal_refused_frames_total", labels) or 0.0


def past(server: OkxServer, pair: str, newest: int, bars: int) -> None:
    """`bars` flat closed bars that end with the one opened at `newest`."""
    for index in range(bars):
        server.set_candle(pair, newest - index * STEP, (100.0, 101.0, 99.0, 100.5))


@asynccontextmanager
async def reading(
    server: OkxServer, *pairs: str, days: int = 1, timing: OkxTiming = FAST, **changes: Any
) -> AsyncIterator[Reader]:
    """Read a feed of `pairs` until the block ends; `changes` go into the timing."""
    metrics = Metrics()
    options = OkxOptions(pairs or (BTC,), server.rest_url, server.ws_url, days=days)
    feed = OkxFeed(options, SystemClock(), metrics, replace(timing, **changes))
    reader = Reader(feed, server, metrics)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(reader.read())
        try:
            yield reader
        finally:
            task.cancel()
            await feed.close()


def exchange(*pairs: str, port: int = 0) -> OkxServer:
    """A server that lists `pairs` (BTC and ETH by default), its clock at ours."""
    return OkxServer(SystemClock().now_ms(), [instrument(pair) for pair in pairs or (BTC, ETH)], port)


def last_open() -> int:
    """Open of the newest closed 5m bar by our clock."""
    return SystemClock().now_ms() // STEP * STEP - STEP
