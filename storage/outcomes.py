"""How published signals ended: the exact documents, chained in closing order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import ledger, signals
from storage.errors import UnknownSignal
from storage.integers import fits
from storage.prepared import prepared
from storage.schema import outcomes
from storage.totals import catch_up

_BY_NUMBER = prepared(select(outcomes).where(outcomes.c.number == bindparam("ident")))
_BY_ID = prepared(select(outcomes).where(outcomes.c.signal_id == bindparam("ident")))


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """An outcome as stored: `document` is the public JSON, `line` its exact text, `closed_at` ms UTC."""

    number: int
    signal_id: str
    document: dict[str, Any]
    line: str
    closed_at: int


async def add(conn: AsyncConnection, document: Mapping[str, Any], *, closed_ms: int) -> dict[str, Any]:
    """Chain and store an outcome, close its signal and take it into the totals; returns the document with its ledger.

    A second outcome of the same signal changes nothing and returns the stored one. Raises UnknownSignal.
    """
    signal_id = str(document["signal_id"])
    stored = await get(conn, signal_id)
    if stored is not None:
        return stored.document
    if await signals.get(conn, signal_id) is None:
        raise UnknownSignal(signal_id)
    position, chained = await ledger.advance(conn, "outcomes", document)
    await conn.execute(
        outcomes.insert().values(
            position=position,
            number=document["number"],
            signal_id=signal_id,
            closed_at=closed_ms,
            result=document["result"],
            rr_realized=document["rr_realized"],
            followable_result=document["followable"]["result"],
            followable_r=document["followable_r"],
            win=document["win"],
            line=ledger.line(chained),
            prev=chained["ledger"]["prev"],
            hash=chained["ledger"]["hash"],
        )
    )
    await signals.set_state(conn, signal_id, "closed")
    await conn.run_sync(catch_up)
    return chained


async def set_real(conn: AsyncConnection, signal_id: str, pnl_real: str) -> None:
    """Note what a person really made; the ledger's hash is made without it. Raises UnknownSignal."""
    stored = await get(conn, signal_id)
    if stored is None:
        raise UnknownSignal(signal_id)
    line = ledger.line({**stored.document, "pnl_real": pnl_real})
    await conn.execute(update(outcomes).where(outcomes.c.signal_id == signal_id).values(line=line))


async def get(conn: AsyncConnection, ident: int | str) -> StoredOutcome | None:
    """By the signal's number (int) or signal_id (str)."""
    if not (fits(ident) if isinstance(ident, int) else ident.isascii()):
        return None
    row = (await conn.execute(_BY_NUMBER if isinstance(ident, int) else _BY_ID, {"ident": ident})).first()
    return None if row is None else _stored(row)


async def latest(conn: AsyncConnection, limit: int = 20, before: int | None = None) -> list[StoredOutcome]:
    """The newest outcomes in closing order, newest first; `before` is a signal's number: those that closed earlier."""
    query = select(outcomes).order_by(outcomes.c.position.desc()).limit(limit)
    if before is not None:
        which = signals.named(before, outcomes.c.number, outcomes.c.signal_id)
        mark = select(outcomes.c.position).where(which).scalar_subquery()
        query = query.where(outcomes.c.position < mark)
    return [_stored(row) for row in await conn.execute(query)]


def _stored(row: Row[Any]) -> StoredOutcome:
    return StoredOutcome(row.number, row.signal_id, json.loads(row.line), row.line, row.closed_at)
