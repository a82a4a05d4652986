"""Storms, outages, kills and moves on the way to a chat: real store, real client, the Bot API's wire on loopback."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.clock import Clock, SystemClock, TapeClock
from bot.outbox import OutboxSender
from bot.pace import UNLIMITED, Limits, Pacer
from bot.ports import Receipt
from storage import chats, outbox
from storage.database import Database
from storage.outbox_due import STANDING
from storage.schema import outbox as table
from tests.outbox.test_outbox_sender import add, say, settled, told
from tests.servers.telegram_api import TelegramApi

HOUR = 3_600_000


@asynccontextmanager
async def sender_at(
    db: Database, channel: TelegramChannel, clock: Clock, limits: Limits = UNLIMITED
) -> AsyncIterator[OutboxSender]:
    """The sender with a way to ask whether Telegram is there."""
    ping = channel.line.username
    sender = OutboxSender(db, channel, say, clock, Pacer(limits, clock), poll_s=0.1, ping=ping)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(sender.run())
        try:
            yield sender
        finally:
            task.cancel()


async def column(db: Database, name: str) -> list[Any]:
    async with db.read() as conn:
        return list((await conn.execute(select(table.c[name]).order_by(table.c.id))).scalars())


async def all_told(db: Database) -> None:
    """Wait until nothing is left to send, to whatever chat."""
    async with asyncio.timeout(15):
        while "pending" in await column(db, "status"):
            await asyncio.sleep(0.01)


async def test_in_a_storm_of_429_everybody_waits_and_nothing_is_lost(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.flood("sendMessage", 1, times=12)
    for chat in range(1, 101):
        await add(db, str(chat))
    async with sender_at(db, channel, SystemClock()) as sender:
        await all_told(db)
        assert sender.counts.floods == 12 and sender.counts.dead == 0
    assert all(told(api, chat) == ["#7 signal waiting"] for chat in range(1, 101))
    calls = [call.at for call in api.called("sendMessage")]
    assert max(later - earlier for earlier, later in itertools.pairwise(calls)) >= 700, "nobody waited"


async def test_a_pause_outlives_a_restart(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    clock = TapeClock(SystemClock().now_ms() + 2_000)
    api.flood("sendMessage", 600, chat_id=-5)
    await add(db, "-5", number=1)
    async with sender_at(db, channel, clock) as sender:
        await api.until(lambda: len(api.called("sendMessage")) == 1)
        while not sender.counts.floods:
            await asyncio.sleep(0.01)
    await add(db, "-5", "reply", number=9, state="closed")
    await add(db, "6", number=2)
    async with sender_at(db, channel, clock):
        await settled(db, pending=2)
        clock.advance(clock.now_ms() + 599_000)
        await add(db, "6", number=3)
        await settled(db, pending=2)
        assert told(api, -5) == [] and len(told(api, 6)) == 2
        clock.advance(clock.now_ms() + 1_000)
        await settled(db)
    assert told(api, -5) == ["#9 reply closed", "#1 signal waiting"]


async def test_an_hour_without_telegram_loses_nothing_but_entries_that_are_over(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    clock = TapeClock(SystemClock().now_ms())
    port = int(api.url.rpartition(":")[2])
    await api.stop()
    for chat in (41, 42):
        for number in (1, 2, 3):
            await add(db, str(chat), number=number)
            await add(db, str(chat), "reply", number=number, state="closed")
        await add(db, str(chat), number=4, expires_at=clock.now_ms() + HOUR // 2)
        await add(db, str(chat), "reply", number=4, state="closed")
    async with sender_at(db, channel, clock) as sender:
        for minute in range(60):
            clock.advance(clock.now_ms() + 60_000)
            await asyncio.sleep(0.02)
            assert minute >= 0 and sender.counts.sent == 0
        tries = await column(db, "attempts")
        await api.start(port)
        await all_told(db)
        found = await settled(db)
        assert sender.counts.dead == 0 and sender.counts.dropped == 2 and sender.problem == ""
    assert sum(tries) <= 12, "an outage spends no tries"
    story = [f"#{number} {kind}" for number in (1, 2, 3) for kind in ("signal waiting", "reply closed")]
    for chat in (41, 42):
        assert told(api, chat) == ["#4 reply closed", *story], "what is news without its post goes first"
    assert found["signal:4:waiting"] == ("dropped", "expired")


async def test_while_telegram_hangs_no_message_is_given_up(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    """The first calls may have arrived; after that only harmless questions are asked until one is answered."""
    api.hang("sendMessage", times=4)
    api.hang("getMe", times=2)
    for chat in range(1, 9):
        await add(db, str(chat))
    async with sender_at(db, channel, SystemClock()) as sender:
        await all_told(db)
        assert sender.counts.dead == 0 and sender.counts.unknown == 4
    assert sum(await column(db, "unknowns")) == 4 and len(api.called("getMe")) == 3


async def test_order_in_a_chat_survives_a_passing_fault(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.fail("sendMessage", 502, chat_id=42, times=2)
    for number in (1, 2, 3):
        await add(db, "42", number=number)
    await add(db, "43", number=1)
    async with sender_at(db, channel, SystemClock()):
        await settled(db)
    assert told(api, 42) == [f"#{number} signal waiting" for number in (1, 2, 3)]


async def test_a_message_that_telegram_cannot_digest_silences_its_chat_for_a_while_only(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    clock = TapeClock(SystemClock().now_ms())
    api.fail("sendMessage", 500, chat_id=42, times=STANDING + 1)
    await add(db, "42", number=1)
    await add(db, "42", number=2)
    async with sender_at(db, channel, clock):
        while not told(api, 42):
            clock.advance(clock.now_ms() + 5_000)
            await asyncio.sleep(0.02)
        assert told(api, 42) == ["#2 signal waiting"]
        clock.advance(clock.now_ms() + HOUR)
        await settled(db)
    assert told(api, 42)[1:] == ["#1 signal waiting"]


async def test_two_kills_in_flight_never_make_three_messages(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    clock = SystemClock()
    await add(db, "42")
    for _ in range(2):
        async with db.write() as conn:
            (row,) = await outbox.lease(conn, "telegram", clock.now_ms(), 10)
            words = await say(row, None, conn)
        await channel.send("42", words or message())
        async with db.write() as conn:
            await outbox.take_back(conn, "telegram")
    async with sender_at(db, channel, clock):
        found = await settled(db)
    assert told(api, 42) == ["#7 signal waiting"] * 2 and found["signal:7:waiting"][0] == "dead"
    async with db.read() as conn:
        (letter,) = await outbox.dead_letters(conn)
    assert (letter.number, letter.unknowns) == (7, 2) and "may have arrived" in letter.error


def message() -> Any:
    raise AssertionError("nothing to say")


async def test_a_notice_that_may_have_arrived_is_not_said_twice(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.drop("sendMessage")
    await add(db, "42", "notice", state="halted")
    async with sender_at(db, channel, SystemClock()) as sender:
        found = await settled(db)
        assert sender.counts.unknown == 1
    assert told(api, 42) == ["#7 notice halted"]
    assert found["notice:7:halted"][0] == "dead" and "may have arrived" in found["notice:7:halted"][1]


async def test_an_orderly_end_lets_messages_in_flight_land(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    began = asyncio.Event()

    class Slowly(TelegramChannel):
        async def send(self, *said: Any) -> Receipt:
            began.set()
            await asyncio.sleep(0.2)
            return await TelegramChannel.send(self, *said)

    await add(db, "42")
    sender = OutboxSender(db, Slowly(channel.line), say, SystemClock(), Pacer(UNLIMITED, SystemClock()))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(sender.run())
        await began.wait()
        task.cancel()
    assert told(api, 42) == ["#7 signal waiting"]
    assert await column(db, "status") == ["sent"] and await column(db, "unknowns") == [0]


async def test_a_chat_that_moves_in_mid_send_hears_the_rest_of_the_story(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-5", locale="en", active=True)
    await add(db, "-5")
    async with sender_at(db, channel, SystemClock()):
        await settled(db)
        api.migrate(-5, -1005, tell=False)
        await add(db, "-5", "reply", state="filled")
        await add(db, "-5", "reply", state="closed")
        await add(db, "-5", number=8)
        await settled(db)
    assert told(api, -1005) == ["#7 reply filled", "#7 reply closed", "#8 signal waiting"]
    async with db.read() as conn:
        assert await outbox.message_id_of(conn, "telegram", "-1005", 7) == "1", "the post is known by its new chat"
        moved = await chats.chat(conn, "telegram", "-1005")
    assert moved is not None and moved.locale == "en"
    assert all(post.reply_to == 1 for post in api.messages(-1005)[:2])


async def test_what_did_not_arrive_after_all_is_sent_again(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    clock = SystemClock()
    await add(db, "42", "reply", state="closed")
    async with sender_at(db, channel, clock) as sender:
        await settled(db)
        async with db.write() as conn:
            assert await outbox.reopen(conn, 1, clock.now_ms(), "63016")
            assert not await outbox.reopen(conn, 1, clock.now_ms(), "63016"), "it waits already"
        sender.nudge()
        await settled(db)
    assert told(api, 42) == ["#7 reply closed"] * 2
