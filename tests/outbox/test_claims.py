"""What is taken in the transaction that makes it: said once that is committed, never before, never twice."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.telegram.channel import TelegramChannel
from bot.claim import Claim
from bot.outbox import OutboxSender
from bot.pace import UNLIMITED, Allowance, Limits, Pacer
from storage import outbox
from storage.database import Database
from storage.outbox import PRIORITY
from storage.schema import outbox as table
from tests.outbox.test_outbox_sender import CLOCK, rows, say, sending, settled, told
from tests.servers.telegram_api import TelegramApi


async def make(conn: AsyncConnection, *addresses: str, number: int = 7) -> None:
    """A post for each address."""
    for address in addresses:
        await outbox.enqueue(
            conn, channel="telegram", address=address, kind="signal", number=number, state="waiting",
            dedupe_key=f"signal:{number}:{address}", payload=None, priority=PRIORITY["signal"], at=CLOCK.now_ms(),
        )  # fmt: skip


async def claiming(sender: OutboxSender) -> Claim:
    """A claim, as soon as the sender runs."""
    async with asyncio.timeout(5):
        while (claim := sender.claim()) is None:
            await asyncio.sleep(0.01)
    return claim


async def made_and_taken(db: Database, claim: Claim, *addresses: str) -> None:
    """A post for each address, made and claimed in one transaction."""

    async def work(conn: AsyncConnection) -> None:
        await make(conn, *addresses)
        await claim.unit(conn)

    await db.write_at_once(work)


async def test_it_goes_without_a_look_once_it_is_committed(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async with sending(db, channel, poll_s=60) as sender:
        claim = await claiming(sender)
        await made_and_taken(db, claim, "42", "43")
        await asyncio.sleep(0.05)
        assert not api.called("sendMessage"), "nobody said yet that it is committed"
        claim.land()
        await api.wait_sent(2, timeout=5)
        await settled(db)
    assert told(api, 42) == told(api, 43) == ["#7 signal waiting"]


async def test_what_is_not_committed_is_not_said(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    async with sending(db, channel) as sender:
        claim = await claiming(sender)

        async def fails(conn: AsyncConnection) -> None:
            await make(conn, "42")
            await claim.unit(conn)
            raise LookupError

        with pytest.raises(LookupError):
            await db.write_at_once(fails)
        await asyncio.sleep(0.5)
    assert not api.called("sendMessage") and not await rows(db)


async def test_only_what_may_be_said_now_is_taken(api: TelegramApi, db: Database, channel: TelegramChannel) -> None:
    """One message a moment and person: the second waits in the store, in its order."""
    limits = Limits(person=Allowance(1, 600))
    async with sending(db, channel, limits=limits) as sender:
        claim = await claiming(sender)

        async def work(conn: AsyncConnection) -> None:
            await make(conn, "42", number=1)
            await make(conn, "42", number=2)
            await claim.unit(conn)

        await db.write_at_once(work)
        assert len(claim.rows) == 1 and [head.id for head in claim.heads] == []
        claim.land()
        await settled(db)
    assert told(api, 42) == ["#1 signal waiting", "#2 signal waiting"]


async def test_a_sender_that_does_not_run_claims_nothing(db: Database, channel: TelegramChannel) -> None:
    sender = OutboxSender(db, channel, say, CLOCK, Pacer(UNLIMITED, CLOCK))
    assert sender.claim() is None
    async with sending(db, channel) as running:
        await claiming(running)
    assert running.claim() is None, "it ended"


async def test_what_was_claimed_at_the_end_still_lands(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async with sending(db, channel, poll_s=60) as sender:
        claim = await claiming(sender)
        await made_and_taken(db, claim, "42")
        claim.land()
    assert told(api, 42) == ["#7 signal waiting"]
    async with db.read() as conn:
        (row,) = await conn.execute(select(table.c.status, table.c.unknowns))
    assert tuple(row) == ("sent", 0)


async def test_what_is_committed_after_the_end_is_due_as_if_nobody_had_taken_it(
    api: TelegramApi, db: Database, channel: TelegramChannel
) -> None:
    async with sending(db, channel, poll_s=60) as sender:
        claim = await claiming(sender)
    await made_and_taken(db, claim, "42")
    claim.land()
    await sender.close()
    async with db.read() as conn:
        (row,) = await conn.execute(select(table.c.leased_until, table.c.attempts, table.c.unknowns))
        (head,) = await outbox.due(conn, "telegram", claim.now_ms, 9)
    assert tuple(row) == (None, 0, 0) and head.address == "42" and not api.called("sendMessage")
