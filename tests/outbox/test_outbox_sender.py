"""Stored rows on their way to a chat: real store, real client, the Bot API's wire on loopback."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.outbox import OutboxSender, Render
from bot.pace import TELEGRAM, UNLIMITED, Allowance, Limits, Pacer
from bot.ports import Message
from storage import chats, outbox
from storage.chats import Chat
from storage.database import Database
from storage.outbox import PRIORITY, OutboxRow
from storage.schema import outbox as outbox_table
from tests.servers.telegram_api import TelegramApi

CLOCK = SystemClock()


async def say(row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message | None:
    """What a row tells: its signal and state."""
    words = f"#{row.number} {row.kind} {row.state}"
    return Message(words, words)


async def add(
    db: Database,
    address: str,
    kind: str = "signal",
    number: int = 7,
    state: str = "waiting",
    expires_at: int | None = None,
) -> None:
    """Ask for a message, as the pipeline does."""
    key = f"{kind}:{number}" if kind == "edit" else f"{kind}:{number}:{state}"
    async with db.write() as conn:
        await outbox.enqueue(
            conn,
            channel="telegram",
            address=address,
            kind=kind,
            number=number,
            state=state,
            dedupe_key=key,
            payload=None,
            priority=PRIORITY[kind],
            at=CLOCK.now_ms(),
            expires_at=expires_at,
        )


@asynccontextmanager
async def sending(
    db: Database, channel: TelegramChannel, render: Render = say, limits: Limits = UNLIMITED, poll_s: float = 0.2
) -> AsyncIterator[OutboxSender]:
    sender = OutboxSender(db, channel, render, CLOCK, Pacer(limits, CLOCK), poll_s=poll_s)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(sender.run())
        try:
            yield sender
        finally:
            task.cancel()


async def rows(db: Database) -> dict[str, tuple[str, str]]:
    """dedupe key -> status, error."""
    async with db.read() as conn:
        found = await conn.execute(outbox_table.select().order_by(outbox_table.c.id))
        return {row.dedupe_key: (row.status, row.error) for row in found}


async def settled(db: Database, pending: int = 0) -> dict[str, tuple[str, str]]:
    """Wait until only `pending` rows are left to send."""
    async with asyncio.timeout(10):
        while True:
            found = await rows(db)
            if sum(status == "pending" for status, _ in found.values()) <= pending:
                return found
            await asyncio.sleep(0.01)


def told(api: TelegramApi, chat_id: int) -> list[str]:
    return [post.text for post in api.messages(chat_id)]


async def test_post_reply_and_edit_find_each_other(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    await add(db, "42", "reply", state="filled")
    await add(db, "42", "edit", state="filled")
    await add(db, "42")
    async with sending(db, channel):
        await settled(db)
    assert told(api, 42) == ["#7 edit filled", "#7 reply filled"]
    assert api.sent[1].edits == ["#7 signal waiting"] and api.sent[2].reply_to == 1


async def test_a_nudge_sends_at_once(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    async with sending(db, channel, poll_s=60) as sender:
        await asyncio.sleep(0.05)
        await add(db, "42")
        sender.nudge()
        await api.wait_sent(1, timeout=5)


async def test_what_was_just_committed_is_taken_at_once_but_by_the_rules(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    """More than are made ahead, in their order within a chat; a chat that may not be talked to yet keeps its rows."""
    async with sending(db, channel, limits=Limits(person=Allowance(1, 1_000)), poll_s=60.0) as sender:
        await asyncio.sleep(0)
        for number in (7, 8):
            for chat in range(41, 48):
                await add(db, str(chat), number=number)
        sender.nudge()
        await api.until(lambda: len(api.sent) == 7)
        assert {post.text for post in api.sent.values()} == {"#7 signal waiting"}
        await settled(db)
    assert all(told(api, chat) == ["#7 signal waiting", "#8 signal waiting"] for chat in range(41, 48))


async def test_a_flood_holds_one_chat_while_others_go_on(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.flood("sendMessage", 1, chat_id=-5)
    for number in (1, 2):
        await add(db, "-5", number=number)
        await add(db, "42", number=number + 2)
    async with sending(db, channel) as sender:
        await settled(db, pending=2)
        assert told(api, 42) == ["#3 signal waiting", "#4 signal waiting"] and told(api, -5) == []
        await settled(db)
        assert sender.counts.floods == 1
    assert told(api, -5) == ["#1 signal waiting", "#2 signal waiting"]
    calls = [call.at for call in api.called("sendMessage") if str(call.params["chat_id"]) == "-5"]
    assert len(calls) == 3 and calls[1] - calls[0] >= 1000


async def test_a_post_that_may_have_arrived_is_sent_once_more_and_never_again(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.drop("sendMessage", times=9)
    await add(db, "42")
    async with sending(db, channel):
        found = await settled(db)
    assert told(api, 42) == ["#7 signal waiting"] * 2
    assert found["signal:7:waiting"][0] == "dead" and "second time" in found["signal:7:waiting"][1]


async def test_an_edit_is_made_until_it_is_known_to_be_there(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    await add(db, "42")
    async with sending(db, channel):
        await settled(db)
        api.drop("editMessageText", times=2)
        await add(db, "42", "edit", state="tp1")
        found = await settled(db)
    assert api.sent[1].text == "#7 edit tp1" and found["edit:7"][0] == "sent"
    assert len(api.called("editMessageText")) == 2, "the second try hears that nothing is to be changed"


async def test_faults_that_pass_are_waited_out(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    api.fail("sendMessage", 502, times=2)
    await add(db, "42")
    async with sending(db, channel) as sender:
        await settled(db)
        assert (sender.counts.sent, sender.counts.retried) == (1, 2)
    calls = [call.at for call in api.called("sendMessage")]
    assert calls[2] - calls[1] > calls[1] - calls[0] > 500


async def test_a_blocked_chat_is_closed_and_its_rows_end(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "42", active=True)
    api.block(42)
    for number in (1, 2, 3):
        await add(db, "42", number=number)
    async with sending(db, channel):
        found = await settled(db)
    async with db.read() as conn:
        chat = await chats.chat(conn, "telegram", "42")
    assert chat is not None and (chat.active, chat.reason) == (False, "blocked")
    assert {status for status, _ in found.values()} == {"dead"}
    assert len(api.called("sendMessage")) == 1


async def test_an_edit_of_a_deleted_post_leaves_the_chat_open(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "42", active=True)
    await add(db, "42")
    async with sending(db, channel):
        await settled(db)
        del api.sent[1]
        await add(db, "42", "edit", state="tp1")
        await add(db, "42", "reply", state="tp1")
        found = await settled(db)
    assert found["edit:7"][0] == "dead" and told(api, 42) == ["#7 reply tp1"]
    async with db.read() as conn:
        chat = await chats.chat(conn, "telegram", "42")
    assert chat is not None and chat.active


async def test_a_moved_group_gets_what_waits_for_it(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-5", locale="en", active=True)
    api.migrate(-5, -1005, tell=False)
    for number in (1, 2):
        await add(db, "-5", number=number)
    async with sending(db, channel):
        await settled(db)
    assert told(api, -1005) == ["#1 signal waiting", "#2 signal waiting"]
    async with db.read() as conn:
        moved = await chats.chat(conn, "telegram", "-1005")
    assert moved is not None and moved.active and moved.locale == "en"


async def test_an_entry_past_its_time_is_dropped_and_its_outcome_still_told(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    await add(db, "42", expires_at=CLOCK.now_ms() - 1)
    await add(db, "42", "reply", state="closed")
    await add(db, "42", "edit", state="closed")
    async with sending(db, channel):
        found = await settled(db)
    assert told(api, 42) == ["#7 reply closed"]
    assert found["signal:7:waiting"][0] == "dropped" and found["edit:7"][0] == "sent"
    async with db.read() as conn:
        assert (await outbox.stats(conn))["dropped"] == 1


async def test_an_entry_that_expires_while_its_chat_is_held_is_dropped(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.flood("sendMessage", 1)
    await add(db, "42", expires_at=CLOCK.now_ms() + 500)
    async with sending(db, channel):
        found = await settled(db)
    assert found["signal:7:waiting"][0] == "dropped" and told(api, 42) == []


async def test_a_private_chat_gets_one_message_a_second(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    for number in (1, 2, 3):
        await add(db, "42", number=number)
    async with sending(db, channel, limits=TELEGRAM):
        await settled(db)
    at = [post.at for post in api.messages(42)]
    assert all(later - earlier >= 990 for earlier, later in itertools.pairwise(at))


async def test_what_was_in_flight_at_a_kill_goes_out_without_waiting_for_its_lease(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    await add(db, "42")
    async with db.write() as conn:
        assert await outbox.lease(conn, "telegram", CLOCK.now_ms(), 10, lease_ms=3_600_000)
    async with sending(db, channel):
        await settled(db)
    assert told(api, 42) == ["#7 signal waiting"]


async def test_a_kill_between_send_and_note_doubles_a_post_once(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    await add(db, "42")
    async with db.write() as conn:
        (row,) = await outbox.lease(conn, "telegram", CLOCK.now_ms(), 10)
        message = await say(row, None, conn)
    assert message is not None
    await channel.send("42", message)
    async with sending(db, channel):
        await settled(db)
        await add(db, "42", "edit", state="filled")
        await settled(db)
    assert told(api, 42) == ["#7 signal waiting", "#7 edit filled"]


async def test_nothing_to_tell_is_no_message_and_no_dead_letter(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async def nothing(row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message | None:
        return None

    await add(db, "42")
    async with sending(db, channel, nothing):
        found = await settled(db)
    assert found["signal:7:waiting"][0] == "sent" and not api.called("sendMessage")


async def test_a_row_that_cannot_be_rendered_is_buried_and_others_go_on(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async def stumble(row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message | None:
        if row.number == 1:
            raise KeyError("orders")
        return await say(row, chat, conn)

    await add(db, "42", number=1)
    await add(db, "42", number=2)
    async with sending(db, channel, stumble):
        found = await settled(db)
    assert found["signal:1:waiting"] == ("dead", "KeyError('orders')")
    assert told(api, 42) == ["#2 signal waiting"]


async def test_the_chats_own_settings_reach_the_renderer(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async def greet(row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message | None:
        words = chat.locale if chat is not None and chat.locale else "none"
        return Message(words, words)

    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "42", locale="en", active=True)
    await add(db, "42")
    await add(db, "43")
    async with sending(db, channel, greet):
        await settled(db)
    assert (told(api, 42), told(api, 43)) == (["en"], ["none"])


async def test_a_wrong_token_ends_the_sender_and_keeps_the_row(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    api.token = "123456:another"
    await add(db, "42")
    sender = OutboxSender(db, channel, say, CLOCK, Pacer(UNLIMITED, CLOCK))
    async with asyncio.timeout(5):
        await sender.run()
    assert "TELEGRAM_BOT_TOKEN" in sender.problem
    assert (await rows(db))["signal:7:waiting"][0] == "pending"


async def test_votes_during_an_edit_in_flight_lead_to_one_more_edit(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    await add(db, "42")
    async with sending(db, channel) as sender:
        await settled(db)
        api.hang("editMessageText")
        await add(db, "42", "edit", state="one")
        sender.nudge()
        await api.until(lambda: len(api.called("editMessageText")) == 1)
        await add(db, "42", "edit", state="two")
        await settled(db)
    assert api.sent[1].text == "#7 edit two"


async def test_who_gets_nothing_any_more_is_still_told_what_became_of_them(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    """Turned down, removed or another role: the last words arrive although the chat is out; nothing else does."""
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "5", active=True)
        await chats.deactivate(conn, "telegram", "5", "removed")
    for state in ("rejected", "role", "removed", "restarted"):
        await add(db, "5", "notice", state=state)
    async with sending(db, channel) as sender:
        found = await settled(db)
        assert sender.counts.dead == 1
    assert told(api, 5) == [f"#7 notice {state}" for state in ("rejected", "role", "removed")]
    assert found["notice:7:restarted"] == ("dead", "the chat is not active: removed")
