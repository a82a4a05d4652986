"""What leaves the store after its time, and what stays for good."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import inbox, outbox, whatsapp
from storage.database import Database
from storage.retention import DAY_MS, RAW_DAYS, REPORT_DAYS, let_go
from storage.schema import inbox as inbox_table
from storage.whatsapp import Delivery

NOW = 1_767_571_200_000
OLD = NOW - RAW_DAYS * DAY_MS - 1
ANCIENT = NOW - REPORT_DAYS * DAY_MS - 1


async def test_raw_updates_lose_their_text_and_keep_their_key(db: Database) -> None:
    async with db.write() as conn:
        for update, at in (("1", OLD), ("2", OLD), ("3", NOW)):
            await inbox.put(conn, "telegram", update, "words of somebody", at)
        first, _second, third = await inbox.pending(conn, "telegram")
        await inbox.done(conn, first.id, "refused: unknown payload")
        await inbox.done(conn, third.id)
    assert await let_go(db, NOW) == (1, 0)
    assert await let_go(db, NOW) == (0, 0)
    async with db.write() as conn:
        kept = (await conn.execute(select(inbox_table.c.payload, inbox_table.c.note).order_by(inbox_table.c.id))).all()
        assert [tuple(row) for row in kept] == [
            ("", "refused: unknown payload"),
            ("words of somebody", ""),
            ("words of somebody", ""),
        ]
        assert [row.payload for row in await inbox.pending(conn, "telegram")] == ["words of somebody"]
        assert not await inbox.put(conn, "telegram", "1", "again", NOW), "it is known that it came"
        assert await inbox.offset(conn, "telegram") == 3


async def test_reports_go_but_for_those_on_what_still_waits(db: Database) -> None:
    async with db.write() as conn:
        for address in ("+62811", "+62812"):
            await outbox.enqueue(
                conn, channel="whatsapp", address=address, kind="notice", number=None, state="halted",
                dedupe_key="a", payload={}, priority=1, at=ANCIENT,
            )  # fmt: skip
        waits, sent = await outbox.lease(conn, "whatsapp", NOW, 10)
        await outbox.sent(conn, sent.id, "SM1", NOW)
        for sid, row, at in (
            ("SM1", sent.id, ANCIENT), ("SM2", None, ANCIENT), ("SM3", None, NOW), ("held:1", waits.id, ANCIENT)
        ):  # fmt: skip
            await whatsapp.taken(conn, Delivery(sid, "+62811", "notice", row, "utility", "delivered", at=at))
    assert await let_go(db, NOW) == (0, 2)
    async with db.read() as conn:
        kept = [sid for sid in ("SM1", "SM2", "SM3", "held:1") if await whatsapp.delivery_of(conn, sid)]
    assert kept == ["SM3", "held:1"]


@pytest.mark.parametrize("rows", [1201])
async def test_more_than_one_round_is_emptied(db: Database, rows: int) -> None:
    async with db.write() as conn:
        for update in range(rows):
            await inbox.put(conn, "telegram", str(update), "x", OLD)
        for row in await inbox.pending(conn, "telegram", rows):
            await inbox.done(conn, row.id)
    assert await let_go(db, NOW) == (rows, 0)
