"""A Telegram talk as the program runs it: poller, store, worker and channel, against the server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.channels.telegram.answers import TelegramAnswers
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.poller import TelegramPoller
from bot.clock import Clock, SystemClock
from bot.inbox import Handle, InboxWorker, Told
from bot.pace import TELEGRAM, Limits, Pacer
from storage.database import Database
from storage.schema import inbox
from tests.servers.telegram_api import TOKEN, TelegramApi


@dataclass(slots=True)
class Talk:
    """The running parts."""

    channel: TelegramChannel
    poller: TelegramPoller
    worker: InboxWorker


@asynccontextmanager
async def side_by_side(*jobs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run the jobs while the block runs, then cancel them: what a kill leaves is what the store holds."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job) for job in jobs]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


@asynccontextmanager
async def talking(
    api: TelegramApi,
    db: Database,
    handle: Handle,
    *,
    told: Told | None = None,
    clock: Clock | None = None,
    limits: Limits = TELEGRAM,
    holder: str = "this process",
) -> AsyncIterator[Talk]:
    """Everything between the Bot API and the conversation."""
    clock = clock or SystemClock()
    channel = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=1.0))
    answers = TelegramAnswers(channel, Pacer(limits, SystemClock()), clock)
    worker = InboxWorker(db, clock, answers, handle, told=told)

    async def named(username: str) -> None:
        answers.username = username

    poller = TelegramPoller(
        channel.line, db, clock, holder=holder, on_name=named, on_updates=worker.nudge, wait_s=1, lease_ms=3_000
    )
    try:
        async with side_by_side(worker.run(), poller.run()):
            yield Talk(channel, poller, worker)
    finally:
        await channel.close()


async def eventually(db: Database, done: int) -> list[tuple[str, str]]:
    """Wait until `done` inbox rows are done; (update id, note) of each."""
    async with asyncio.timeout(10):
        while True:
            async with db.read() as conn:
                query = select(inbox.c.update_id, inbox.c.note).where(inbox.c.done == 1).order_by(inbox.c.id)
                rows = [(row.update_id, row.note) for row in await conn.execute(query)]
            if len(rows) >= done:
                return rows
            await asyncio.sleep(0.01)
