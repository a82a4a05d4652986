"""Chats that stop taking messages and take them again, over the wire: sender, poller, store and talk as they run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.probe import TelegramProbe
from bot.clock import SystemClock
from bot.commands.conversation import Conversation, ConversationConfig, Status
from bot.messages.outgoing import Outgoing
from bot.outbox import OutboxSender
from bot.pace import UNLIMITED, Pacer
from bot.ports import Answer, Incoming
from bot.telegram_room import SilentChats, topic_of
from engine.market.events import Event
from storage import chats, outbox, preferences, quiet, routes, signals
from storage.database import Database
from storage.outbox import NewRow
from storage.schema import outbox as outbox_table
from storage.schema import outcomes
from storage.schema import signals as signals_table
from tests.channels.talking import side_by_side, talking
from tests.messages.examples import TS, signal
from tests.servers.telegram_api import TOKEN, TelegramApi
from tests.servers.telegram_wire import chat as chat_of
from tests.servers.telegram_wire import member

OWNER, GROUP = 7, -1007
NEWS = {"pair": "BTC-USDT-SWAP", "stream": "book", "seconds": None}
OWNERS = frozenset({("telegram", str(OWNER))})
CLOCK = SystemClock()
OTHER_RIGHTS = tuple(
    f"can_{right}"
    for right in (
        "send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes", "send_voice_notes",
        "send_polls", "send_other_messages", "add_web_page_previews", "change_info", "invite_users", "pin_messages",
        "manage_topics", "edit_tag", "react_to_messages",
    )
)  # fmt: skip
NO_RIGHTS = "Bad Request: not enough rights to send text messages to the chat"


@asynccontextmanager
async def running(api: TelegramApi, db: Database) -> AsyncIterator[OutboxSender]:
    """The whole of Telegram but for the engine."""

    async def submit(event: Event) -> None:
        return None

    async def status() -> Status:
        return Status(started_ms=0)

    talk = Conversation(db, CLOCK, submit, status, ConversationConfig(owner_ids=OWNERS))
    channel = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=1.0))
    mended = SilentChats(db, CLOCK, OWNERS, lambda: sender.nudge())
    sender = OutboxSender(
        db, channel, Outgoing("en", "Asia/Jakarta"), CLOCK, Pacer(UNLIMITED, CLOCK),
        silence=mended.fall, place=topic_of, poll_s=0.05,
    )  # fmt: skip
    probe = TelegramProbe(channel.line, db, CLOCK, mended.wake, look_s=0.1)

    async def handle(incoming: Incoming) -> Answer:
        try:
            return await talk.handle(incoming)
        finally:
            sender.nudge()

    try:
        async with talking(api, db, handle, limits=UNLIMITED), side_by_side(sender.run(), probe.run()):
            yield sender
    finally:
        await channel.close()


async def publish(db: Database, *addresses: str, number: int = 1423) -> None:
    document = signal(number=number, signal_id=f"6f1c8b0e-0000-5000-8000-{number:012d}")
    document.pop("ledger")
    async with db.write() as conn:
        await signals.add(conn, document, ts_ms=TS)
        for address in addresses:
            await chats.upsert_chat(conn, "telegram", address, locale="en", active=True)
    await enqueue(db, addresses, "signal", "waiting", f"signal:{number}", number)


async def enqueue(
    db: Database, addresses: tuple[str, ...], kind: str, state: str, key: str, number: int | None = 1423, **payload: Any
) -> None:
    now = CLOCK.now_ms()
    async with db.write() as conn:
        rows = [
            NewRow("telegram", address, kind, number, state, key, payload or None, outbox.PRIORITY[kind], now,
                   expires_at=now + 600_000 if kind == "signal" else None)
            for address in addresses
        ]  # fmt: skip
        await outbox.enqueue_many(conn, rows)


async def state_of(db: Database, address: str) -> str:
    async with db.read() as conn:
        known = await chats.chat(conn, "telegram", address)
    assert known is not None
    return "active" if known.active else known.reason


async def until(ready: Callable[[], Any], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not await ready():
            await asyncio.sleep(0.02)


def rights(api: TelegramApi, chat_id: int, may_post: bool, *, was: str = "administrator") -> None:
    """Somebody changes what the bot may do in a group."""
    me = {"id": api.bot_id, "is_bot": True, "first_name": "Sharp", "username": api.username}
    restricted = member("restricted", me) | dict.fromkeys(OTHER_RIGHTS, False)
    restricted |= {"is_member": True, "can_send_messages": may_post, "until_date": 0}
    change = {"chat": chat_of(chat_id), "from": {"id": 9, "is_bot": False, "first_name": "Admin"}, "date": 1}
    change |= {"old_chat_member": member(was, me), "new_chat_member": restricted}
    api.push(my_chat_member=change)


async def test_rights_lost_silence_a_chat_tell_the_owner_once_and_come_back(api: TelegramApi, db: Database) -> None:
    await publish(db, str(GROUP))
    async with running(api, db):
        post = await api.wait_sent(1, GROUP)
        api.fail("sendMessage", 400, NO_RIGHTS, times=1_000, chat_id=GROUP)
        api.fail("sendChatAction", 400, NO_RIGHTS, times=1_000, chat_id=GROUP)
        await enqueue(db, (str(GROUP),), "notice", "feed_back", "n1", None, **NEWS)
        await until(lambda: is_(db, str(GROUP), "rights"))
        told = await api.wait_sent(1, OWNER)
        assert "may not write" in told.text and str(GROUP) in told.text and "admin" in told.text
        await enqueue(db, (str(GROUP),), "notice", "feed_back", "n2", None, **NEWS)
        await settle(db)
        assert len(api.messages(OWNER)) == 1, "told once"
        api.heal()
        api.fail("sendChatAction", 400, NO_RIGHTS, times=1_000, chat_id=GROUP)
        rights(api, GROUP, may_post=True)
        await until(lambda: is_(db, str(GROUP), "active"))
        back = await api.wait_sent(2, OWNER)
        assert "gets messages again" in back.text and back.params["disable_notification"] == "true"
        await settle(db)
    async with db.read() as conn:
        rows = (await conn.execute(outbox_table.select().where(outbox_table.c.address == str(GROUP)))).all()
    assert {row.kind for row in rows if row.status == "sent"} >= {"signal", "edit"}, "its post was brought up to date"
    assert post.message_id == 1


async def is_(db: Database, address: str, state: str) -> bool:
    return await state_of(db, address) == state


async def settle(db: Database) -> None:
    """Until nothing waits to be sent."""

    async def empty() -> bool:
        async with db.read() as conn:
            return not (await outbox.stats(conn))["pending"]

    await until(empty)


async def test_rights_taken_by_an_admin_are_known_before_anything_fails(api: TelegramApi, db: Database) -> None:
    await publish(db, str(GROUP), f"{GROUP}:5")
    async with running(api, db):
        await api.wait_sent(2, GROUP)
        api.fail("sendChatAction", 400, NO_RIGHTS, times=1_000, chat_id=GROUP)
        rights(api, GROUP, may_post=False)
        await until(lambda: is_(db, f"{GROUP}:5", "rights"))
        assert await state_of(db, str(GROUP)) == "rights"
        assert len(api.messages(OWNER)) <= 1, "one word for the group, not one a topic"
        rights(api, GROUP, may_post=True, was="member")
        await until(lambda: is_(db, f"{GROUP}:5", "active"))
        assert await state_of(db, str(GROUP)) == "active"


async def test_a_group_whose_rules_changed_back_is_found_without_being_told(api: TelegramApi, db: Database) -> None:
    await publish(db, str(GROUP))
    async with db.write() as conn:
        await quiet.silence(conn, "telegram", str(GROUP), "rights")
    api.fail("sendChatAction", 400, NO_RIGHTS, times=2, chat_id=GROUP)
    async with running(api, db):
        await until(lambda: is_(db, str(GROUP), "active"))
    assert len(api.called("sendChatAction")) >= 3


@pytest.mark.parametrize("status", ["kicked", "left"])
async def test_a_group_that_throws_the_bot_out_means_all_its_topics(
    api: TelegramApi, db: Database, status: str
) -> None:
    await publish(db, f"{GROUP}:7", f"{GROUP}:8", "-10071:7")
    async with running(api, db):
        await api.wait_sent(2, GROUP)
        api.join(GROUP, user_id=9, status=status)
        await until(lambda: is_(db, f"{GROUP}:7", "left"))
        assert await state_of(db, f"{GROUP}:8") == "left" and await state_of(db, "-10071:7") == "active"
        api.join(GROUP, user_id=9, status="member")
        await until(lambda: is_(db, f"{GROUP}:7", "active"))
        assert await state_of(db, f"{GROUP}:8") == "active"


async def test_a_closed_topic_is_silent_alone_until_it_is_opened(api: TelegramApi, db: Database) -> None:
    await publish(db, f"{GROUP}:7", f"{GROUP}:8")
    async with running(api, db):
        await api.wait_sent(2, GROUP)
        api.fail("sendMessage", 400, "Bad Request: TOPIC_CLOSED", times=1)
        api.fail("sendChatAction", 400, "Bad Request: TOPIC_CLOSED", times=1_000)
        await enqueue(db, (f"{GROUP}:7",), "notice", "feed_back", "n1", None, **NEWS)
        await until(lambda: is_(db, f"{GROUP}:7", "topic_closed"))
        assert await state_of(db, f"{GROUP}:8") == "active"
        assert "open it again" in (await api.wait_sent(1, OWNER)).text
        message = {"message_id": 900, "date": 1, "chat": chat_of(GROUP), "is_topic_message": True}
        message |= {"from": {"id": 9, "is_bot": False, "first_name": "Admin"}, "message_thread_id": 7}
        api.push(message=message | {"forum_topic_reopened": {}})
        await until(lambda: is_(db, f"{GROUP}:7", "active"))


async def test_a_missed_end_is_pushed_once_when_the_chat_is_back(db: Database) -> None:
    await publish(db, str(GROUP))
    async with db.write() as conn:
        (row,) = await outbox.lease(conn, "telegram", CLOCK.now_ms(), 10)
        await outbox.sent(conn, row.id, "1", CLOCK.now_ms())
        await quiet.silence(conn, "telegram", str(GROUP), "rights")
        mine = signals_table.c.number == 1423
        await conn.execute(signals_table.update().where(mine).values(state="closed"))
        ended = {"position": 1, "number": 1423, "signal_id": "6f1c8b0e-0000-5000-8000-000000001423"}
        ended |= {"closed_at": CLOCK.now_ms(), "result": "win", "followable_result": "win"}
        await conn.execute(outcomes.insert().values(**ended, line="{}", prev="0", hash="1"))
        await quiet.wake(conn, "telegram", str(GROUP), CLOCK.now_ms())
        await quiet.silence(conn, "telegram", str(GROUP), "rights")
        await quiet.wake(conn, "telegram", str(GROUP), CLOCK.now_ms())
        table = outbox_table.c
        rows = (await conn.execute(outbox_table.select().where(table.status == "pending").order_by(table.kind))).all()
    assert [(one.kind, one.state) for one in rows] == [("edit", "closed"), ("reply", "closed")]


async def test_results_and_ops_go_to_their_topics_and_home_when_a_topic_is_gone(api: TelegramApi, db: Database) -> None:
    async with db.write() as conn:
        await routes.put(conn, str(GROUP), {"results": f"{GROUP}:9", "ops": f"{GROUP}:10"})
    await publish(db, str(GROUP))
    async with running(api, db):
        post = await api.wait_sent(1, GROUP)
        assert "message_thread_id" not in post.params
        await enqueue(db, (str(GROUP),), "notice", "feed_back", "n1", None, **NEWS)
        ops = await api.wait_sent(2, GROUP)
        assert ops.params["message_thread_id"] == "10"
        api.fail("sendMessage", 400, "Bad Request: message thread not found", times=1)
        await enqueue(db, (str(GROUP),), "notice", "feed_back", "n2", None, **NEWS)
        home = await api.wait_sent(3, GROUP)
        assert "message_thread_id" not in home.params and await state_of(db, str(GROUP)) == "active"
    async with db.read() as conn:
        assert await preferences.get(conn, "chat", "telegram", str(GROUP), "routes") is not None
