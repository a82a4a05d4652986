"""Market data of OKX as the engine's events: the past by REST, then the present by WebSocket, nothing lost between.

What a consumer may rely on: bars of a pair come in order, each once, only when closed. Trades of a bar come before
the bar. Where trades of a bar are missing and could not be fetched, `FeedLost(pair, "trades")` comes before that bar.
A bar that arrives after its instant was settled comes late, with a Settle of its own. Iterate `events()` inside
`contextlib.aclosing`.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from array import array
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bot.clock import Clock
from bot.errors import Retryable, SettingsError, SharpSignalError
from bot.feeds import okx_rows
from bot.feeds.assembler import Assembler
from bot.feeds.okx_contracts import ALL, wanted_records
from bot.feeds.okx_history import OkxHistory
from bot.feeds.okx_live import OkxLive
from bot.feeds.okx_repair import OkxRepair
from bot.feeds.okx_watch import OkxTiming, OkxWatch, specs
from bot.feeds.okx_wire import OkxWire
from bot.metrics import Metrics
from engine.market.events import TIMEFRAMES, Candle, Event, Settle, merge_key
from engine.market.instrument import Instrument

log = logging.getLogger(__name__)

AT_ONCE = 4  # pairs whose past is asked for at the same time


@dataclass(frozen=True, slots=True)
class OkxOptions:
    """`pairs` may be `("*",)`. `days` of the past are told first."""

    pairs: tuple[str, ...]
    rest_url: str = "https://www.okx.com"
    ws_url: str = "wss://ws.okx.com:8443"
    timeframe: Literal["1m", "5m"] = "5m"
    days: int = 30


class OkxFeed:
    """The live feed (see bot.ports.Feed)."""

    def __init__(self, options: OkxOptions, clock: Clock, metrics: Metrics, timing: OkxTiming | None = None) -> None:
        self._options = options
        self._clock = clock
        self._metrics = metrics
        self._timing = timing or OkxTiming()
        self._step = TIMEFRAMES[options.timeframe]
        self._assembler = Assembler(options.timeframe, self._late, self._timing.settle_ms, self._timing.grace_ms)
        self._live = OkxLive(options.timeframe, self._assembler, clock, metrics)
        pace = (self._timing.keep_alive_ms, self._timing.request_ms)
        self._wire = OkxWire(options.rest_url, options.ws_url, self._live, clock, metrics, *pace)
        self._history = OkxHistory(self._wire, clock, self._late)
        self._repair = OkxRepair(self._live, self._history, clock, options.timeframe, self._timing.fallback_ms)
        self._watch = OkxWatch(self._wire, self._history, self._live, clock, metrics, self._timing)
        self._woken = asyncio.Event()
        self._live.wake = self._woken.set
        self._closing = False
        self._working: asyncio.Task[None] | None = None
        self._next_open: dict[str, int] = {}
        self._listed: frozenset[str] = frozenset()
        self.warm: set[str] = set()
        self.followed: Collection[str] = ()
        self.missing: Sequence[str] = ()

    @property
    def past_until(self) -> int:
        """The close (ms) of the newest bar that `events` tells as past, known after `instruments`; 0 before."""
        return max(self._next_open.values(), default=0)

    def now_ms(self) -> int:
        """The exchange's time (ms); this machine's before `instruments` asked for it."""
        return self._live.now_ms()

    @property
    def first_pair_warm(self) -> bool:
        """Whether the past of at least one pair has been told."""
        return bool(self.warm)

    def last_seen(self, pair: str, stream: str) -> int | None:
        """When (ms of our clock) the last good row of a stream came: candle, trades, book, open_interest, funding."""
        return self._live.seen.get((pair, stream))

    def trades_whole(self, pair: str) -> bool:
        """Whether no trade of the pair is known to be missing just now."""
        lane = self._assembler.lanes.get(pair)
        return lane is not None and lane.trades_whole and self._live.lines[pair].whole

    def lost(self) -> list[tuple[str, str]]:
        """(pair, stream) of everything that is stale now."""
        lanes = self._assembler.lanes.values()
        return sorted((lane.pair, stream) for lane in lanes if not lane.gone for stream in lane.lost)

    async def instruments(self) -> Sequence[Instrument]:
        """The contracts of the wanted pairs. Waits until OKX answers; SettingsError for a pair it does not know.

        A pair that was `followed` before and is not traded any more is `missing`, and the others go on.
        """
        records = await self._history.ask("instruments", {"instType": "SWAP"}, attempts=None)
        wanted = wanted_records(records, self._options.pairs, "SHARPSIGNAL_PAIRS=", self.followed)
        found = [self._instrument(record) for record in wanted]
        self._listed = frozenset(str(record.get("instId")) for record in records if isinstance(record, dict))
        names = {instrument.inst_id for instrument in found}
        self.missing = [] if self._options.pairs == ALL else [p for p in self._options.pairs if p not in names]
        for pair in self.missing:
            log.warning("%s is not traded any more, the others go on; take it out of SHARPSIGNAL_PAIRS", pair)
        self._live.start({instrument.inst_id: instrument for instrument in found})
        await self._find_present()
        return found

    async def gone(self, pairs: Collection[str]) -> Sequence[str]:
        """Those that OKX does not list any more, as two answers say; known after `instruments`."""
        found = []
        for pair in pairs:
            try:
                if pair not in self._listed and await self._watch.gone(pair):
                    found.append(pair)
            except Retryable as error:
                log.warning("whether %s is still listed is not known: %s", pair, error)
        return found

    def _instrument(self, record: Mapping[str, object]) -> Instrument:
        try:
            return Instrument.from_okx(record)
        except ValueError as error:
            raise SettingsError(f"SHARPSIGNAL_PAIRS={record.get('instId')}: {error}") from error

    async def minutes(self, pair: str, start_ms: int, end_ms: int) -> list[Candle]:
        """Closed 1m bars with start <= ts < end, to walk open signals through a downtime; asked for until answered."""
        return await self._history.candles(pair, "1m", start_ms, end_ms, self._live.now_ms(), attempts=None)

    async def events(self) -> AsyncGenerator[Event, None]:
        """The past in merge order, then the present until the feed is closed."""
        for pair, next_open in self._next_open.items():
            self._assembler.open(pair, next_open)
        failures: list[BaseException] = []
        async with asyncio.TaskGroup() as group:
            work = self._working = group.create_task(self._work(failures))
            try:
                for event in await self._past():
                    yield event
                self.warm = set(self._live.instruments)
                while not self._closing and not failures:
                    for event in self._assembler.due(self._clock.now_ms()):
                        yield event
                    await self._pause()
            except GeneratorExit:
                log.debug("nobody reads the feed any more")
            except SharpSignalError as error:
                failures.append(error)
            work.cancel()
        if failures:
            raise failures[0]

    async def close(self) -> None:
        """Stop the tasks and close every connection."""
        self._closing = True
        self._woken.set()
        if self._working is not None:
            self._working.cancel()
        await self._wire.close()

    async def _pause(self) -> None:
        """Until something came, or the time to look at the clock; what comes while no bar waits is gathered."""
        self._woken.clear()
        try:
            async with asyncio.timeout(self._timing.flush_seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        if not self._closing and not self._assembler.waits():
            await self._clock.sleep(self._timing.flush_seconds / 2)

    async def _work(self, failures: list[BaseException]) -> None:
        pairs = list(self._live.instruments)
        streams = specs(pairs, self._options.timeframe)
        try:
            async with asyncio.TaskGroup() as group:
                for order, spec in enumerate(streams):
                    group.create_task(self._watch.keep(spec, order))
                group.create_task(self._watch.staleness(streams, self._options.timeframe))
                group.create_task(self._watch.contracts())
                group.create_task(self._repair.bars())
                group.create_task(self._repair.trades())
                group.create_task(self._repair.funding())
        except BaseExceptionGroup as group_error:
            failures.append(group_error)
            self._woken.set()

    async def _find_present(self) -> None:
        """How far the exchange's clock is from ours, and the bar that each pair is in."""
        before = self._clock.now_ms()
        rows = await self._history.ask("time", {}, attempts=None)
        self._live.skew_ms = okx_rows.exchange_time(rows) - (before + self._clock.now_ms()) // 2
        if abs(self._live.skew_ms) > 2000:
            log.warning("this machine's clock is %.1f s off the exchange's", -self._live.skew_ms / 1000)
        forming = self._live.now_ms() // self._step * self._step
        for pair in self._live.instruments:
            newest = await self._history.last_closed(pair, self._options.timeframe, self._live.now_ms())
            self._next_open[pair] = forming if newest is None else newest + self._step

    async def _past(self) -> Iterator[Event]:
        gate = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._past_of(pair, gate)) for pair in self._live.instruments]
        except ExceptionGroup as group_error:
            raise group_error.exceptions[0] from group_error
        return settled(heapq.merge(*(task.result() for task in tasks), key=merge_key))

    async def _past_of(self, pair: str, gate: asyncio.Semaphore) -> Iterator[Event]:
        end, now, base = self._next_open[pair], self._live.now_ms(), self._options.timeframe
        start = end - self._options.days * TIMEFRAMES["1d"]
        async with gate:
            bars = await self._history.candles(pair, base, start, end, now, attempts=None)
            rates = await self._history.funding(pair, start, now, attempts=None)
            interest = await self._history.open_interest(pair, start, end, now)
        self._repair.last_funding[pair] = rates[-1].ts if rates else start
        log.info("%s: %d bars, %d settlements, %d open-interest rows", pair, len(bars), len(rates), len(interest))
        return heapq.merge(packed(pair, base, bars), rates, interest, key=merge_key)

    def _late(self, pair: str, stream: str, reason: str) -> None:
        self._metrics.refused(pair, stream, reason)


def packed(pair: str, timeframe: str, bars: Sequence[Candle]) -> Iterator[Event]:
    """The same bars, kept in a tenth of the memory until they are told.

    >>> bar = Candle("A", "5m", 0, 1.0, 2.0, 0.5, 1.5, 3.0)
    >>> list(packed("A", "5m", [bar])) == [bar]
    True
    """
    opens = array("q", [bar.ts for bar in bars])
    values = array("d", [v for bar in bars for v in (bar.open, bar.high, bar.low, bar.close, bar.volume)])
    return (Candle(pair, timeframe, ts, *values[5 * row : 5 * row + 5]) for row, ts in enumerate(opens))


def settled(events: Iterable[Event]) -> Iterator[Event]:
    """Put a Settle after the last event of each instant that has a bar.

    >>> [event.kind for event in settled([Candle("A", "5m", 0, 1.0, 1.0, 1.0, 1.0, 1.0)])]
    ['candle', 'settle']
    """
    for known_at, group in groupby(events, key=lambda event: event.known_at):
        barred = False
        for event in group:
            barred = barred or isinstance(event, Candle)
            yield event
        if barred:
            yield Settle(known_at)
