"""Units of work that are done whole in the store's own thread."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import leases
from storage.database import Database


async def _take(conn: AsyncConnection) -> bool:
    return await leases.take(conn, "mine", "me", 0, 10)


async def _names(conn: AsyncConnection) -> list[str]:
    return list((await conn.execute(text("SELECT name FROM leases"))).scalars())


async def test_a_unit_is_there_for_everybody_when_it_returns(db: Database) -> None:
    assert await db.write_at_once(_take)
    assert await db.read_at_once(_names) == ["mine"]
    async with db.read() as conn:
        assert await _names(conn) == ["mine"]


async def test_a_unit_that_fails_leaves_nothing(db: Database) -> None:
    async def fails(conn: AsyncConnection) -> None:
        await _take(conn)
        raise LookupError

    with pytest.raises(LookupError):
        await db.write_at_once(fails)
    assert await db.read_at_once(_names) == []
    assert await db.write_at_once(_take)


async def test_a_reading_unit_cannot_write_even_after_a_writing_one(db: Database) -> None:
    await db.write_at_once(_take)
    for _ in range(3):
        with pytest.raises(OperationalError, match="readonly"):
            await db.read_at_once(_take)
        await db.write_at_once(_names)


async def test_a_cancelled_unit_is_whole_and_the_writer_free(db: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await db.write_at_once(_take)
    assert await db.read_at_once(_names) in ([], ["mine"])
    await db.write_at_once(_take)
    assert await db.read_at_once(_names) == ["mine"]


async def test_a_unit_that_waits_is_refused(db: Database) -> None:
    async def waits(conn: AsyncConnection) -> None:
        await _take(conn)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="wait for nothing"):
        await db.write_at_once(waits)
    assert await db.read_at_once(_names) == []


async def test_units_and_transactions_of_many_tasks_take_turns(db: Database) -> None:
    async def one(name: str) -> None:
        await db.write_at_once(lambda conn: leases.take(conn, name, "me", 0, 10))
        async with db.write() as conn:
            await leases.take(conn, f"{name}+", "me", 0, 10)

    await asyncio.gather(*(one(str(number)) for number in range(20)))
    assert len(await db.read_at_once(_names)) == 40
