"""Keeps OKX's streams alive, and says which of them are not."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.errors import Fatal, Retryable
from bot.feeds.okx_history import OkxHistory
from bot.feeds.okx_live import CHANNELS, OkxLive
from bot.feeds.okx_wire import OkxWire
from bot.metrics import Metrics
from engine.market.events import TIMEFRAMES, Delisted
from engine.market.instrument import Instrument

log = logging.getLogger(__name__)

UNKNOWN = "51001"  # OKX: this instrument does not exist


@dataclass(frozen=True, slots=True)
class OkxTiming:
    """How long to wait for what. Seconds where a name says so, else ms."""

    settle_ms: int = 1500
    grace_ms: int = 250
    fallback_ms: int = 3000
    bar_lost_ms: int = 90_000
    lost_ms: Mapping[str, int] = field(
        default_factory=lambda: {"trades": 120_000, "book": 60_000, "open_interest": 600_000}
    )
    quiet_ms: Mapping[str, int] = field(
        default_factory=lambda: {
            "candle": 60_000,
            "trades": 60_000,
            "book": 60_000,
            "open_interest": 180_000,
            "funding": 300_000,
        }
    )
    again_ms: int = 60_000
    keep_alive_ms: int = 15_000
    request_ms: int = 110
    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 30.0
    stagger_seconds: float = 0.35
    watch_seconds: float = 1.0
    reload_seconds: float = 3600.0
    flush_seconds: float = 0.1


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One kind of data of some pairs, on one socket."""

    name: str
    kind: str
    path: str
    channel: str
    pairs: tuple[str, ...]


def specs(pairs: Sequence[str], timeframe: str, shard: int = 100) -> list[StreamSpec]:
    """A stream for each kind and shard.

    >>> [spec.name for spec in specs(["A-USDT-SWAP"], "5m")]
    ['candle5m-0', 'trades-0', 'bbo-tbt-0', 'open-interest-0', 'funding-rate-0']
    """
    kinds = [("candle", "business", f"candle{timeframe}")]
    kinds += [(kind, "public", channel) for channel, kind in CHANNELS.items()]
    return [
        StreamSpec(f"{channel}-{number}", kind, path, channel, tuple(pairs[start : start + shard]))
        for number, start in enumerate(range(0, len(pairs), shard))
        for kind, path, channel in kinds
    ]


class OkxWatch:
    """Endless loops: one a stream, one for staleness, one for contracts."""

    def __init__(
        self, wire: OkxWire, history: OkxHistory, live: OkxLive, clock: Clock, metrics: Metrics, timing: OkxTiming
    ) -> None:
        self._wire = wire
        self._history = history
        self._live = live
        self._clock = clock
        self._metrics = metrics
        self._timing = timing
        self._since: dict[str, int] = {}
        self._asked: dict[str, int] = {}

    async def keep(self, spec: StreamSpec, order: int) -> None:
        """Subscribe, and subscribe again whenever the stream breaks, with growing pauses."""
        await self._clock.sleep(order * self._timing.stagger_seconds)
        pause = self._timing.first_pause_seconds
        while True:
            started = self._clock.now_ms()
            self._since[spec.name] = started
            alive = set(self._live.assembler.pairs())
            pairs = [pair for pair in spec.pairs if pair in alive]
            if not pairs:
                return
            try:
                await self._wire.stream(spec.name, spec.path, [{"channel": spec.channel, "instId": p} for p in pairs])
            except Retryable as error:
                log.warning("OKX stream broke: %s", error)
            self._metrics.feed_restarts.labels(exchange="okx", stream=spec.kind).inc()
            self._live.on_broken(spec.channel, spec.pairs)
            lived = self._clock.now_ms() - started > 30_000
            pause = self._timing.first_pause_seconds if lived else min(pause * 2, self._timing.longest_pause_seconds)
            await self._clock.sleep(pause)

    async def staleness(self, streams: Sequence[StreamSpec], timeframe: str) -> None:
        """Say what is stale, and restart a stream that says nothing at all or never stood."""
        limits = {"candle": TIMEFRAMES[timeframe] + self._timing.bar_lost_ms, **self._timing.lost_ms}
        while True:
            await self._clock.sleep(self._timing.watch_seconds)
            now = self._clock.now_ms()
            for pair in self._live.assembler.pairs():
                for stream, limit in limits.items():
                    self._check(pair, stream, now - self._live.seen.setdefault((pair, stream), now), limit)
            for spec in streams:
                self._check_stream(spec, now)
                await self._ask_again(spec, now)

    def _check(self, pair: str, stream: str, age_ms: int, limit_ms: int) -> None:
        self._metrics.feed_age.labels(exchange="okx", pair=pair, stream=stream).set(age_ms / 1000)
        if age_ms > limit_ms and stream not in self._live.assembler.lanes[pair].lost:
            log.warning("%s of %s is stale: nothing for %.0f s", stream, pair, age_ms / 1000)
            self._metrics.feed_lost.labels(exchange="okx", pair=pair, stream=stream).inc()
            self._live.lose(pair, stream)
            self._live.wake()

    def _check_stream(self, spec: StreamSpec, now: int) -> None:
        since = self._since.get(spec.name, now)
        quiet = now - max(since, self._live.heard.get(spec.name, 0)) > self._timing.quiet_ms[spec.kind]
        if quiet:
            self._since[spec.name] = now
            self._wire.drop(spec.name, spec.path, "nothing came for too long")

    async def _ask_again(self, spec: StreamSpec, now: int) -> None:
        """Subscribe once more what was never acknowledged or went stale; the others on the socket do not notice."""
        if now - self._asked.get(spec.name, self._since.get(spec.name, now)) < self._timing.again_ms:
            return
        self._asked[spec.name] = now
        lanes = self._live.assembler.lanes
        alive = [pair for pair in spec.pairs if not lanes[pair].gone]
        wanted = [p for p in alive if (spec.channel, p) not in self._live.acked or spec.kind in lanes[p].lost]
        if wanted:
            await self._wire.again(spec.name, spec.path, [{"channel": spec.channel, "instId": p} for p in wanted])

    async def contracts(self) -> None:
        """Look each hour whether every pair is still listed, and as the contract we know.

        A pair that is suspended or not listed in one answer only is no delisting: its candles are stale meanwhile.
        """
        while True:
            await self._clock.sleep(self._timing.reload_seconds)
            try:
                records = await self._history.ask("instruments", {"instType": "SWAP"}, attempts=3)
                listed = {str(record.get("instId")): record for record in records if isinstance(record, dict)}
                for pair in self._live.assembler.pairs() if listed else ():
                    if pair in listed:
                        self._compare(pair, listed[pair])
                    elif await self.gone(pair):
                        self._delist(pair)
            except (Retryable, Fatal) as error:
                log.warning("instruments could not be fetched: %s", error)

    async def gone(self, pair: str) -> bool:
        """Whether OKX, asked for this pair alone, does not know it. Raises Retryable where it does not answer."""
        try:
            records = await self._history.ask("instruments", {"instType": "SWAP", "instId": pair}, attempts=3)
        except Fatal as error:
            return UNKNOWN in str(error)
        return not any(isinstance(record, dict) and record.get("instId") == pair for record in records)

    def _compare(self, pair: str, record: Mapping[str, object]) -> None:
        """Sizes are converted with the contract value in force; what came before we knew it is not relied on."""
        before = self._live.instruments[pair]
        try:
            now = Instrument.from_okx(record)
        except ValueError as error:
            log.warning("the new record of a contract cannot be read: %s", error)
            return
        if now == before:
            return
        self._live.instruments[pair] = now
        log.warning(
            "%s: the contract changed from %s to %s; levels keep the old tick until a restart", pair, before, now
        )
        if now.ct_val != before.ct_val:
            for stream in ("trades", "book"):
                self._live.lose(pair, stream)
            self._live.wake()

    def _delist(self, pair: str) -> None:
        log.warning("%s is not traded any more", pair)
        self._live.tell(Delisted(self._live.tape_ms(), pair))
        self._live.assembler.lanes[pair].gone = True
        self._live.wake()
