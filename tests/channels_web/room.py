"""A web chat on a loopback port: the real store, router, inbox worker, conversation and charts."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from fastapi import FastAPI

from bot.channels.web.answers import WebAnswers
from bot.channels.web.channel import ADDRESS, WebChannel
from bot.channels.web.guard import LOCAL_PERSON
from bot.channels.web.router import WebConfig, web_router
from bot.charts.bars import RecentBars
from bot.charts.chart_of import SignalCharts
from bot.charts.pictures import Pictures
from bot.clock import SystemClock
from bot.commands.conversation import Conversation, ConversationConfig, Status
from bot.commands.ops import LineState
from bot.dashboard.board import Board
from bot.inbox import InboxWorker
from bot.messages.load import load_view, reader_of
from bot.messages.reader import ms_of
from bot.messages.signal import signal_message
from bot.metrics import Metrics
from bot.ports import Message
from bot.record.router import RecordConfig, record_router
from engine.market.events import Event
from storage import chats, signals
from storage.database import Database
from tests.messages import examples

CONFIG = WebConfig("id", ZoneInfo("Asia/Jakarta"))
LINES = (LineState("telegram", True, sent=41, floods=1), LineState("web", True, sent=44))


@dataclass
class Room:
    """What a test holds of the running chat."""

    url: str
    db: Database
    channel: WebChannel
    http: httpx.AsyncClient
    submitted: list[Event]
    nudges: list[int]

    async def items(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.http.get("/web/messages", params=query)
        found: list[dict[str, Any]] = answer.json()["data"]["items"]
        return found

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        return await self.http.post("/web/inbox", json=body, headers=headers)

    async def say(self, text: str, ident: str, **more: Any) -> None:
        assert (await self.post({"id": ident, "kind": "text", "text": text, **more})).status_code == 202

    async def until(self, found: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The messages, once they are as expected."""
        async with asyncio.timeout(30):
            while not found(items := await self.items()):
                await asyncio.sleep(0.02)
        return items

    async def publish(self, number: int = 1423) -> str:
        """A stored signal and its post; the post's message id."""
        document = {key: value for key, value in examples.signal(number=number).items() if key != "ledger"}
        async with self.db.write() as conn:
            await signals.add(conn, document, ts_ms=ms_of(document["ts"]), simulated=True)
        return await self.show(number)

    async def show(self, number: int, message_id: str | None = None) -> str:
        async with self.db.read() as conn:
            view = await load_view(conn, number)
            chat = await chats.chat(conn, "web", ADDRESS)
        assert view is not None
        message = signal_message(view, reader_of(chat, "id", "Asia/Jakarta"))
        if message_id is None:
            message_id = (await self.channel.send(ADDRESS, message)).message_id
        else:
            await self.channel.edit(ADDRESS, message_id, message)
        return message_id


@asynccontextmanager
async def room(
    path: Path, config: WebConfig = CONFIG, live: Status | None = None, metrics: Metrics | None = None, port: int = 0
) -> AsyncIterator[Room]:
    """Board and chat, serving; ends when the block does. `live`: what the running process tells of itself."""
    clock = SystemClock()
    async with await Database.open(f"sqlite+aiosqlite:///{path}/web.db") as db:
        async with db.write() as conn:
            await chats.upsert_chat(conn, "web", ADDRESS, active=True)
        channel = WebChannel(db, clock)
        submitted: list[Event] = []
        nudges: list[int] = []

        async def submit(event: Event) -> None:
            submitted.append(event)

        async def status() -> Status:
            return live or Status(started_ms=clock.now_ms())

        conversation = Conversation(db, clock, submit, status, conversation_config(config))
        worker = InboxWorker(db, clock, WebAnswers(channel), conversation.handle, told=conversation.told)

        def nudge() -> None:
            nudges.append(1)
            worker.nudge()

        app = FastAPI()
        charts = SignalCharts(db, clock, RecentBars().bars)
        conversation.draw_with(Pictures(db, charts, config.simulated))
        app.include_router(record_router(db, clock, RecordConfig(config.locale, config.zone, config.simulated)))
        board = Board(db, clock, status, lambda: LINES, metrics or Metrics(), conversation_config(config))
        app.include_router(web_router(db, clock, config, channel, chart=charts.svg, board=board, nudge=nudge))
        async with (
            serving(app, channel, worker.run, port) as url,
            httpx.AsyncClient(base_url=url, timeout=5) as http,
        ):
            yield Room(url, db, channel, http, submitted, nudges)


def conversation_config(config: WebConfig) -> ConversationConfig:
    return ConversationConfig(
        config.locale, config.zone.key, frozenset({("web", LOCAL_PERSON)}), frozenset({("web", ADDRESS)})
    )


@asynccontextmanager
async def serving(
    app: FastAPI, channel: WebChannel, work: Callable[[], Coroutine[None, None, None]], port: int = 0
) -> AsyncIterator[str]:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        async with asyncio.TaskGroup() as group:
            served = group.create_task(server.serve(sockets=[sock]))
            working = group.create_task(work())
            while not server.started:
                await asyncio.sleep(0.005)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
            working.cancel()
            channel.listeners.close()
            server.should_exit = True
            await served


@dataclass
class Stream:
    """A reader of server-sent events."""

    lines: AsyncIterator[str]

    async def next(self, name: str) -> tuple[str, Any]:
        """The next event of a kind: its id and data."""
        async with asyncio.timeout(5):
            event: dict[str, str] = {}
            async for line in self.lines:
                if line:
                    key, _, value = line.partition(": ")
                    event[key] = value
                elif event.get("event") == name:
                    return event.get("id", ""), json.loads(event["data"])
                else:
                    event = {}
        raise AssertionError(f"the stream ended before a {name}")


@asynccontextmanager
async def listening(
    room: Room, last_event_id: str | None = None, headers: Mapping[str, str] | None = None, **query: Any
) -> AsyncIterator[Stream]:
    more = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    async with room.http.stream("GET", "/web/events", params=query, headers={**(headers or {}), **more}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.aiter_lines())


def words(text: str) -> Message:
    return Message(html=text, text=text)


def simulated() -> WebConfig:
    return replace(CONFIG, simulated=True)
