"""What an outbox row says comes out of the store, as it stands at the moment of sending."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.messages.outgoing import Outgoing
from bot.ports import Message
from storage import chats, outbox, outcomes, signals
from storage.database import Database
from storage.outbox import OutboxRow
from tests.messages.examples import FILLED, TP1, TS, outcome, signal


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'out.db'}")
    async with opened.write() as conn:
        await signals.add(conn, _unchained(signal()), ts_ms=TS, simulated=True)
        await chats.upsert_chat(conn, "telegram", "5", locale="en", timezone="Asia/Jayapura", active=True)
    yield opened
    await opened.close()


def _unchained(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "ledger"}


async def row(
    db: Database, kind: str, state: str = "", number: int | None = 1423, payload: dict[str, Any] | None = None
) -> OutboxRow:
    """A row as the sender gets it."""
    async with db.write() as conn:
        await outbox.enqueue(
            conn,
            channel="telegram",
            address=f"{kind}:{state}:{number}",
            kind=kind,
            number=number,
            state=state,
            dedupe_key="k",
            payload=payload,
            priority=1,
            at=TS,
        )
        (leased,) = await outbox.lease(conn, "telegram", TS, 1)
    return leased


async def said(render: Outgoing, db: Database, row: OutboxRow, chat: chats.Chat | None) -> Message | None:
    """What it says to whoever reads there."""
    async with db.read() as conn:
        return await render(row, chat, conn)


async def test_a_post_is_made_in_the_chats_language_and_newest_state(db: Database) -> None:
    render = Outgoing("id", "Asia/Jakarta")
    async with db.read() as conn:
        chat = await chats.chat(conn, "telegram", "5")
    first = await said(render, db, await row(db, "signal"), chat)
    assert first is not None and "SIMULATED" in first.text and "01 Dec 00:15 WIT" not in first.text
    assert "1 Dec 00:15 WIT" in first.text and "Waiting for entry" in first.text
    async with db.write() as conn:
        for step in (FILLED, TP1):
            await signals.add_progress(conn, signal()["signal_id"], step.state, step.ts, step.price, step.r)
    later = await said(render, db, await row(db, "edit"), chat)
    assert later is not None and "✅ TP1 17.532 hit" in later.text


async def test_replies_and_notices_are_told_by_their_state(db: Database) -> None:
    render = Outgoing("id", "Asia/Jakarta")
    async with db.write() as conn:
        await signals.add_progress(conn, signal()["signal_id"], "filled", FILLED.ts, FILLED.price, None)
        await outcomes.add(conn, _unchained(outcome("lose", "sl")), closed_ms=TS + 9_000_000)
    filled, closed = (
        await said(render, db, await row(db, "reply", "filled"), None),
        await said(render, db, await row(db, "reply", "closed"), None),
    )
    assert filled is not None and filled.text.startswith("▶️ LINK/USDT LONG · terisi 17,360")
    assert closed is not None and closed.text.startswith("🏁 LINK/USDT LONG · Loss −1,08R")
    notice = await said(render, db, await row(db, "notice", "restarted", None, {"down_s": 9, "open": 0}), None)
    assert notice is not None and "setelah 9 dtk" in notice.text and "SIMULATED" not in notice.text
    made_up = await said(
        Outgoing("id", "Asia/Jakarta", simulated=True), db, await row(db, "notice", "lifted", None), None
    )
    assert made_up is not None and made_up.text.endswith("🎮 SIMULASI: bukan pasar asli")


async def test_a_row_about_nothing_says_nothing(db: Database) -> None:
    render = Outgoing("id", "Asia/Jakarta")
    assert await said(render, db, await row(db, "signal", number=7), None) is None
    assert await said(render, db, await row(db, "edit", number=None), None) is None
    with pytest.raises(ValueError, match="no notice"):
        await said(render, db, await row(db, "notice", "unheard", None), None)


async def test_an_entry_that_is_over_is_said_once(db: Database) -> None:
    """The outcome, hours later, is news for the post only."""
    render = Outgoing("en", "Asia/Jakarta")
    async with db.write() as conn:
        await signals.add_progress(conn, signal()["signal_id"], "missed", TS + 300_000, 17.36, None)
    post = await said(render, db, await row(db, "reply", "missed"), None)
    assert post is not None and "do not chase" in post.text
    async with db.write() as conn:
        await outcomes.add(conn, _unchained(outcome("expire", "missed")), closed_ms=TS + 9_000_000)
    assert await said(render, db, await row(db, "reply", "closed"), None) is None
    assert await said(render, db, await row(db, "edit"), None) is not None


async def test_a_position_that_was_left_is_said_once(db: Database) -> None:
    render, ident = Outgoing("en", "Asia/Jakarta"), signal()["signal_id"]
    async with db.write() as conn:
        await signals.add_progress(conn, ident, "filled", TS + 60_000, 17.36, None)
        await signals.add_progress(conn, ident, "exited", TS + 300_000, 17.15, -1.08, "sl")
    reply, post = (
        await said(render, db, await row(db, "reply", "exited"), None),
        await said(render, db, await row(db, "edit"), None),
    )
    assert reply is not None and post is not None
    assert "Loss −1.08R" in reply.text and "Loss −1.08R · 22:20 WIB\nSL hit" in post.text
    async with db.write() as conn:
        await outcomes.add(conn, _unchained(outcome("lose", "sl", result="win")), closed_ms=TS + 9_000_000)
    assert await said(render, db, await row(db, "reply", "closed"), None) is None
