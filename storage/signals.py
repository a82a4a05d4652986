"""Published signals: the exact documents, chained, and how far each has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.tick import OVER
from storage import ledger
from storage.errors import UnknownSignal
from storage.integers import LARGEST, fits
from storage.prepared import prepared
from storage.schema import progress, signals
from storage.upsert import insert

STATES = ("waiting", "filled", "tp1", "closed")
_ADD = prepared(signals.insert())
_BY_NUMBER = prepared(select(signals).where(signals.c.number == bindparam("ident")))
_BY_ID = prepared(select(signals).where(signals.c.signal_id == bindparam("ident")))
_KNOWN = prepared(select(signals.c.position).where(signals.c.signal_id == bindparam("ident")))
_STEPS = prepared(
    select(progress).where(progress.c.signal_id == bindparam("ident")).order_by(progress.c.ts, progress.c.id)
)


@dataclass(frozen=True, slots=True)
class StoredSignal:
    """A signal as stored: `document` is the public JSON, `line` its exact text, `ts` the decision (ms UTC).

    `state` is waiting, filled, tp1 or closed (followable track). `simulated`: made on a simulated market.
    """

    number: int
    signal_id: str
    document: dict[str, Any]
    line: str
    pair: str
    timeframe: str
    regime: str
    mode: str
    side: str
    ts: int
    state: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """A step of a signal: `price` is the fill, TP1, the exit or the entry that was not had.

    `r` is the R so far (None before anything is banked), `reason` the exit reason of EXITED ("" else).
    """

    state: str
    ts: int
    price: float
    r: float | None
    reason: str = ""


async def add(
    conn: AsyncConnection, document: Mapping[str, Any], *, ts_ms: int, simulated: bool = False
) -> dict[str, Any] | None:
    """Chain and store a signal; returns the document with its ledger.

    The same `signal_id` again changes nothing and returns None.
    """
    if (await conn.execute(_KNOWN, {"ident": str(document["signal_id"])})).first() is not None:
        return None
    position, chained = await ledger.advance(conn, "signals", document)
    await conn.execute(
        _ADD,
        {
            "position": position,
            "number": document["number"],
            "signal_id": document["signal_id"],
            "ts": ts_ms,
            "pair": document["pair"],
            "timeframe": document["timeframe"],
            "regime": document["regime"],
            "mode": document["mode"],
            "side": document["side"],
            "state": "waiting",
            "simulated": int(simulated),
            "line": ledger.line(chained),
            "prev": chained["ledger"]["prev"],
            "hash": chained["ledger"]["hash"],
        },
    )
    return chained


async def get(conn: AsyncConnection, ident: int | str) -> StoredSignal | None:
    """By number (int) or signal_id (str)."""
    if not (fits(ident) if isinstance(ident, int) else ident.isascii()):
        return None
    row = (await conn.execute(_BY_NUMBER if isinstance(ident, int) else _BY_ID, {"ident": ident})).first()
    return None if row is None else _stored(row)


def named(ident: int | str, number: ColumnElement[int], signal_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that names one signal in a table with these two columns.

    Nothing has a number no column can hold, or an id that is not ASCII.
    """
    if isinstance(ident, int):
        return number == ident if fits(ident) else false()
    return signal_id == ident if ident.isascii() else false()


async def latest(conn: AsyncConnection, limit: int = 20, before: int | None = None) -> list[StoredSignal]:
    """The newest signals, newest first; `before` is a number: only older ones."""
    query = select(signals).order_by(signals.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(signals.c.number < min(before, LARGEST))
    return [_stored(row) for row in await conn.execute(query)]


async def active(conn: AsyncConnection) -> list[StoredSignal]:
    """Signals that have not closed, oldest first."""
    query = select(signals).where(signals.c.state != "closed").order_by(signals.c.number)
    return [_stored(row) for row in await conn.execute(query)]


async def pairs(conn: AsyncConnection) -> set[str]:
    """Every pair that ever had a signal."""
    return set((await conn.execute(select(signals.c.pair).distinct())).scalars())


async def next_number(conn: AsyncConnection) -> int:
    """The number of the next signal of this store (the first is 1)."""
    highest: int | None = (await conn.execute(select(func.max(signals.c.number)))).scalar()
    return (highest or 0) + 1


async def add_progress(
    conn: AsyncConnection, signal_id: str, state: str, ts: int, price: float, r: float | None, reason: str = ""
) -> bool:
    """Note that a signal became `filled` or `tp1`; False if that was known. A state never goes back.

    One of OVER (engine/decision/tick.py) is noted as a step, too: the signal stays open until both tracks ended.
    Raises UnknownSignal, and ValueError for a state that is not a step.
    """
    if state not in STATES[1:] and state not in OVER:
        raise ValueError(f"a signal cannot become {state!r}")
    if await get(conn, signal_id) is None:
        raise UnknownSignal(signal_id)
    row = {"signal_id": signal_id, "state": state, "ts": ts, "price": price, "r": r, "reason": reason}
    result = await conn.execute(insert(conn, progress).values(row).on_conflict_do_nothing())
    if result.rowcount == 0:
        return False
    if state in STATES:
        await set_state(conn, signal_id, state)
    return True


async def set_state(conn: AsyncConnection, signal_id: str, state: str) -> None:
    """Move a signal on to `state`, unless it is already there or further."""
    earlier = STATES[: STATES.index(state)]
    mine = signals.c.signal_id == signal_id
    await conn.execute(update(signals).where(mine, signals.c.state.in_(earlier)).values(state=state))


async def progress_of(conn: AsyncConnection, signal_id: str) -> list[ProgressRow]:
    """The steps of a signal in the order they happened."""
    rows = await conn.execute(_STEPS, {"ident": signal_id})
    return [ProgressRow(row.state, row.ts, row.price, row.r, row.reason or "") for row in rows]


def _stored(row: Row[Any]) -> StoredSignal:
    return StoredSignal(
        number=row.number,
        signal_id=row.signal_id,
        document=json.loads(row.line),
        line=row.line,
        pair=row.pair,
        timeframe=row.timeframe,
        regime=row.regime,
        mode=row.mode,
        side=row.side,
        ts=row.ts,
        state=row.state,
        simulated=bool(row.simulated),
    )
