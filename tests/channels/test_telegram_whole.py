"""The whole way over the wire: a stored signal is posted, people tap, write and ask, the store and the posts agree."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.clock import Clock, SystemClock, TapeClock
from bot.commands.conversation import Conversation, ConversationConfig, Status
from bot.messages.outgoing import Outgoing
from bot.outbox import OutboxSender
from bot.pace import UNLIMITED, Pacer
from bot.ports import Answer, Incoming
from engine.market.events import Event
from storage import chats, feedback, outbox, signals
from storage.database import Database
from storage.schema import outbox as outbox_table
from tests.channels.talking import eventually, side_by_side, talking
from tests.messages.examples import TS, signal
from tests.servers.telegram_api import TOKEN, Sent, TelegramApi

HOME, OTHER, OWNER = -5, -1006, 7
CLOCK = SystemClock()


async def publish(db: Database) -> None:
    """A signal and its rows for two chats, one of them English."""
    document = signal()
    document.pop("ledger")
    async with db.write() as conn:
        await signals.add(conn, document, ts_ms=TS)
        for address, locale in ((HOME, "id"), (OTHER, "en")):
            await chats.upsert_chat(conn, "telegram", str(address), locale=locale, active=True)
            await outbox.enqueue(
                conn,
                channel="telegram",
                address=str(address),
                kind="signal",
                number=1423,
                state="waiting",
                dedupe_key="signal:1423",
                payload=None,
                priority=1,
                at=CLOCK.now_ms(),
            )


def conversation(db: Database, submitted: list[Event], clock: Clock = CLOCK) -> Conversation:
    async def submit(event: Event) -> None:
        submitted.append(event)

    async def status() -> Status:
        return Status(started_ms=0)

    config = ConversationConfig(owner_ids=frozenset({("telegram", str(OWNER))}))
    return Conversation(db, clock, submit, status, config)


async def test_a_signal_is_posted_voted_noted_and_asked_about(api: TelegramApi, db: Database) -> None:
    await publish(db)
    submitted: list[Event] = []
    clock = TapeClock(CLOCK.now_ms())
    people = conversation(db, submitted, clock)
    posting = TelegramChannel(TelegramLine(TOKEN, api.url))
    sender = OutboxSender(db, posting, Outgoing("id", "Asia/Jakarta"), clock, Pacer(UNLIMITED, clock))

    async def handle(incoming: Incoming) -> Answer:
        answer = await people.handle(incoming)
        sender.nudge()
        return answer

    async def half_a_minute_after(pressed: int) -> None:
        """Numbers on posts that many read follow at most every 30 seconds."""
        await api.until(lambda: len(api.answers) >= pressed)
        async with asyncio.timeout(10):
            while await due_or_in_flight(db, clock.now_ms()):
                await asyncio.sleep(0.01)
        clock.advance(clock.now_ms() + 30_000)
        sender.nudge()

    talk = talking(api, db, handle, told=people.told, clock=clock, limits=UNLIMITED)
    async with talk, side_by_side(sender.run()):
        here, there = await api.wait_sent(1, HOME), await api.wait_sent(1, OTHER)
        assert list(here.buttons)[:4] == ["👍", "👎", "⛔", "📝"] and here.text != there.text
        api.tap(here.message_id, here.buttons["👍"], user_id=501)
        api.tap(there.message_id, there.buttons["👍"], user_id=502)
        api.tap(here.message_id, here.buttons["⛔"], user_id=503)
        await half_a_minute_after(3)
        await api.until(lambda: both_show(here, there, "👍 2", "⛔ 1"))
        api.tap(here.message_id, "1:f:1423:nofill", user_id=503)
        await half_a_minute_after(4)
        await api.until(lambda: both_show(here, there, "👍 2", "⛔"))

        api.tap(here.message_id, "1:f:1423:note", user_id=501)
        prompt = await api.wait_sent(2, HOME)
        assert prompt.params["reply_markup"]["force_reply"] is True
        await eventually(db, 5)
        api.say(HOME, "<b>late</b> " + "x" * 4000, user_id=501, reply_to=prompt.message_id)
        await eventually(db, 6)
        await half_a_minute_after(5)
        await api.until(lambda: both_show(here, there, "📝 1"))

        api.say(HOME, "/stats", user_id=999)
        api.say(OWNER, "/pause 30 news", user_id=OWNER)
        api.say(HOME, "/pause 30", user_id=501)
        await eventually(db, 9)
        assert len(api.messages(OWNER)) == 1
    await posting.close()
    async with db.read() as conn:
        assert await feedback.counts(conn, 1423) == {"up": 2, "down": 0, "no_fill": 0, "notes": 1}
    assert [type(event).__name__ for event in submitted] == ["Pause"]


async def due_or_in_flight(db: Database, now: int) -> int:
    """Rows that the sender still has to see to now."""
    flying = outbox_table.c.leased_until.is_not(None)
    query = select(func.count()).where(outbox_table.c.status == "pending", flying | (outbox_table.c.not_before <= now))
    async with db.read() as conn:
        return int((await conn.execute(query)).scalar_one())


def both_show(here: Sent, there: Sent, *labels: str) -> bool:
    return all(label in here.buttons and label in there.buttons for label in labels)


async def test_a_demo_signal_has_working_buttons(api: TelegramApi, db: Database) -> None:
    people = conversation(db, [])
    async with talking(api, db, people.handle, told=people.told, limits=UNLIMITED):
        api.say(OWNER, "/demo", user_id=OWNER)
        post = await api.wait_sent(2, OWNER)
        query = api.tap(post.message_id, post.buttons["👍"], user_id=OWNER)
        await api.until(lambda: "👍 1" in post.buttons)
        await api.until(lambda: query in api.answers)
        assert "DEMO" in post.text and api.answers[query]
