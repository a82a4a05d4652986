"""The simulated exchange as a feed: a warm-up of history, then live events as fast or as slow as wanted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence

from bot.clock import Clock, SystemClock, TapeClock
from bot.feeds.simulated_market import START_MS, SimulatedMarket, fast_events, slow_events
from bot.feeds.simulated_path import BAR_MS, DAY_MS, Day
from engine.market.events import Candle, Event, Settle, Trades, merge_key
from engine.market.instrument import Instrument

__all__ = ["START_MS", "SimulatedMarket", "SimulatorFeed"]

_HOUR_MS = 3_600_000
_NAP_S = 0.02  # pauses shorter than this are saved up
_LATE_MS = 2_000  # further behind than this (real time), the pace starts anew rather than hurrying after it


class SimulatorFeed:
    """A `ports.Feed` over a `SimulatedMarket`; `clock` is moved to each event's `known_at` before it is told.

    First `warmup_days` of history as a venue's REST would give it (5m candles with taker volume, open interest,
    funding, no trades), then live events with trades and book, for `hours` of simulated time or without end.
    `speed` None: as fast as the reader takes them. Else simulated time runs `speed` times as fast as `real` time.
    Setups whose bar opens before `live_from` (ms) are history: the reader keeps publishing off until then.
    The first `rush_hours` of the live tape are told unpaced too, so that a person who comes finds something to read.
    `resume_at` (ms) goes on where an earlier run ended: the same market, live from the next 5m bar, its last
    `warmup_days` as history.

    >>> feed = SimulatorFeed(SimulatedMarket(1, ["SOL-USDT-SWAP"]), 1.0, 30, None, TapeClock())
    >>> (feed.live_from - START_MS) // 86_400_000
    30
    """

    def __init__(
        self,
        market: SimulatedMarket,
        hours: float | None,
        warmup_days: int,
        speed: float | None,
        clock: TapeClock,
        real: Clock | None = None,
        resume_at: int | None = None,
        rush_hours: float = 0.0,
    ) -> None:
        if warmup_days < 0 or (speed is not None and speed <= 0) or (hours is not None and hours < 0):
            raise ValueError("warmup_days and hours cannot be negative, speed must be positive")
        self.market = market
        self.live_from = market.start_ms + warmup_days * DAY_MS
        if resume_at is not None:
            self.live_from = max(self.live_from, -(-resume_at // BAR_MS) * BAR_MS)
        self._told_from = self.live_from // DAY_MS * DAY_MS - warmup_days * DAY_MS
        self._paced_from = self.live_from + round(rush_hours * _HOUR_MS)
        self.end: int | None = None if hours is None else self.live_from + round(hours * _HOUR_MS)
        self._speed = speed
        self._clock = clock
        self._real = real or SystemClock()
        self._closed = False
        clock.advance(self._told_from)

    async def instruments(self) -> Sequence[Instrument]:
        return self.market.instruments()

    async def close(self) -> None:
        self._closed = True

    async def events(self) -> AsyncGenerator[Event, None]:
        pace: tuple[int, int] | None = None
        days = {pair: self.market.days(pair) for pair in self.market.pairs}
        start = self.market.start_ms
        while not self._closed and (self.end is None or start < self.end):
            for event in settled(self._day(days, start)):
                at = event.known_at
                if self._closed or (self.end is not None and at > self.end):
                    return
                if self._speed is not None and at > self._paced_from:
                    pace = await self._wait(pace, at, self._speed)
                if isinstance(event, Settle):
                    await asyncio.sleep(0)
                self._clock.advance(at)
                yield event
            start += DAY_MS

    def _day(self, days: dict[str, Iterator[Day]], start: int) -> list[Event]:
        """What is told of the UTC day that begins at `start`: nothing, history, or (in part) the live tape."""
        told: list[Event] = []
        for pair, source in days.items():
            day = next(source)
            if start >= self._told_from:
                told += slow_events(pair, day)
            if start + DAY_MS > self.live_from:
                told += [event for event in fast_events(pair, day) if first_instant(event) > self.live_from]
        return told

    async def _wait(self, pace: tuple[int, int] | None, at: int, speed: float) -> tuple[int, int]:
        """Sleep until `at` is due; `pace` is a pair of moments (simulated, real) that belong together."""
        now = self._real.now_ms()
        if pace is None:
            pace = (self._clock.now_ms(), now)
        ahead = pace[1] + (at - pace[0]) / speed - now
        if ahead / 1000 >= _NAP_S:
            await self._real.sleep(ahead / 1000)
        elif ahead < -_LATE_MS:
            return at, now
        return pace


def first_instant(event: Event) -> int:
    """The earliest moment an event speaks of: for a batch of trades its first trade."""
    return event.ts[0] if isinstance(event, Trades) else event.known_at


def settled(events: list[Event]) -> Iterator[Event]:
    """In processing order, with a Settle after the last candle of each instant.

    >>> [event.kind for event in settled([Candle("A", "5m", 0, 1.0, 1.0, 1.0, 1.0, 1.0)])]
    ['candle', 'settle']
    """
    events.sort(key=merge_key)
    pending: int | None = None
    for event in events:
        if pending is not None and event.known_at > pending:
            yield Settle(pending)
            pending = None
        yield event
        if isinstance(event, Candle):
            pending = event.known_at
    if pending is not None:
        yield Settle(pending)
