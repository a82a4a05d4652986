"""Who hears of what: every active chat of an open line, in one statement a change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.announce import Announcer
from bot.channels.web.channel import WebChannel
from bot.clock import TapeClock
from bot.commands.conversation import Conversation, ConversationConfig, Status
from bot.lines import Office, web_line
from bot.messages.notice_kinds import notice_message
from bot.messages.outgoing import Outgoing
from engine.decision.tick import Halted, Lifted, PolicySet
from engine.market.events import Event
from storage import chats, outbox, people
from storage.database import Database
from storage.outbox import OutboxRow
from storage.schema import outbox as rows_of
from tests.messages.examples import TS, WIB


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as db:
        yield db


async def _submit(event: Event) -> None:
    raise AssertionError(event)


async def _status() -> Status:
    return Status(TS)


def announcer(db: Database, *owners: str) -> Announcer:
    clock = TapeClock(TS)
    talk = Conversation(db, clock, _submit, _status, ConversationConfig())
    office = Office(db, clock, Outgoing("id", "Asia/Jakarta"), talk, lambda: None)
    lines = [web_line(office, WebChannel(db, clock))]
    return Announcer(lines, clock.now_ms, owners=frozenset(("web", owner) for owner in owners))


async def told(db: Database, channel: str = "web") -> list[OutboxRow]:
    async with db.write() as conn:
        return await outbox.lease(conn, channel, TS, 100)


async def test_every_active_chat_of_an_open_line_hears_a_notice_once(db: Database) -> None:
    async with db.write() as conn:
        for channel, address, active in (("web", "a", True), ("web", "b", True), ("web", "c", False)):
            await chats.upsert_chat(conn, channel, address, active=active)
        await chats.upsert_chat(conn, "telegram", "5", active=True)
        for _ in range(2):
            await announcer(db).tell(conn, "restarted", "restarted:7", {"down_s": 60, "open": 1})
    assert [(row.address, row.state, row.payload) for row in await told(db)] == [
        ("a", "restarted", {"down_s": 60, "open": 1}),
        ("b", "restarted", {"down_s": 60, "open": 1}),
    ]
    assert await told(db, "telegram") == []


async def test_a_move_refreshes_the_post_and_pushes_one_reply(db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "web", "a", active=True)
        for state in ("filled", "filled", "tp1"):
            await announcer(db).moved(conn, 7, state, TS)
        rows = [tuple(row) for row in await conn.execute(rows_of.select().order_by(rows_of.c.id))]
    kept = [(row[3], row[5], row[6]) for row in rows]
    assert kept == [("edit", "tp1", "edit:7"), ("reply", "filled", "reply:7:filled"), ("reply", "tp1", "reply:7:tp1")]


async def test_facts_of_the_engine_become_notices(db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "web", "a", active=True)
        for fact in (Halted("pause", TS, None, "rapat"), Lifted("pause", TS), PolicySet("v1", TS, None)):
            await announcer(db).noticed(conn, fact)
    async with db.read() as conn:
        rows = list(await conn.execute(rows_of.select()))
    assert [(row.state, row.dedupe_key) for row in rows] == [
        ("halted", f"halted:{TS}:pause"),
        ("lifted", f"lifted:{TS}:pause"),
        ("policy", f"policy:{TS}:v1"),
    ]


@pytest.mark.parametrize("by_setting", [True, False])
async def test_a_halt_has_resume_where_an_owner_reads_alone_and_nowhere_else(db: Database, by_setting: bool) -> None:
    """In a group everybody would see a button that only an owner may press."""
    async with db.write() as conn:
        for address in ("group", "web"):
            await chats.upsert_chat(conn, "web", address, active=True)
        if not by_setting:
            await people.set_person(conn, "web", "local", role="owner")
        said = announcer(db, *(["local"] if by_setting else []))
        await said.noticed(conn, Halted("pause", TS, None, "rapat"))
    shown = {}
    for row in await told(db):
        notice = notice_message(row.state, row.payload or {}, WIB)
        shown[row.address] = [button.label for buttons in notice.buttons for button in buttons]
    assert shown == {"group": ["❓ Kenapa"], "web": ["❓ Kenapa", "▶️ Lanjutkan"]}
