"""The one composition root: builds everything, runs it in one task group, ends it in order."""

from __future__ import annotations

import asyncio
import logging
import signal as system_signals
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.announce import Announcer
from bot.api.app import create_app
from bot.api.server import serve
from bot.asked_work import AskedWork
from bot.charts.chart_of import SignalCharts
from bot.charts.pictures import Pictures
from bot.clock import Clock, SystemClock
from bot.commands.conversation import Conversation
from bot.compilation import cache_home
from bot.dashboard.board import Board
from bot.errors import SettingsError, SharpSignalError
from bot.feeding import Feeding
from bot.house import House, SecondOpinion, Task
from bot.layer_view import LayerView
from bot.lines import Line, Office
from bot.market import Market
from bot.messages.outgoing import Outgoing
from bot.metrics import Metrics
from bot.open_store import open_store
from bot.people import People, talk_config
from bot.recorder import Recorder
from bot.routes import ROUTES
from bot.settings import Settings
from bot.tasks import TASKS
from engine.params import Params, confluence_of
from storage import leases, outbox
from storage.database import Database
from storage.store_lock import StoreLock, StoreTaken

if TYPE_CHECKING:
    from bot.feeds.okx_watch import OkxTiming

LOG = logging.getLogger(__name__)
HEARTBEAT = "heartbeat"
RECORDINGS = "recordings"
MOST_RECORDED = 4 << 30


class Health:
    """What /readyz asks: what is still missing before people can rely on us."""

    def __init__(self, feeding: Feeding, lines: Sequence[Line]) -> None:
        self.store_writable = False
        self._feeding = feeding
        self._lines = lines

    async def missing(self) -> Sequence[str]:
        found = [f"channel {line.name}" for line in self._lines if not line.connected()]
        if not self._feeding.warm:
            found.append("warm-up")
        if not self._feeding.fresh():
            found.append("fresh market data")
        if not self.store_writable:
            found.append("writable database")
        return found


async def run_live(settings: Settings, say: Callable[[str], None]) -> int:
    """`sharpsignal run`: OKX's public data, the configured chats."""
    metrics = Metrics()
    market = okx_market(settings, settings.pairs, metrics)
    return await App(settings, market, metrics, settings.database_url, settings.data_dir, say).run()


def okx_market(
    settings: Settings,
    pairs: tuple[str, ...],
    metrics: Metrics,
    timing: OkxTiming | None = None,
    clock: Clock | None = None,
) -> Market:
    """OKX's live market of these pairs; `timing`: how long to wait for what, `clock`: by which (None: as always)."""
    from bot.feeds.okx import OkxFeed, OkxOptions

    clock = clock or SystemClock()
    options = OkxOptions(pairs, settings.okx_rest_url, settings.okx_ws_url)
    feed = OkxFeed(options, clock, metrics, timing)
    return Market(
        feed=feed,
        clock=clock,
        exchange="okx",
        simulated=False,
        timeframe=options.timeframe,
        now_ms=feed.now_ms,
        past_until=lambda: feed.past_until,
        minutes=feed.minutes,
        stale=feed.lost,
        listing=feed,
    )


class App:
    """One running product. `run` returns when the market ended or a signal came; `tasks` run beside it until then."""

    def __init__(
        self,
        settings: Settings,
        market: Market,
        metrics: Metrics,
        database_url: str,
        data_dir: Path,
        say: Callable[[str], None],
        serve_http: bool = True,
        tasks: Sequence[Task] = TASKS,
    ) -> None:
        self._settings = settings
        self._market = market
        self._metrics = metrics
        self._url = database_url
        self._data_dir = data_dir
        self._say = say
        self._serve_http = serve_http
        self._tasks = tasks
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """Everything, until the end. Raises SettingsError for what a person must mend."""
        with ExitStack() as held:
            try:
                self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
                held.enter_context(StoreLock(Path(self._url.partition(":///")[2])))
            except StoreTaken as error:
                words = f"sharpsignal is already running on this store (process {error.pid}); stop it first"
                raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error
            except OSError as error:
                words = f"{self._data_dir} cannot be used ({error.strerror}); name a folder that you may write to"
                raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error
            return await self._run_locked()

    async def _run_locked(self) -> int:
        db = await open_store(self._url)
        people = People(self._settings, db, self._market.clock, self._say)
        try:
            async with asyncio.TaskGroup() as group:
                self._listen_for_signals()
                work = group.create_task(self._work(db, people))
                stopped = group.create_task(self._stop.wait())
                await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
                people.end_streams()
                stopped.cancel()
                work.cancel()
        except* SharpSignalError as errors:
            raise _first(errors) from None
        finally:
            await people.close()
            await self._market.feed.close()
            await db.close()
        return 0

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (system_signals.SIGINT, system_signals.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)

    async def _work(self, db: Database, people: People) -> None:
        days = self._settings.record_days
        if self._market.simulated or not days:
            await self._rooms(db, people, None)
            return
        with Recorder(self._data_dir / RECORDINGS, self._market.clock, days, MOST_RECORDED) as recorder:
            await self._rooms(db, people, recorder)

    async def _rooms(self, db: Database, people: People, recorder: Recorder | None) -> None:
        """Build the rooms, then run them side by side until the market ends."""
        s, market = self._settings, self._market
        config = talk_config(s, market.simulated)
        announcer = Announcer(people.lines, market.clock.now_ms, market.ahead_ms, config.owner_ids)
        feeding = self._feeding(db, announcer, people, recorder)
        talk = Conversation(db, market.clock, feeding.submit, feeding.status, config)
        outgoing = Outgoing(s.locale, s.timezone, market.simulated, market.clock.now_ms)
        office = Office(db, market.clock, outgoing, talk, people.nudge)
        charts = SignalCharts(db, market.clock, feeding.bars.bars)
        talk.draw_with(Pictures(db, charts, market.simulated))
        key = s.openai_api_key is not None
        board = Board(db, market.clock, feeding.status, people.states, self._metrics, config, opinion=key)
        await people.open(office, charts.svg, board, market.simulated)
        health = Health(feeding, people.lines)
        least = confluence_of(s.sensitivity, Params())
        house = House(
            db, market, self._metrics, announcer, people, config, feeding.status, feeding.submit,
            lambda: feeding.started, least, self._data_dir, LayerView(feeding.engine, least),
            AskedWork(market.clock), self._url,
            self._second_opinion(feeding),
        )  # fmt: skip
        routers = [*(route(house) for route in ROUTES), *people.routers]
        app = create_app(health, self._metrics, routers, s.api_key)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch(db, health))
            if recorder is not None:
                group.create_task(recorder.upkeep())
            if self._serve_http:
                group.create_task(serve(app, s.host, s.port, self._listening))
            for line in people.lines:
                for job in line.jobs:
                    group.create_task(job())
            for task in self._tasks:
                group.create_task(task(house))
            await feeding.run()
            await self._drained(db)
            self._stop.set()

    def _second_opinion(self, feeding: Feeding) -> SecondOpinion | None:
        """None without a key; a simulated market has no network."""
        s = self._settings
        if s.openai_api_key is None or self._market.simulated:
            return None
        key = s.openai_api_key.get_secret_value()
        return SecondOpinion(key, s.openai_base_url, s.openai_model, feeding.askers.append, feeding.bars.bars)

    def _feeding(self, db: Database, announcer: Announcer, people: People, recorder: Recorder | None) -> Feeding:
        s = self._settings
        return Feeding(
            db,
            self._market,
            self._metrics,
            announcer,
            sensitivity=s.sensitivity,
            proven_only=s.publish == "proven",
            timezone=s.timezone,
            after=people.nudge,
            claims=people.claims,
            recorder=recorder,
            caches=(cache_home(), self._data_dir / "compiled"),
        )

    async def _drained(self, db: Database) -> None:
        """The market ended: what people should still hear is sent first."""
        for _ in range(200):
            async with db.read() as conn:
                if not (await outbox.stats(conn))["pending"]:
                    return
            await asyncio.sleep(0.05)

    def _listening(self, port: int) -> None:
        LOG.info("listening on http://%s:%d", self._settings.host, port)

    async def _watch(self, db: Database, health: Health) -> None:
        """Keep the health page and the gauges true."""
        clock = SystemClock()
        while True:
            try:
                now = clock.now_ms()
                await db.write_at_once(partial(leases.take, name=HEARTBEAT, holder=HEARTBEAT, now=now, ttl_ms=10_000))
                health.store_writable = True
            except SQLAlchemyError as error:
                health.store_writable = False
                LOG.error("the store cannot be written: %s", error)
            async with db.read() as conn:
                waiting = await outbox.stats(conn, self._market.clock.now_ms())
            self._metrics.outbox_pending.set(waiting["pending"] or 0)
            self._metrics.outbox_age.set((waiting["oldest_age_ms"] or 0) / 1000)
            await clock.sleep(2.0)


def _first(errors: BaseExceptionGroup[SharpSignalError]) -> SharpSignalError:
    """The first of the errors in a group, however deep."""
    for error in errors.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    return SettingsError("wrong settings")
