"""From the feed into the engine: build it from the store, catch up, then one event after the other."""

from __future__ import annotations

import gc
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.announce import Announcer
from bot.charts.bars import RecentBars
from bot.claim import Claim
from bot.commands.live import Status
from bot.engine_start import EngineStart
from bot.engine_view import status_of
from bot.errors import SettingsError
from bot.market import Market, first_rules
from bot.metrics import Metrics
from bot.pipeline import Desk, Pipeline
from bot.recorder import Recorder
from bot.stages import stage_of
from engine.decision.stream import Rules
from engine.decision.tick import Asked
from engine.market.events import Adviser, Candle, Delisted, Event, FillReported, Pause, Resume, Settle, merge_key
from engine.market.instrument import Instrument
from engine.params import Params, confluence_of
from engine.sharp_signal_engine import SharpSignalEngine
from storage import engine_state, signals
from storage.database import Database

LOG = logging.getLogger(__name__)


class Feeding:
    """Owns engine and pipeline. `sensitivity`, `proven_only` and the zone are settings; `claims` are the senders' and
    `after` gets them back (bot/pipeline.py).

    `caches`: folders where compiled steps may be kept. `askers` hear of setups that want a second opinion.
    """

    def __init__(
        self,
        db: Database,
        market: Market,
        metrics: Metrics,
        announcer: Announcer,
        *,
        sensitivity: str,
        proven_only: bool,
        timezone: str,
        after: Callable[[Mapping[str, Claim]], None],
        recorder: Recorder | None = None,
        claims: Callable[[], Mapping[str, Claim]] = dict,
        caches: Sequence[Path] = (),
    ) -> None:
        self.bars = RecentBars(market.timeframe)
        self.warm = False
        self.askers: list[Callable[[Asked], None]] = []
        self._db = db
        self._market = market
        self._metrics = metrics
        self._announcer = announcer
        self._sensitivity = sensitivity
        self._proven_only = proven_only
        self._desk = Desk(ZoneInfo(timezone), timezone, market.simulated)
        self._after = after
        self._claims = claims
        self._recorder = recorder
        self._caches = caches
        self._started = market.clock.now_ms()
        self._engine: SharpSignalEngine | None = None
        self._pipeline: Pipeline | None = None

    async def run(self) -> None:
        """Until the market ends."""
        market = self._market
        number, state = await self._stored()
        instruments = {i.inst_id: i for i in await market.feed.instruments()}
        engine = self._engine = await self._build_engine(instruments, number, state)
        gone = deque(await market.listing.gone(engine.stream.aside.pairs()))
        pipeline = Pipeline(
            engine,
            self._db,
            self._announcer,
            self._metrics,
            self._desk,
            self._after,
            market.exchange,
            self._recorder,
            self._claims,
        )
        pipeline.listeners.append(self.bars.take)
        pipeline.askers = self.askers
        if engine.stream.advice.document:  # who gave opinions to the run before takes the seat again, or nobody does
            await pipeline.take(Adviser(engine.now, {}))
        minutes = await self._minutes(engine)
        self._pipeline = pipeline
        past = market.past_until()
        async with aclosing(market.feed.events()) as events:
            async for event in events:
                while minutes and merge_key(minutes[0]) <= merge_key(event):
                    await pipeline.take(minutes.popleft())
                while gone and isinstance(event, Settle) and event.ts > engine.resumed_at:
                    await pipeline.take(Delisted(event.ts, gone.popleft()))
                if market.settles_the_past(event):
                    self._publish_from(engine, past)
                await pipeline.take(event)
                if not self.warm and event.known_at >= past:
                    self._warmed(len(instruments))
                    pipeline.now_ms = market.now_ms

    def _warmed(self, pairs: int) -> None:
        """What a warm process holds it keeps: the collector need not walk all of it again and again."""
        self.warm = True
        gc.collect()
        gc.freeze()
        LOG.info("warm: %d pairs", pairs)

    def _publish_from(self, engine: SharpSignalEngine, ms: int) -> None:
        """Setups that close at `ms` may be published, too."""
        engine.stream.rules = replace(engine.stream.rules, publish_from=ms)
        if self._recorder is not None:
            self._recorder.rules({"publish_from": ms})

    async def submit(self, event: Event) -> None:
        """A control event from a person or a job."""
        if self._pipeline is None:
            raise SettingsError("the engine is still starting; try again in a moment")
        await self._pipeline.take(self._on_market_time(event))

    def _on_market_time(self, event: Event) -> Event:
        """What a person asks for holds from now on by the exchange's clock, however wrong this machine's is."""
        ahead = self._market.ahead_ms()
        match event:
            case Pause(ts=ts, until=until):
                return replace(event, ts=ts + ahead, until=None if until is None else until + ahead)
            case Resume(ts=ts) | FillReported(ts=ts):
                return replace(event, ts=ts + ahead)
            case _:
                return event

    @property
    def started(self) -> bool:
        """Whether control events are taken."""
        return self._pipeline is not None

    async def _stored(self) -> tuple[int, dict[str, Any] | None]:
        """The next signal's number and the engine's state (None: a fresh store); the market hears what was followed."""
        async with self._db.read() as conn:
            number = await signals.next_number(conn)
            stored = await engine_state.load(conn)
            followed = await signals.pairs(conn)
        state: dict[str, Any] | None = None if stored is None else json.loads(stored[0])
        if state is not None:
            followed |= {*state.get("walked", ()), *(item["plan"]["pair"] for item in state["stream"]["followed"])}
        self._market.listing.followed = followed
        return number, state

    async def _build_engine(
        self, instruments: Mapping[str, Instrument], number: int, state: Mapping[str, Any] | None
    ) -> SharpSignalEngine:
        params = Params()
        past = self._market.past_until()
        since = first_rules(past, restored=state is not None)
        least = confluence_of(self._sensitivity, params)
        rules = Rules(least, self._proven_only, since["judge_from"], since["publish_from"])
        start = EngineStart(self._market.timeframe, tuple(instruments.values()), asdict(rules), number, state)
        stage = await stage_of(self._caches, params, wait=not self._market.simulated)
        engine = start.engine(params, rules, stage=stage)
        if self._recorder is not None:
            self._recorder.begin(start, lambda: start.now(engine))
        if state is not None:
            LOG.info("going on from a stored state; %d lives are followed", engine.stream.books.count())
        return engine

    async def _minutes(self, engine: SharpSignalEngine) -> deque[Candle]:
        """1m bars of the downtime for pairs with open signals, to be told among the history: they end when it says."""
        candles: list[Candle] = []
        for pair in engine.stream.books.pairs_open():
            since = engine.now // 60_000 * 60_000
            until = self._market.past_until()
            if until > since:
                candles += await self._market.minutes(pair, since, until)
        return deque(sorted(candles, key=merge_key))

    async def status(self) -> Status:
        """What /status, /why and /watch show of the running process."""
        engine = self._engine
        if engine is None:
            return Status(self._started)
        return status_of(engine, self._started, self._market.now_ms(), self._market.stale())

    def engine(self) -> SharpSignalEngine | None:
        """What runs, to look at; None while it is built."""
        return self._engine

    def fresh(self) -> bool:
        """At least one pair's candles are fresh."""
        if self._engine is None or not self.warm:
            return False
        lost = {pair for pair, stream in self._market.stale() if stream == "candle"}
        return any(pair not in lost for pair in self._engine.pairs)
