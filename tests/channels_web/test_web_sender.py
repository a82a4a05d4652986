"""The sender on a clock that runs faster than real time: a slow send is not taken for a lost one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TapeClock
from bot.outbox import OutboxSender
from bot.pace import UNLIMITED, Pacer
from bot.ports import Message, Receipt
from storage import chats, outbox
from storage.chats import Chat
from storage.database import Database
from storage.outbox import OutboxRow
from tests.channels_web.room import words


class SlowChannel:
    """Takes its time over each post, and hours pass on the tape meanwhile."""

    name: Literal["telegram", "whatsapp", "web"] = "web"
    can_edit = True

    def __init__(self, clock: TapeClock) -> None:
        self.posts = 0
        self._clock = clock

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt:
        self.posts += 1
        for _ in range(5):
            self._clock.advance(self._clock.now_ms() + 3_600_000)
            await asyncio.sleep(0.03)
        return Receipt(str(self.posts))

    async def edit(self, address: str, message_id: str, message: Message) -> None:
        raise AssertionError("nothing to edit")


async def test_a_row_in_our_hands_is_not_sent_twice_when_its_lease_ends_on_the_tape(tmp_path: Path) -> None:
    clock = TapeClock(1_000)
    channel = SlowChannel(clock)

    async def render(row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message:
        return words("x")

    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path}/x.db") as db:
        async with db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", active=True)
            await outbox.enqueue(
                conn,
                channel="web",
                address="web",
                kind="notice",
                number=None,
                state="lifted",
                dedupe_key="one",
                payload={},
                priority=3,
                at=clock.now_ms(),
            )
        sender = OutboxSender(db, channel, render, clock, Pacer(UNLIMITED, clock))
        async with asyncio.TaskGroup() as group:
            running = group.create_task(sender.run())
            for _ in range(20):
                sender.nudge()
                await asyncio.sleep(0.02)
            running.cancel()
        async with db.read() as conn:
            assert (await outbox.stats(conn))["pending"] == 0
    assert channel.posts == 1
