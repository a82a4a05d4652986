"""Statements in one trip: rows that come along, rows that follow, and what is left open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from sqlite3 import IntegrityError

import pytest

from storage.trips import FIRST, Connection, Cursor, connect

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n"


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    opened = await connect(tmp_path / "store.db")
    yield opened
    await opened.close()


@pytest.mark.parametrize("count", [1, FIRST - 1, FIRST, FIRST + 1, 3 * FIRST])
async def test_every_row_comes_once_however_it_is_fetched(connection: Connection, count: int) -> None:
    wanted = [(number,) for number in range(1, count + 1)]
    cursor = await Cursor(connection).execute(COUNT, (count,))
    assert [column[0] for column in cursor.description] == ["i"]
    assert await cursor.fetchall() == wanted and await cursor.fetchall() == []
    assert [row async for row in await cursor.execute(COUNT, (count,))] == wanted
    assert await cursor.fetchone() is None
    await cursor.execute(COUNT, (count,))
    assert (await cursor.fetchone(), await cursor.fetchmany(2)) == (wanted[0], wanted[1:3])
    assert await cursor.fetchall() == wanted[3:]


async def test_changes_are_counted_and_faults_are_raised(connection: Connection) -> None:
    cursor = await Cursor(connection).execute("CREATE TABLE kept (name TEXT PRIMARY KEY)")
    assert cursor.description is None and await cursor.fetchall() == []
    await cursor.executemany("INSERT INTO kept VALUES (?)", [("a",), ("b",)])
    assert cursor.rowcount == 2
    await cursor.execute("INSERT INTO kept VALUES (?) RETURNING name", ("c",))
    assert cursor.lastrowid == 3 and await cursor.fetchall() == [("c",)]
    with pytest.raises(IntegrityError):
        await cursor.execute("INSERT INTO kept VALUES (?)", ("c",))


async def test_what_is_not_read_to_its_end_holds_nothing_once_closed(connection: Connection) -> None:
    cursor = await Cursor(connection).execute("CREATE TABLE kept AS " + COUNT.replace("?", str(2 * FIRST)))
    await cursor.execute("SELECT i FROM kept")
    await cursor.close()
    await cursor.execute("DROP TABLE kept")
