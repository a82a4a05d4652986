"""The ledger in the store: two hash chains of exact lines (rule: storage/chain.py), their heads and their proof."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chain import GENESIS, Problem, chain, check, digest, line, link
from storage.integers import fits
from storage.prepared import prepared
from storage.schema import ledger_heads, outcomes, signals
from storage.text import to_json
from storage.upsert import insert_for

__all__ = ["GENESIS", "Problem", "advance", "chain", "check", "digest", "head", "line", "verify"]

CHUNK = 500
ChainName = Literal["signals", "outcomes"]
CHAINS: tuple[ChainName, ...] = ("signals", "outcomes")
_TABLES = {"signals": signals, "outcomes": outcomes}
_HEAD = prepared(select(ledger_heads.c.length, ledger_heads.c.hash).where(ledger_heads.c.chain == bindparam("name")))


async def head(conn: AsyncConnection, chain_name: ChainName) -> str:
    """The hash of the newest line, GENESIS for an empty chain."""
    return (await _head(conn, chain_name))[1]


async def _head(conn: AsyncConnection, chain_name: str) -> tuple[int, str]:
    row = (await conn.execute(_HEAD, {"name": chain_name})).first()
    return (0, GENESIS) if row is None else (row.length, row.hash)


async def advance(
    conn: AsyncConnection, chain_name: ChainName, document: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Chain a document to the head and move the head on; the caller stores it at the position returned."""
    length, prev = await _head(conn, chain_name)
    chained = chain(prev, document)
    place = {"chain": chain_name, "length": length + 1, "hash": chained["ledger"]["hash"]}
    await conn.execute(_move(conn.dialect.name), place)
    return length + 1, chained


@cache
def _move(dialect: str) -> Insert:
    """The head moves on: built once."""
    statement = insert_for(dialect, ledger_heads)
    fresh = {name: statement.excluded[name] for name in ("length", "hash")}
    return prepared(statement.on_conflict_do_update(index_elements=["chain"], set_=fresh))


async def verify(conn: AsyncConnection, ident: int | str | None = None) -> list[Problem]:
    """Recompute both chains of the store; with `ident` (number or uuid) only problems of that signal are told."""
    found: list[Problem] = []
    for name in CHAINS:
        found += await _verify(conn, name)
    if ident is None:
        return found
    number = await _number_of(conn, ident)
    if number is None:
        return [Problem("signals", 0, ident if isinstance(ident, int) else 0, f"there is no signal {ident}")]
    return [problem for problem in found if problem.number == number]


async def _number_of(conn: AsyncConnection, ident: int | str) -> int | None:
    column: ColumnElement[Any] = signals.c.number if isinstance(ident, int) else signals.c.signal_id
    if not (fits(ident) if isinstance(ident, int) else ident.isascii()):
        return None
    number: int | None = (await conn.execute(select(signals.c.number).where(column == ident))).scalar()
    return number


async def _verify(conn: AsyncConnection, name: ChainName) -> list[Problem]:
    found: list[Problem] = []
    position, prev = 0, GENESIS
    async for row in _rows(conn, name):
        what, following = _stored_link(row, position, prev)
        if what:
            found.append(Problem(name, row.position, row.number, what))
        position, prev = row.position, following
    length, newest = await _head(conn, name)
    if position != length or prev != newest:
        found.append(Problem(name, length, 0, "the newest line is missing or was replaced"))
    return found


def _stored_link(row: Row[*tuple[Any, ...]], position: int, prev: str) -> tuple[str, str]:
    """As `link`, for a stored row: its columns and its exact text must agree with the document too."""
    try:
        document = json.loads(row.line)
        exact = to_json(document) == row.line
    except ValueError:
        return "is not JSON", row.hash
    if not isinstance(document, dict):
        return "is not a document", row.hash
    what, following = link(prev, document)
    if what:
        return what, following
    if row.position != position + 1:
        return "does not follow the line before it: a line is missing or was replaced", following
    if (document.get("number"), document.get("signal_id"), following) != (row.number, row.signal_id, row.hash):
        return "was changed: its number, id or hash is not that of its line", following
    return ("", following) if exact else ("was changed: its text is not the line as written", following)


async def _rows(conn: AsyncConnection, name: str) -> AsyncIterator[Row[*tuple[Any, ...]]]:
    table = _TABLES[name]
    columns = (table.c.position, table.c.number, table.c.signal_id, table.c.line, table.c.hash)
    last = -1
    while True:
        query = select(*columns).where(table.c.position > last).order_by(table.c.position).limit(CHUNK)
        rows = (await conn.execute(query)).all()
        for row in rows:
            yield row
        if len(rows) < CHUNK:
            return
        last = rows[-1].position
