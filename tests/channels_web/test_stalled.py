"""A page that stops reading its stream: nothing is heaped up for it, nobody waits for it, and it is let go."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.api.app import create_app
from bot.api.server import serve
from bot.channels.web.channel import WebChannel
from bot.channels.web.guard import COOKIE
from bot.channels.web.router import web_router
from bot.clock import SystemClock
from bot.messages.reader import Reader
from bot.metrics import Metrics
from storage.database import Database
from tests.api.room import Missing
from tests.channels_web.room import CONFIG

LARGE = 500_000
STALLED, READING = "5" * 24, "a" * 24
STILL, MOST_ROUNDS = 10, 500


@asynccontextmanager
async def serving(folder: Path, made: Counter[str | None], patience_ms: int) -> AsyncIterator[tuple[int, WebChannel]]:
    """The web chat's routes as the program serves them; a board of half a megabyte, another one at each look."""

    async def board(_reader: Reader, person: str | None) -> Mapping[str, str]:
        made[person] += 1
        return {"large": f"{made[person]} " + "x" * LARGE}

    clock = SystemClock()
    async with await Database.open(f"sqlite+aiosqlite:///{folder}/web.db") as db:
        channel = WebChannel(db, clock)
        app = create_app(Missing(), Metrics(), [web_router(db, clock, CONFIG, channel, board=board)])
        bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(serve(app, "127.0.0.1", 0, bound.set_result, patience_ms))
            yield await bound, channel
            channel.listeners.close()
            task.cancel()


def asked(port: int, person: str) -> socket.socket:
    """A page's stream of events, asked for from elsewhere; the kernel keeps little of what is not read."""
    page = socket.socket()
    page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    page.connect(("127.0.0.1", port))
    head = f"GET /web/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.9\r\nCookie: {COOKIE}={person}"
    page.sendall(f"{head}\r\n\r\n".encode())
    page.setblocking(False)
    return page


async def boards(reader: asyncio.StreamReader) -> AsyncIterator[int]:
    """The number of each board that the page gets."""
    while True:
        line = await reader.readline()
        if line.startswith(b'data: {"parts"'):
            yield int(json.loads(line[6:])["parts"]["large"].partition(" ")[0])


async def test_who_stops_reading_stops_nobody_else_and_is_let_go(tmp_path: Path) -> None:
    made: Counter[str | None] = Counter()
    async with asyncio.timeout(60.0), serving(tmp_path, made, 3_000) as (port, channel):
        with asked(port, STALLED):
            reader, writer = await asyncio.open_connection(sock=asked(port, READING), limit=2 * LARGE)
            seen, before, still = boards(reader), -1, 0
            for _ in range(MOST_ROUNDS):
                channel.listeners.changed()
                await anext(seen)
                still = still + 1 if made[STALLED] == before else 0
                before = made[STALLED]
                if still == STILL:
                    break
            assert still == STILL and 0 < made[STALLED] < made[READING], made
            while len(channel.listeners) > 1:
                channel.listeners.changed()
                await anext(seen)
            assert made[STALLED] == before, "nothing more was made for it"
            writer.close()
