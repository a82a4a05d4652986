"""Floods of presses and clocks that disagree: poller, store, worker and channel against the server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram.answers import TelegramAnswers
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.poller import TelegramPoller
from bot.clock import Clock, SystemClock, TapeClock
from bot.inbox import Handle, InboxWorker
from bot.pace import TELEGRAM, Pacer
from bot.ports import Answer, Incoming, Message
from storage.database import Database
from storage.outbox import REFRESH_MS
from tests.channels.talking import eventually, side_by_side
from tests.servers.telegram_api import TOKEN, TelegramApi

CLOCK = SystemClock()
MINUTE = 60_000


@asynccontextmanager
async def talk(api: TelegramApi, db: Database, handle: Handle, clock: Clock = CLOCK) -> AsyncIterator[InboxWorker]:
    """Everything between the Bot API and the conversation; edits wait by `clock`."""
    channel = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=1.0))
    worker = InboxWorker(db, CLOCK, TelegramAnswers(channel, Pacer(TELEGRAM, CLOCK), clock), handle)

    async def named(username: str) -> None:
        return None

    poller = TelegramPoller(
        channel.line, db, CLOCK, holder="test", on_name=named, on_updates=worker.nudge, wait_s=1, lease_ms=3_000
    )
    try:
        async with side_by_side(worker.run(), poller.run()):
            yield worker
    finally:
        await channel.close()


@pytest.mark.parametrize("ahead_min", [-9, 0, 9])
async def test_a_switch_is_judged_by_how_old_it_is_however_wrong_our_clock(db: Database, ahead_min: int) -> None:
    """Our clock is ahead of Telegram's (or behind): a fresh /pause counts, one that waited for ten minutes does not."""
    heard: list[Incoming] = []

    async def note(incoming: Incoming) -> Answer:
        heard.append(incoming)
        return Answer()

    def theirs() -> int:
        return CLOCK.now_ms() - ahead_min * MINUTE

    async with TelegramApi(now_ms=theirs) as api, talk(api, db, note):
        await api.until(lambda: bool(api.called("getUpdates")))
        api.say(7, "/pause 30 old", user_id=7, at=theirs() // 1000 - 600)
        api.say(7, "/pause 30 fresh", user_id=7)
        done = await eventually(db, 2)
    assert [incoming.args for incoming in heard] == ["30 fresh"]
    assert abs(heard[0].at_ms - CLOCK.now_ms()) < 15_000, "times are kept by our clock"
    assert "late" in done[0][1] or "late" in done[1][1]


async def test_a_flood_of_presses_is_answered_whole_and_counted_in_order(api: TelegramApi, db: Database) -> None:
    """A hundred and fifty presses by fifteen people on one post: each gets its answer, the last word of each stands."""
    votes: dict[str, list[str]] = {}

    async def vote(incoming: Incoming) -> Answer:
        if incoming.kind != "tap":
            return Answer(messages=(Message("post", "post"),))
        votes.setdefault(incoming.person.user_id, []).append(incoming.data)
        return Answer(toast="ok", edit=Message(f"{sum(map(len, votes.values()))}", "n"))

    gate = api.limit()
    clock = TapeClock(CLOCK.now_ms())
    async with talk(api, db, vote, clock):
        api.say(-5, "/start", user_id=1)
        post = await api.wait_sent(1, -5)
        queries = [api.tap(post.message_id, f"1:f:{n}:up", user_id=500 + n % 15) for n in range(150)]
        await api.until(lambda: all(query in api.answers for query in queries), 20)
        assert len(post.edits) == 1, "the numbers follow the first press at once, and then every half minute"
        await eventually(db, 100)
        clock.advance(clock.now_ms() + REFRESH_MS)
        await api.until(lambda: post.text == "150", 20)
    for person in range(15):
        assert votes[str(500 + person)] == [f"1:f:{n}:up" for n in range(150) if n % 15 == person]
    assert gate.refused == [] and len(post.edits) == 2


async def test_sends_that_hang_keep_no_press_waiting(api: TelegramApi, db: Database) -> None:
    """Every connection for messages is taken by a call that is never answered; presses have their own."""

    async def both(incoming: Incoming) -> Answer:
        if incoming.kind == "tap":
            return Answer(toast="ok")
        return Answer(messages=(Message("post", "post"),))

    async with talk(api, db, both):
        api.say(42, "/start", user_id=42)
        post = await api.wait_sent(1, 42)
        api.hang("sendMessage", times=1_000)
        for person in range(100, 180):
            api.say(person, "/start", user_id=person)
        await api.until(lambda: len(api.called("sendMessage")) > 20)
        query = api.tap(post.message_id, "1:f:1:up", user_id=42)
        await api.until(lambda: query in api.answers, 1.0)
