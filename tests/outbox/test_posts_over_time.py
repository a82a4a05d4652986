"""Over the wire: orders for copying bots and what ends them, silence at night, the digest, every version of a post."""

from __future__ import annotations

from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.digest import ask_digests
from bot.messages.outgoing import Outgoing
from storage import chats, outbox, outcomes, preferences, revisions, signals
from storage.database import Database
from storage.outbox import NewRow
from storage.schema import outbox as rows_of
from storage.schema import takes
from tests.messages.examples import FILLED, TP1, TS, outcome, signal
from tests.outbox.test_announce import announcer
from tests.outbox.test_outbox_sender import sending
from tests.servers.telegram_api import TelegramApi

HOUR = 3_600_000
CHAT = "42"
CORNIX = "LINK/USDT LONG\nEntry zone 17.300-17.360\nTake Profit 17.532, 17.744\nStop 17.150"


def unchained(document: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key != "ledger"}


async def ask(db: Database, kind: str, state: str, key: str, payload: dict[str, str] | None = None) -> None:
    priority = outbox.PRIORITY[kind]
    async with db.write() as conn:
        await outbox.enqueue_many(conn, [NewRow("telegram", CHAT, kind, 1423, state, key, payload, priority, 0)])


async def step(db: Database, state: str, ts: int, price: float, r: float | None = None) -> None:
    async with db.write() as conn:
        await signals.add_progress(conn, str(signal()["signal_id"]), state, ts, price, r)


async def test_orders_go_out_plain_and_are_answered_when_the_entry_is_over(
    db: Database, api: TelegramApi, channel: TelegramChannel
) -> None:
    async with db.write() as conn:
        await signals.add(conn, unchained(signal()), ts_ms=TS)
    render = Outgoing("id", "Asia/Jakarta", now=lambda: TS)
    async with sending(db, channel, render):
        await ask(db, "notice", "copy_open", "copy_open:1423", {"form": "cornix"})
        copied = await api.wait_sent(1)
        assert copied.text == CORNIX
        await step(db, "missed", TS + 300_000, 17.4)
        await ask(db, "notice", "copy_close", "copy_close:1423", {"form": "cornix", "answers": "copy_open:1423"})
        closed = await api.wait_sent(2)
    assert closed.text == "CLOSE" and closed.reply_to == copied.message_id


async def test_only_chats_that_want_it_are_told_and_of_paper_only_when_they_say_so(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, unchained(signal()), ts_ms=TS)
        for address, wish in (("a", None), ("b", "cornix"), ("c", "3commas all")):
            await chats.upsert_chat(conn, "web", address, active=True)
            await preferences.put(conn, "chat", "web", address, "copy", wish)
        await announcer(db).moved(conn, 1423, "missed", TS)
        asked = await conn.execute(select(rows_of).where(rows_of.c.kind == "notice"))
        assert [(row.address, row.state) for row in asked] == [("c", "copy_close")]


async def test_at_night_nothing_rings_but_the_end_of_what_was_taken(
    db: Database, api: TelegramApi, channel: TelegramChannel
) -> None:
    async with db.write() as conn:
        await signals.add(conn, unchained(signal()), ts_ms=TS)
        await preferences.put(conn, "person", "telegram", CHAT, "quiet", "22:00-07:00")
    render = Outgoing("id", "Asia/Jakarta", now=lambda: TS)  # 22:15 in Jakarta
    async with sending(db, channel, render):
        await ask(db, "signal", "waiting", "signal:1423")
        assert (await api.wait_sent(1)).params["disable_notification"] == "true"
        await step(db, "filled", FILLED.ts, FILLED.price)
        await ask(db, "reply", "filled", "reply:1423:filled")
        assert (await api.wait_sent(2)).params["disable_notification"] == "true"
        taken = {"channel": "telegram", "event_id": "e", "number": 1423, "user_id": CHAT, "taken": 1, "at": TS}
        async with db.write() as conn:
            await conn.execute(takes.insert().values(taken))
        await step(db, "tp1", TP1.ts, TP1.price, TP1.r)
        await ask(db, "reply", "tp1", "reply:1423:tp1")
        assert (await api.wait_sent(3)).params.get("disable_notification") in (None, "false")
    by_day = Outgoing("id", "Asia/Jakarta", now=lambda: TS + 10 * HOUR)
    async with db.write() as conn:
        await conn.execute(takes.update().values(taken=0))
    async with sending(db, channel, by_day):
        await ask(db, "reply", "filled", "again")
        assert (await api.wait_sent(4)).params.get("disable_notification") in (None, "false")


async def test_the_morning_says_once_what_is_still_good_and_what_is_gone(
    db: Database, api: TelegramApi, channel: TelegramChannel
) -> None:
    morning = TS + 9 * HOUR - 15 * 60_000  # 07:00 in Jakarta
    late = {"ts": "2026-12-01T06:50:00+07:00", "number": 1425, "signal_id": "6f1c8b0e-0000-5000-8000-000000000025"}
    async with db.write() as conn:
        await signals.add(conn, unchained(signal()), ts_ms=TS)
        await outcomes.add(conn, unchained(outcome("lose", "sl")), closed_ms=TS + 12_300_000)
        await signals.add(conn, unchained(signal(**late)), ts_ms=morning - 600_000)
        await chats.upsert_chat(conn, "telegram", CHAT, active=True)
        await chats.upsert_chat(conn, "telegram", "43", active=True)
        await preferences.put(conn, "chat", "telegram", CHAT, "quiet", "22:00-07:00")
        assert await ask_digests(conn, morning - 60_000, "Asia/Jakarta") == 0
        assert await ask_digests(conn, morning + 60_000, "Asia/Jakarta") == 1
        assert await ask_digests(conn, morning + 90_000, "Asia/Jakarta") == 0
        await conn.execute(rows_of.update().values(not_before=0))  # the sender's clock is the machine's
    async with sending(db, channel, Outgoing("id", "Asia/Jakarta", now=lambda: morning + 60_000)):
        told = (await api.wait_sent(1)).text.splitlines()
    assert told[:2] == ["🌅 Selama jam tenang", "22:00 WIB – 07:00 WIB"]
    valid, gone = told.index("Masih berlaku"), told.index("Sudah lewat")
    assert told[valid + 1].startswith("#1425·") and "Berlaku s/d 07:20 WIB" in told[valid + 2]
    assert told[gone + 1].startswith("#1423·") and told[gone + 2] == "Loss −1,08R"


async def test_every_version_of_a_post_is_kept(db: Database, api: TelegramApi, channel: TelegramChannel) -> None:
    async with db.write() as conn:
        await signals.add(conn, unchained(signal()), ts_ms=TS)
    async with sending(db, channel, Outgoing("en", "UTC", now=lambda: TS)):
        await ask(db, "signal", "waiting", "signal:1423")
        post = await api.wait_sent(1)
        await ask(db, "edit", "counts", "edit:1423")
        await api.until(lambda: len(api.called("editMessageText")) == 1)
        await step(db, "filled", FILLED.ts, FILLED.price)
        await ask(db, "edit", "filled", "edit:1423")
        await api.until(lambda: len(api.called("editMessageText")) == 2)
    async with db.read() as conn:
        said = await revisions.of(conn, "telegram", CHAT, 1423)
    assert [one.rev for one in said] == [1, 2], "the same words again are no version"
    assert "Waiting for entry" in said[0].text and "▶️ Filled 17.360" in said[1].text == post.text
