"""Units of work that are done whole in the store's own thread."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import leases
from storage.database import Database
from storage.prepared import prepared
from storage.schema import preferences

_PUT = prepared(preferences.insert())
_GET = prepared(
    select(preferences).where(preferences.c.name == bindparam("which"), preferences.c.scope.in_(("chat", "person")))
)


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


async def _puts(conn: AsyncConnection) -> int:
    rows = [{"scope": "chat", "channel": "web", "id": ident, "name": "pairs", "value": "A"} for ident in ("1", "2")]
    return int((await conn.execute(_PUT, rows)).rowcount)


async def _gets(conn: AsyncConnection) -> tuple[list[tuple[str, str]], str | None, dict[str, str] | None]:
    rows = list(await conn.execute(_GET, {"which": "pairs"}))
    first = (await conn.execute(_GET, {"which": "pairs"})).first()
    value = (await conn.execute(select(preferences.c.value).where(preferences.c.id == "2"))).scalar()
    return [(row.id, row.value) for row in rows], value, None if first is None else dict(first._mapping)


async def test_a_prepared_statement_answers_as_any_other(db: Database) -> None:
    assert await db.write_at_once(_puts) == 2
    async with db.read() as conn:
        assert (
            await db.read_at_once(_gets)
            == await _gets(conn)
            == (
                [("1", "A"), ("2", "A")],
                "A",
                {"scope": "chat", "channel": "web", "id": "1", "name": "pairs", "value": "A"},
            )
        )


async def test_a_prepared_statement_that_fails_takes_its_unit_along_and_no_other(db: Database) -> None:
    async def twice(conn: AsyncConnection) -> None:
        await _puts(conn)
        await _take(conn)
        await _puts(conn)

    with pytest.raises(IntegrityError):
        await db.write_at_once(twice)
    assert await db.read_at_once(_gets) == ([], None, None)
    assert await db.read_at_once(_names) == []
    assert await db.write_at_once(_puts) == 2


async def test_a_statement_with_a_list_to_be_given_cannot_be_prepared(db: Database) -> None:
    some = prepared(select(preferences).where(preferences.c.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(TypeError, match="cannot be prepared"):
        await db.read_at_once(lambda conn: conn.execute(some, {"ids": ["1"]}))
