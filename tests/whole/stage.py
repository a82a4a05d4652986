"""The stage of the whole: an exchange and a Telegram on loopback, the program between them, and a look at its store."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from engine.decision.documents import signal_document
from engine.market.events import Candle, Event, Funding, OpenInterest
from tests.servers.okx import OkxServer
from tests.servers.telegram_api import TOKEN, Sent, TelegramApi
from tests.whole.process import SHARPSIGNAL, Program
from tests.whole.tape import PAIR, QUARTER, STEP, Scene, record, scene

HOME, OTHER = -5, -1006
CHATS = (HOME, OTHER)
OWNER = 7
LATENCY = 45_000
HURRY_MS = 55_000  # the program bears stamps of the exchange that are up to a minute ahead of what it knows
CHANNELS = ("candle5m", "trades", "bbo-tbt", "open-interest", "funding-rate")
ZONE = "Asia/Jakarta"
CLOCK = SystemClock()


@dataclass
class Stage:
    """One run of the whole. Stamps are the exchange's time, which runs beside ours."""

    scene: Scene
    okx: OkxServer
    telegram: TelegramApi
    program: Program
    ahead: int
    trades: int = 0
    hurried: int = 0

    # the exchange -----------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """The exchange's time (ms)."""
        return CLOCK.now_ms() + self.ahead

    def jump(self, to: int) -> None:
        """The exchange's clock goes on to `to`: while the program is down, it asks once at the start."""
        self.ahead += max(0, to - self.now())

    async def at(self, moment: int) -> None:
        """Wait until the exchange's clock says `moment`."""
        while self.now() < moment:
            await asyncio.sleep(min(0.2, (moment - self.now()) / 1000 + 0.001))

    async def hurry(self, moment: int) -> None:
        """The exchange's clock goes on to `moment`, by at most HURRY_MS faster than ours: the program asked before."""
        await self.at(moment - HURRY_MS + self.hurried)
        self.hurried += max(0, moment - self.now())
        self.jump(moment)

    async def close_bar(self, opened: int | None = None) -> None:
        """The 5m bar that opened then (the deciding one unless told) closes: REST knows it and the channel says it."""
        bar = self.scene.bar(self.scene.boundary - STEP if opened is None else opened)
        await self.at(bar.known_at)
        await self.okx.push_candle(PAIR, bar.ts, (bar.open, bar.high, bar.low, bar.close), bar.volume)

    async def trade(self, *prices: float, ahead_ms: int = 0) -> None:
        """One trade a price, now; `ahead_ms`: the exchange's clock has gone ahead of what we knew of it."""
        rows = []
        for price in prices:
            self.trades += 1
            rows.append(self.okx.add_trade(PAIR, self.trades, self.now() + ahead_ms, round(price, 2), 1.0, "sell"))
        await self.okx.push_trades(PAIR, rows)

    async def subscribed(self) -> None:
        """Wait until the program listens to everything."""
        for channel in CHANNELS:
            await self.okx.subscribed(channel, PAIR, 15.0)

    async def up(self) -> None:
        """Start the program and wait until it may be relied on."""
        self.hurried = 0
        await self.program.start()
        await self.program.ready()
        await self.subscribed()

    # prices of the plan -----------------------------------------------------------------------------------------------

    def toward(self, level: float, ticks: int) -> float:
        """`ticks` beyond a level in the direction of the trade."""
        plan = self.scene.signal.plan
        return level + plan.side * ticks * plan.tick

    @property
    def through(self) -> float:
        """Traded through the near edge: the limit is filled."""
        return self.toward(self.scene.signal.plan.near, -8)

    @property
    def between(self) -> float:
        """Between the fill and TP1."""
        plan = self.scene.signal.plan
        return plan.near + 0.3 * (plan.tp1 - plan.near)

    # the chats --------------------------------------------------------------------------------------------------------

    def posts(self, chat: int = HOME) -> list[Sent]:
        """Signal messages, not replies."""
        return [sent for sent in self.telegram.messages(chat) if sent.reply_to is None and "👍" in str(sent.buttons)]

    def replies(self, chat: int = HOME) -> list[Sent]:
        return [sent for sent in self.telegram.messages(chat) if sent.reply_to is not None]

    async def until(self, ready: Callable[[], object], what: str, seconds: float = 15.0) -> None:
        """Wait for something on Telegram's side."""
        try:
            await self.telegram.until(lambda: bool(ready()), seconds)
        except TimeoutError:
            said = [(sent.chat_id, sent.text[:60]) for sent in self.telegram.sent.values()]
            raise AssertionError(f"{what} never came; said: {said}\n{self.program.log}") from None

    async def replied(self, count: int) -> None:
        """Wait until every chat has that many replies, and the posts their newest edit."""
        await self.until(lambda: all(len(self.replies(chat)) >= count for chat in CHATS), f"reply {count}")
        await self.told()

    # the store --------------------------------------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the store from beside."""
        path = self.program.home / "data" / "sharpsignal.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    def document(self) -> dict[str, Any]:
        """The one stored signal, without its place in the ledger."""
        ((line,),) = self.rows("SELECT line FROM signals")
        return {name: value for name, value in json.loads(line).items() if name != "ledger"}

    def expected(self) -> dict[str, Any]:
        """The same signal as an engine makes it that sees the tape and no wire."""
        document = signal_document(self.scene.signal, ZoneInfo(ZONE), ZONE)
        plain: dict[str, Any] = json.loads(json.dumps(document))
        plain.pop("ledger", None)
        return plain

    async def stored(self, query: str, wanted: Sequence[tuple[Any, ...]], seconds: float = 10.0) -> None:
        """Wait until a query answers so."""
        found: list[tuple[Any, ...]] = []
        try:
            async with asyncio.timeout(seconds):
                while (found := self.rows(query)) != list(wanted):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{query}: {found}, not {wanted}\n{self.program.log}") from None

    async def told(self) -> None:
        """Wait until nothing is left to be said."""
        await self.stored("SELECT count(*) FROM outbox WHERE status = 'pending'", [(0,)])


@asynccontextmanager
async def staged(
    home: Path,
    *,
    later: int = 0,
    head_start: int = 14_000,
    wrong_by: int = 0,
    launch: Sequence[str] = (SHARPSIGNAL,),
    **settings: str,
) -> AsyncIterator[Stage]:
    """Everything built, nothing started: the exchange's clock stands `head_start` ms before the boundary and runs.

    `wrong_by` (ms): this machine's clock is that far ahead of the exchange's, give or take a few minutes.
    `launch`: how the program is started (see Program).
    """
    boundary = (CLOCK.now_ms() - wrong_by + QUARTER // 2) // QUARTER * QUARTER
    found = scene(boundary, later=later)
    async with OkxServer(0, [record()]) as okx, TelegramApi() as telegram:
        home.mkdir(exist_ok=True)
        async with Program(home, {**given(okx, telegram, CHATS), **settings}, launch) as program:
            stage = Stage(found, okx, telegram, program, boundary - head_start - CLOCK.now_ms())
            okx.now_ms = stage.now
            _past(okx, found, boundary - head_start)
            yield stage


def given(okx: OkxServer, telegram: TelegramApi, chats: Sequence[int]) -> dict[str, str]:
    """The settings of a program between these two."""
    return {
        "SHARPSIGNAL_PAIRS": PAIR,
        "SHARPSIGNAL_LOCALE": "en",
        "OKX_REST_URL": okx.rest_url,
        "OKX_WS_URL": okx.ws_url,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": telegram.url,
        "TELEGRAM_CHAT_IDS": ",".join(map(str, chats)),
        "TELEGRAM_OWNER_IDS": str(OWNER),
    }


def _past(okx: OkxServer, found: Scene, now: int) -> None:
    """What REST knows at the start."""
    for bar in found.bars:
        if bar.known_at <= now:
            set_bar(okx, bar)
    set_slow(okx, found.slow)


def set_slow(okx: OkxServer, events: Sequence[Event]) -> None:
    """Put open interest and funding where REST finds them."""
    for event in events:
        if isinstance(event, OpenInterest):
            okx.add_open_interest(PAIR, event.ts - STEP, event.open_interest)
        elif isinstance(event, Funding):
            okx.add_funding(PAIR, event.ts, event.rate)


def set_bar(okx: OkxServer, bar: Candle) -> None:
    """Put a bar where REST finds it."""
    ohlc = (bar.open, bar.high, bar.low, bar.close)
    okx.set_candle(bar.pair, bar.ts, ohlc, bar.volume, tf=bar.timeframe)
