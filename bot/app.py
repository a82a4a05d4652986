"""The one composition root: builds everything, runs it in one task group, ends it in order."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import signal as signals_of_the_system
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from bot.announce import Announcer
from bot.api.app import create_app
from bot.api.labels import labels_router
from bot.api.server import serve
from bot.channels.web.channel import ADDRESS, WebChannel
from bot.channels.web.guard import LOCAL_PERSON
from bot.channels.web.router import WebConfig, web_router
from bot.charts.bars import RecentBars
from bot.charts.chart_of import SignalCharts
from bot.clock import SystemClock
from bot.commands.conversation import Conversation, ConversationConfig, FeedState, Halt, Status
from bot.errors import SettingsError
from bot.jobs.nightly import Nightly
from bot.jobs.trainer import train_apart
from bot.lines import Line, Office, telegram_line, web_line, whatsapp_line
from bot.market import Market
from bot.messages.menu import command_menu
from bot.messages.outgoing import Outgoing
from bot.metrics import Metrics
from bot.pipeline import Desk, Pipeline
from bot.settings import Settings
from engine.decision.stream import Rules
from engine.learning.train import TrainReport
from engine.market.events import Candle, Event
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from storage import chats, engine_state, leases, outbox, policies, signals
from storage.database import Database
from storage.store_lock import StoreLock, StoreTaken

LOG = logging.getLogger(__name__)
HEARTBEAT = "heartbeat"
POLLER = "live"
FRESH_MS = 60_000
HOUR_MS = 3_600_000


@dataclass(slots=True)
class Health:
    """What /readyz asks: every name in `waiting` is still missing."""

    lines: list[Line] = field(default_factory=list)
    warm: bool = False
    feed_fresh: bool = False
    store_writable: bool = False

    async def missing(self) -> Sequence[str]:
        found = [f"channel {line.name}" for line in self.lines if not line.connected()]
        if not self.warm:
            found.append("warm-up")
        if not self.feed_fresh:
            found.append("fresh market data")
        if not self.store_writable:
            found.append("writable database")
        return found


async def run_live(settings: Settings, say: Callable[[str], None]) -> int:
    """`sharpsignal run`: OKX's public data, the configured chats."""
    from bot.feeds.okx import OkxFeed, OkxOptions

    clock = SystemClock()
    metrics = Metrics()
    options = OkxOptions(settings.pairs, settings.okx_rest_url, settings.okx_ws_url)
    feed = OkxFeed(options, clock, metrics)
    market = Market(
        feed=feed,
        clock=clock,
        exchange="okx",
        simulated=False,
        timeframe=options.timeframe,
        past_until=lambda: feed.past_until,
        minutes=feed.minutes,
        stale=feed.lost,
        last_seen=lambda pair: feed.last_seen(pair, "candle"),
    )
    return await App(settings, market, metrics, settings.database_url, settings.data_dir, say).run()


class App:
    """One running product. `run` returns when the market ended or a signal came."""

    def __init__(
        self,
        settings: Settings,
        market: Market,
        metrics: Metrics,
        database_url: str,
        data_dir: Path,
        say: Callable[[str], None],
        serve_http: bool = True,
    ) -> None:
        self._settings = settings
        self._market = market
        self._metrics = metrics
        self._url = database_url
        self._data_dir = data_dir
        self._say = say
        self._serve_http = serve_http
        self._holder = secrets.token_hex(8)
        self._health = Health()
        self._stop = asyncio.Event()
        self._started = market.clock.now_ms()
        self._pipeline: Pipeline | None = None
        self._engine: SharpSignalEngine | None = None
        self.lines: list[Line] = []

    async def run(self) -> int:
        """Everything, until the end. Raises SettingsError for what a person must mend."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with StoreLock(Path(self._url.partition(":///")[2])):
                return await self._run_locked()
        except StoreTaken as error:
            words = f"sharpsignal is already running on this store (process {error.pid}); stop it first"
            raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error

    async def _run_locked(self) -> int:
        db = await Database.open(self._url)
        try:
            async with asyncio.TaskGroup() as group:
                self._listen_for_signals()
                work = group.create_task(self._work(db))
                stopped = group.create_task(self._stop.wait())
                await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                work.cancel()
        except* SettingsError as errors:
            raise _first(errors) from None
        finally:
            for line in self.lines:
                await line.close()
            await self._market.feed.close()
            await db.close()
        return 0

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signals_of_the_system.SIGINT, signals_of_the_system.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)

    async def _work(self, db: Database) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch(db))
            talk = Conversation(db, self._market.clock, self._submit, self._status, self._talk_config())
            office = Office(
                db,
                self._market.clock,
                Outgoing(db, self._settings.locale, self._settings.timezone),
                talk,
            )
            web = WebChannel(db, self._market.clock)
            bars = RecentBars(self._market.timeframe)
            routers = await self._open_lines(db, office, web, bars)
            app = create_app(self._health, self._metrics, routers, self._settings.api_key)
            if self._serve_http:
                group.create_task(serve(app, self._settings.host, self._settings.port, self._listening))
            for line in self.lines:
                for job in line.jobs:
                    group.create_task(job())
            feeding = group.create_task(self._feed(db, bars))
            group.create_task(self._learn(db))
            await feeding
            await self.drained(db)
            self._stop.set()

    async def drained(self, db: Database) -> None:
        """The market ended: what people should still hear is sent first."""
        for _ in range(200):
            async with db.read() as conn:
                if not (await outbox.stats(conn))["pending"]:
                    return
            await asyncio.sleep(0.05)

    def _listening(self, port: int) -> None:
        LOG.info("listening on http://%s:%d", self._settings.host, port)

    # --- people

    def _talk_config(self) -> ConversationConfig:
        s = self._settings
        owners = {("telegram", str(user)) for user in s.telegram_owner_ids}
        if self._market.simulated:
            owners.add(("web", LOCAL_PERSON))
        places = {("telegram", str(chat)) for chat, _ in s.telegram_chat_ids}
        places |= {("whatsapp", number) for number in s.whatsapp_recipients}
        places.add(("web", ADDRESS))
        return ConversationConfig(s.locale, s.timezone, frozenset(owners), frozenset(places), self._market.simulated)

    async def _open_lines(self, db: Database, office: Office, web: WebChannel, bars: RecentBars) -> list[Any]:
        s = self._settings
        charts = SignalCharts(db, self._market.clock, bars.bars)
        web_config = WebConfig(s.locale, ZoneInfo(s.timezone), self._market.simulated)
        self.lines = [web_line(office, web)]
        routers = [
            labels_router(db),
            web_router(
                db,
                self._market.clock,
                web_config,
                web,
                chart=charts.svg,
                nudge=self.lines[0].worker.nudge,
            ),
        ]
        places: list[tuple[str, str]] = [("web", ADDRESS)]
        if not self._market.simulated:
            places += self._open_telegram(db, office)
            places += self._open_whatsapp(db, office, routers)
        self._health.lines = self.lines
        async with db.write() as conn:
            for channel, address in places:
                if await chats.chat(conn, channel, address) is None:
                    await chats.upsert_chat(conn, channel, address, active=True, at=self._market.clock.now_ms())
        return routers

    def _open_telegram(self, db: Database, office: Office) -> list[tuple[str, str]]:
        s = self._settings
        if s.telegram_bot_token is None:
            return []

        async def named(username: str) -> None:
            office.talk.name_bot(username)
            await self._offer_claim(db, username)
            await channel.set_commands(command_menu(), s.locale)

        token = s.telegram_bot_token.get_secret_value()
        line, channel = telegram_line(office, token, s.telegram_api_base_url, POLLER, named)
        self.lines.append(line)
        return [("telegram", str(chat) if topic is None else f"{chat}:{topic}") for chat, topic in s.telegram_chat_ids]

    async def _offer_claim(self, db: Database, username: str) -> None:
        """Without a configured owner: a one-time link that makes whoever opens it first the owner."""
        if self._settings.telegram_owner_ids:
            return
        async with db.write() as conn:
            if await chats.owners(conn, "telegram"):
                return
            nonce = await chats.open_claim(conn)
            if nonce is None:
                nonce = secrets.token_urlsafe(16)
                await chats.create_claim(conn, nonce, self._market.clock.now_ms())
        self._say(f"Nobody owns this bot yet. Open https://t.me/{username}?start=claim_{nonce} to claim it.")

    def _open_whatsapp(self, db: Database, office: Office, routers: list[Any]) -> list[tuple[str, str]]:
        s = self._settings
        if s.twilio_account_sid is None or s.twilio_auth_token is None or s.twilio_whatsapp_from is None:
            return []
        from bot.channels.whatsapp.webhook import twilio_router

        token = s.twilio_auth_token.get_secret_value()
        callback = None if s.public_url is None else f"{s.public_url.rstrip('/')}/webhooks/twilio/status"
        line = whatsapp_line(
            office, s.twilio_account_sid, token, s.twilio_whatsapp_from, s.twilio_api_base_url, callback
        )
        self.lines.append(line)
        if s.public_url is None:
            LOG.warning("SHARPSIGNAL_PUBLIC_URL is not set: WhatsApp replies cannot reach us")
        else:
            routers.append(twilio_router(db, token, s.public_url, self._market.clock, line.worker.nudge))
        return [("whatsapp", number) for number in s.whatsapp_recipients]

    # --- market

    async def _feed(self, db: Database, bars: RecentBars) -> None:
        """Warm up, catch up, then live: one event after the other through the pipeline."""
        market = self._market
        instruments = {i.inst_id: i for i in await market.feed.instruments()}
        engine = self._engine = await self._build_engine(db, instruments)
        announcer = Announcer({line.name: line.can_edit for line in self.lines}, market.clock.now_ms)
        desk = Desk(ZoneInfo(self._settings.timezone), self._settings.timezone, market.simulated)
        pipeline = Pipeline(engine, db, announcer, self._metrics, desk, self._nudge, market.exchange)

        async def remember(event: Event) -> None:
            bars.take(event)

        pipeline.listeners.append(remember)
        await self._catch_up(pipeline, engine)
        self._pipeline = pipeline
        past = market.past_until()
        async with aclosing(market.feed.events()) as events:  # type: ignore[type-var]
            async for event in events:
                await pipeline.take(event)
                if not self._health.warm and event.known_at >= past:
                    self._health.warm = True
                    LOG.info("warm: %d pairs", len(instruments))

    async def _build_engine(self, db: Database, instruments: dict[str, Any]) -> SharpSignalEngine:
        params = Params()
        past = self._market.past_until()
        fresh = self._market.simulated or self._market.clock.now_ms() - past <= FRESH_MS
        async with db.read() as conn:
            number = await signals.next_number(conn)
            stored = await engine_state.load(conn)
        rules = Rules(
            least_confluence=float(getattr(params, f"confluence_{self._settings.sensitivity}")),
            proven_only=self._settings.publish == "proven",
            judge_from=0 if stored is not None else past - HOUR_MS + 1,
            publish_from=past if fresh else past + 1,
        )
        bases = dict.fromkeys(instruments, self._market.timeframe)
        engine = SharpSignalEngine(instruments, bases, params, rules, number)
        if stored is not None:
            engine.restore(json.loads(stored[0]))
            LOG.info("going on from a stored state; %d lives are followed", engine.stream.books.count())
        return engine

    async def _catch_up(self, pipeline: Pipeline, engine: SharpSignalEngine) -> None:
        """Open signals are walked through the downtime on 1m bars; they end when the tape says."""
        candles: list[Candle] = []
        for pair in engine.stream.books.pairs_open():
            since = engine.now // 60_000 * 60_000
            until = self._market.past_until()
            if until > since:
                candles += await self._market.minutes(pair, since, until)
        for candle in sorted(candles, key=lambda c: (c.known_at, c.pair)):
            await pipeline.take(candle)

    def _nudge(self) -> None:
        for line in self.lines:
            line.sender.nudge()

    async def _submit(self, event: Event) -> None:
        """A control event from a person or a job."""
        if self._pipeline is None:
            raise SettingsError("the engine is still starting; try again in a moment")
        await self._pipeline.take(event)

    async def _status(self) -> Status:
        engine = self._engine
        if engine is None:
            return Status(self._started)
        stream = engine.stream
        now = self._market.clock.now_ms()
        lost: dict[str, list[str]] = {}
        for pair, stream_name in self._market.stale():
            lost.setdefault(pair, []).append(stream_name)
        feeds = tuple(
            FeedState(pair, state.newest or None, tuple(lost.get(pair, ()))) for pair, state in engine.pairs.items()
        )
        halts = []
        if stream.paused_until is None or stream.paused_until > now:
            halts.append(Halt("pause", stream.paused_until, stream.pause_reason))
        if stream.risk.breaker_until > now:
            halts.append(Halt("breaker", stream.risk.breaker_until, "three stops in a row"))
        version = None if stream.policy is None else stream.policy.version
        return Status(self._started, feeds, tuple(halts), version)

    # --- housekeeping

    async def _watch(self, db: Database) -> None:
        """Keep the health page and the gauges true."""
        clock = SystemClock()
        while True:
            try:
                async with db.write() as conn:
                    await leases.take(conn, HEARTBEAT, self._holder, clock.now_ms(), 10_000)
                self._health.store_writable = True
            except SQLAlchemyError as error:
                self._health.store_writable = False
                LOG.error("the store cannot be written: %s", error)
            self._health.feed_fresh = self._fresh()
            async with db.read() as conn:
                waiting = await outbox.stats(conn, self._market.clock.now_ms())
            self._metrics.outbox_pending.set(waiting["pending"] or 0)
            self._metrics.outbox_age.set((waiting["oldest_age_ms"] or 0) / 1000)
            await clock.sleep(2.0)

    def _fresh(self) -> bool:
        """At least one pair's candles are fresh."""
        if self._engine is None or not self._health.warm:
            return False
        lost = {pair for pair, stream in self._market.stale() if stream == "candle"}
        return any(pair not in lost for pair in self._engine.pairs)

    async def _learn(self, db: Database) -> None:
        """The nightly training; the policy it earns is taken in at its instant."""
        while self._pipeline is None:
            await asyncio.sleep(0.2)
        async with db.read() as conn:
            stored = await policies.current(conn)
        nightly = Nightly(
            self._market.clock,
            self._data_dir,
            partial(train_apart, self._url, self._data_dir),
            self._submit,
            _told,
            None if stored is None else stored.version,
        )
        await nightly.run(self._market.wake_seconds)


async def _told(report: TrainReport) -> None:
    LOG.info("nightly training: %s", report.reason)


def _first(errors: BaseExceptionGroup[SettingsError]) -> SettingsError:
    """The first of the errors in a group, however deep."""
    for error in errors.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    return SettingsError("wrong settings")
