"""From a tap in Telegram to the finished answer: poller, stored inbox, worker, channel, over real sockets and files."""

from __future__ import annotations

import asyncio
import json

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.errors import SharpSignalError
from bot.ports import Answer, Button, Incoming, Message, Receipt
from storage import chats, inbox, leases
from storage.database import Database
from storage.schema import inbox as inbox_table
from tests.channels.talking import eventually, talking
from tests.servers.telegram_api import TelegramApi

KEYS = ((Button("👍", "1:f:7:up"), Button("📝", "1:f:7:note")),)
POST = Message("LONG", "LONG", KEYS)


def counted(seen: list[Incoming]) -> Message:
    words = f"LONG 👍 {len(seen)}"
    return Message(words, words, KEYS)


async def quiet(incoming: Incoming) -> Answer:
    return Answer()


async def test_a_tap_gets_its_toast_and_the_post_its_count(api: TelegramApi, db: Database) -> None:
    seen: list[Incoming] = []

    async def vote(incoming: Incoming) -> Answer:
        seen.append(incoming)
        return Answer(toast="saved", edit=counted(seen))

    async with talking(api, db, vote) as talk:
        sent = await talk.channel.send("42", POST)
        query = api.tap(int(sent.message_id), "1:f:7:up", user_id=9)
        await api.until(lambda: api.sent[1].text == "LONG 👍 1")
        await eventually(db, 1)
    assert api.answers[query] == "saved"
    assert (seen[0].kind, seen[0].data, seen[0].person.user_id, seen[0].address) == ("tap", "1:f:7:up", "9", "42")
    assert seen[0].event_id == query and seen[0].message_id == "1" and seen[0].private


async def test_taps_of_a_downtime_count_and_old_switches_do_not(api: TelegramApi, db: Database) -> None:
    now = SystemClock().now_ms() // 1000
    async with talking(api, db, quiet) as talk:
        await talk.channel.send("42", POST)
    api.say(42, "/pause 60", user_id=9, at=now - 200)
    api.say(42, "/stats", user_id=9, at=now - 80_000)
    api.tap(1, "1:f:7:up", user_id=9)
    api.say(42, "/resume", user_id=9, at=now - 60)
    seen: list[str] = []

    async def note(incoming: Incoming) -> Answer:
        seen.append(incoming.command or incoming.data)
        return Answer()

    async with talking(api, db, note):
        rows = await eventually(db, 4)
    assert sorted(seen) == ["1:f:7:up", "resume", "stats"]
    assert rows[0][1].startswith("/pause came") and rows[1][1] == ""


async def test_an_update_is_stored_before_telegram_forgets_it(api: TelegramApi, db: Database) -> None:
    """Cut off between reading and handling: the tap is in the store, is handled after the restart, and only once."""
    started = asyncio.Event()

    async def hang(incoming: Incoming) -> Answer:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    seen: list[str] = []

    async def count(incoming: Incoming) -> Answer:
        seen.append(incoming.text)
        return Answer()

    api.say(42, "first", user_id=9)
    async with talking(api, db, hang):
        await asyncio.wait_for(started.wait(), 5)
    async with db.read() as conn:
        assert [json.loads(row.payload)["message"]["text"] for row in await inbox.pending(conn, "telegram")] == [
            "first"
        ]
    async with talking(api, db, count):
        api.say(42, "second", user_id=9)
        await eventually(db, 2)
    async with talking(api, db, count):
        await api.until(lambda: api.unread == 0)
    assert seen == ["first", "second"]


async def test_updates_whose_numbers_start_anew_are_not_lost(api: TelegramApi, db: Database) -> None:
    seen: list[str] = []

    async def count(incoming: Incoming) -> Answer:
        seen.append(incoming.text)
        return Answer()

    async with talking(api, db, count):
        api.say(42, "before", user_id=9)
        await eventually(db, 1)
        await api.until(lambda: api.unread == 0)
        api.restart_numbers(5)
        api.say(42, "after", user_id=9)
        await eventually(db, 2)
    assert seen == ["before", "after"]


async def test_a_slow_chat_does_not_hold_other_peoples_taps(api: TelegramApi, db: Database) -> None:
    async def answer(incoming: Incoming) -> Answer:
        if incoming.kind == "command":
            return Answer(messages=(Message("stats", "stats"),))
        return Answer(toast="saved")

    async with talking(api, db, answer) as talk:
        sent = await talk.channel.send("42", POST)
        api.flood("sendMessage", 30, times=20, chat_id=-5)
        for person in range(10):
            api.say(-5, "/stats", user_id=100 + person)
        await api.until(lambda: len(api.called("sendMessage")) > 1)
        queries = [api.tap(int(sent.message_id), "1:f:7:up", user_id=person) for person in range(1, 21)]
        await api.until(lambda: all(query in api.answers for query in queries), timeout=3)


async def test_a_flooded_group_cannot_fill_the_queue_of_answers(api: TelegramApi, db: Database) -> None:
    async def stats(incoming: Incoming) -> Answer:
        return Answer(messages=(Message("stats", "stats"),))

    async with talking(api, db, stats) as talk:
        for person in range(60):
            api.say(-5, "/stats", user_id=person + 1)
        await eventually(db, 40)
        api.say(42, "/stats", user_id=42)
        await api.wait_sent(1, 42, timeout=3)
        await api.until(lambda: len(api.messages(-5)) >= 20)
        assert talk.worker.counts.failed == 0
    assert len(api.messages(-5)) == 20, "a minute's allowance"


async def test_one_persons_taps_on_a_signal_keep_their_order(api: TelegramApi, db: Database) -> None:
    order: list[str] = []

    async def slow_first(incoming: Incoming) -> Answer:
        await asyncio.sleep(0.2 if not order else 0)
        order.append(incoming.data)
        return Answer()

    async with talking(api, db, slow_first) as talk:
        sent = await talk.channel.send("42", POST)
        for kind in ("up", "down", "up", "nofill"):
            api.tap(int(sent.message_id), f"1:f:7:{kind}", user_id=9)
        await eventually(db, 4)
    assert order == ["1:f:7:up", "1:f:7:down", "1:f:7:up", "1:f:7:nofill"]


async def test_a_tap_whose_handling_breaks_is_answered_noted_and_passed(api: TelegramApi, db: Database) -> None:
    async def break_on_up(incoming: Incoming) -> Answer:
        if incoming.data.endswith(":up"):
            raise KeyError("nobody thought of this")
        return Answer(toast="fine")

    async with talking(api, db, break_on_up) as talk:
        sent = await talk.channel.send("42", POST)
        broken = api.tap(int(sent.message_id), "1:f:7:up", user_id=9)
        fine = api.tap(int(sent.message_id), "1:f:7:note", user_id=9)
        rows = await eventually(db, 2)
        counts = talk.worker.counts
    assert api.answers == {broken: "", fine: "fine"}
    assert [note for _, note in rows] == ["KeyError('nobody thought of this')", ""]
    assert (counts.done, counts.failed) == (1, 1)


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"text": "no id, no chat"}},
        {"callback_query": {"id": "1"}},
        {"message": 7},
        {"callback_query": {"id": "1", "from": {}, "data": "x", "chat_instance": "1"}},
    ],
)
async def test_a_malformed_update_is_put_away_and_the_next_is_read(
    api: TelegramApi, db: Database, update: dict[str, object]
) -> None:
    async with talking(api, db, quiet) as talk:
        api.push(**update)
        api.say(42, "hello", user_id=9)
        rows = await eventually(db, 2)
        counts = talk.worker.counts
    assert rows[0][1] != "" and rows[1][1] == ""
    assert counts.done == 1 and counts.failed + counts.ignored == 1


async def test_things_that_ask_nothing_are_put_away(api: TelegramApi, db: Database) -> None:
    chat = {"id": 42, "type": "private", "first_name": "Ani"}
    who = {"id": 9, "is_bot": False, "first_name": "Ani"}
    async with talking(api, db, quiet) as talk:
        api.push(edited_message={"message_id": 1, "date": 1, "chat": chat, "from": who, "text": "x", "edit_date": 2})
        api.push(message={"message_id": 2, "date": 1, "chat": chat, "from": who, "sticker": {}})
        api.push(something_of_next_year={"x": 1})
        api.push(message={"message_id": 3, "date": 1, "chat": chat, "from": who | {"is_bot": True}, "text": "x"})
        api.say(-5, "/stats@another_bot", user_id=9)
        api.say(-5, "/stats@Sharp_Test_Bot", user_id=9)
        await api.until(lambda: api.unread == 0)
        await eventually(db, 3)
        assert talk.worker.counts.done == 1


async def test_a_group_that_moved_keeps_its_settings_under_the_new_address(api: TelegramApi, db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-5", locale="en", active=True)
    async with talking(api, db, quiet):
        api.migrate(-5, -1005)
        await eventually(db, 1)
    async with db.read() as conn:
        moved = await chats.chat(conn, "telegram", "-1005")
    assert moved is not None and moved.locale == "en"


async def test_blocking_and_coming_back_are_told(api: TelegramApi, db: Database) -> None:
    told: list[str] = []

    async def note(incoming: Incoming) -> Answer:
        told.append(f"{incoming.kind} {incoming.text} {incoming.address}")
        return Answer()

    async with talking(api, db, note):
        api.join(42, user_id=42, status="kicked")
        api.join(-1005, user_id=9, status="administrator")
        await eventually(db, 2)
    assert sorted(told) == ["membership joined -1005", "membership left 42"]


async def test_a_prompt_names_the_person_and_its_id_is_handed_back(api: TelegramApi, db: Database) -> None:
    prompts: list[tuple[str, str]] = []

    async def ask(incoming: Incoming) -> Answer:
        return (
            Answer(messages=(Message("why?", "why?", force_reply="one line"),)) if incoming.kind == "tap" else Answer()
        )

    async def told(incoming: Incoming, message: Message, receipt: Receipt) -> None:
        prompts.append((incoming.data, receipt.message_id))

    async with talking(api, db, ask, told=told) as talk:
        sent = await talk.channel.send("-5:7", POST)
        api.tap(int(sent.message_id), "1:f:7:note", user_id=9)
        await eventually(db, 1)
        prompt = api.messages(-5)[1]
    assert prompts == [("1:f:7:note", str(prompt.message_id))]
    assert prompt.text == "User 9: why?" and prompt.params["message_thread_id"] == "7"
    assert 'tg://user?id=9"' in prompt.params["text"]


async def test_an_answer_that_may_have_arrived_is_sent_at_most_twice(api: TelegramApi, db: Database) -> None:
    async def stats(incoming: Incoming) -> Answer:
        return Answer(messages=(Message("stats", "stats"),))

    async with talking(api, db, stats):
        api.drop("sendMessage", times=5)
        api.say(42, "/stats", user_id=9)
        await eventually(db, 1)
    assert len(api.messages(42)) == 2


async def test_one_reader_per_token_and_the_next_waits_in_words(
    api: TelegramApi, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SystemClock()
    async with db.write() as conn:
        assert await leases.take(conn, "telegram:123456", "another", clock.now_ms(), 600)
    async with talking(api, db, quiet) as talk:
        api.say(42, "hello", user_id=9)
        await asyncio.sleep(0.3)
        assert not api.called("getUpdates") and not talk.poller.connected
        assert "another SharpSignal process" in talk.poller.problem
        await eventually(db, 1)
        assert talk.poller.connected
    async with db.write() as conn:
        assert await leases.take(conn, "telegram:123456", "another", clock.now_ms(), 600), "given back at the end"
    assert caplog.text.count("another SharpSignal process") == 1


async def test_a_wrong_token_ends_this_channel_only(
    api: TelegramApi, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    api.token = "123456:another"
    async with talking(api, db, quiet) as talk:
        async with asyncio.timeout(5):
            while not talk.poller.problem:
                await asyncio.sleep(0.01)
        calls = len(api.calls)
        await asyncio.sleep(0.3)
        assert len(api.calls) == calls and not talk.poller.connected
    assert "TELEGRAM_BOT_TOKEN" in caplog.text and "loopback" not in caplog.text


async def test_another_program_on_the_same_bot_is_named_and_waited_for(api: TelegramApi, db: Database) -> None:
    api.fail("getUpdates", 409)
    api.fail("getUpdates", 400)
    async with talking(api, db, quiet) as talk:
        async with asyncio.timeout(5):
            while "only one bot instance" not in talk.poller.problem:
                await asyncio.sleep(0.01)
        api.say(42, "hello", user_id=9)
        await eventually(db, 1)


async def test_an_outage_is_waited_out_and_nothing_is_lost(api: TelegramApi, db: Database) -> None:
    port = int(api.url.rsplit(":", 1)[1])
    async with talking(api, db, quiet) as talk:
        await api.until(lambda: bool(api.called("getUpdates")))
        await api.stop()
        api.say(42, "meanwhile", user_id=9)
        async with asyncio.timeout(5):
            while talk.poller.connected:
                await asyncio.sleep(0.01)
        api.fail("getUpdates", 502)
        await api.start(port)
        await eventually(db, 1)
        assert talk.poller.connected and talk.poller.problem == ""


async def test_a_burst_of_taps_edits_the_post_a_few_times_and_ends_right(api: TelegramApi, db: Database) -> None:
    seen: list[Incoming] = []

    async def vote(incoming: Incoming) -> Answer:
        seen.append(incoming)
        return Answer(toast="saved", edit=counted(seen))

    async with talking(api, db, vote) as talk:
        sent = await talk.channel.send("42", POST)
        queries = [api.tap(int(sent.message_id), "1:f:7:up", user_id=person) for person in range(1, 31)]
        await eventually(db, 30)
    assert set(api.answers) == set(queries)
    assert api.sent[1].text == "LONG 👍 30"
    assert len(api.sent[1].edits) <= 4


async def test_a_tap_without_an_edit_does_not_take_the_place_of_one(api: TelegramApi, db: Database) -> None:
    seen: list[Incoming] = []

    async def vote(incoming: Incoming) -> Answer:
        if incoming.data.endswith("note"):
            return Answer(toast="write")
        seen.append(incoming)
        return Answer(edit=counted(seen))

    async with talking(api, db, vote) as talk:
        sent = await talk.channel.send("42", POST)
        for kind in ("up", "up", "note"):
            api.tap(int(sent.message_id), f"1:f:7:{kind}", user_id=9)
        await eventually(db, 3)
    assert api.sent[1].text == "LONG 👍 2"


async def test_the_worker_survives_errors_of_our_own_kind(api: TelegramApi, db: Database) -> None:
    async def refuse(incoming: Incoming) -> Answer:
        raise SharpSignalError("no")

    async with talking(api, db, refuse):
        api.say(42, "one", user_id=9)
        api.say(42, "two", user_id=9)
        await eventually(db, 2)
    async with db.read() as conn:
        assert (await conn.execute(select(func.count()).where(inbox_table.c.done == 0))).scalar() == 0
