"""The public record: every signal of the store with how it ended, in an order, and what all of them came to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.interval import DAY_MS
from storage.schema import ledger_heads, outcomes, progress, signals
from storage.standing import standing
from storage.stats import Followed, Stats, figures

Order = Literal["worst", "newest", "best"]
CHUNK = 1000
AMBIGUOUS = '%"ambiguous":true%'


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which signals: of a pair, of a side, of the UTC days from `first` on (days since 1970; None: all), and how."""

    pair: str | None = None
    side: str | None = None
    first: int | None = None
    order: Order = "worst"


@dataclass(frozen=True, slots=True)
class Entry:
    """One signal: its document, its outcome where it ended, and how far it came (`state`) where it did not."""

    document: dict[str, Any]
    outcome: dict[str, Any] | None
    state: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures, and how many of the `ended` had a bar that held two levels (`ambiguous`)."""

    figures: Stats
    ended: int
    ambiguous: int


_TOGETHER: FromClause = signals.outerjoin(outcomes, outcomes.c.signal_id == signals.c.signal_id)


async def mark(conn: AsyncConnection) -> str:
    """Changes whenever anything of the record does: both chains, and the steps of open signals."""
    rows = (await conn.execute(select(ledger_heads.c.chain, ledger_heads.c.hash).order_by(ledger_heads.c.chain))).all()
    steps = (await conn.execute(select(func.max(progress.c.id)))).scalar() or 0
    return ":".join([*(f"{chain}={hash_}" for chain, hash_ in rows), str(steps)])


async def chains(conn: AsyncConnection) -> dict[str, tuple[int, str]]:
    """How many lines each chain of the ledger has, and its newest hash."""
    rows = await conn.execute(select(ledger_heads.c.chain, ledger_heads.c.length, ledger_heads.c.hash))
    return {chain: (length, hash_) for chain, length, hash_ in rows}


async def pairs(conn: AsyncConnection) -> list[str]:
    """Every pair that ever had a signal."""
    return [pair for (pair,) in await conn.execute(select(signals.c.pair).distinct().order_by(signals.c.pair))]


async def count(conn: AsyncConnection, wanted: Wanted) -> int:
    """How many signals that is."""
    query = select(func.count()).select_from(_TOGETHER).where(*_conditions(wanted))
    return int((await conn.execute(query)).scalar_one())


async def first_at(conn: AsyncConnection) -> int | None:
    """When the oldest signal of the store was given (ms)."""
    found: int | None = (await conn.execute(select(func.min(signals.c.ts)))).scalar()
    return found


async def entries(conn: AsyncConnection, wanted: Wanted, limit: int, offset: int) -> list[Entry]:
    """A page of them: worst first means lost R (most first), then open, never filled, won R (least first)."""
    numbers = select(signals.c.number, func.row_number().over(order_by=_ordering(wanted.order)).label("place"))
    page = numbers.select_from(_TOGETHER).where(*_conditions(wanted)).order_by("place").limit(limit).offset(offset)
    chosen = page.subquery()
    query = _lines().join(chosen, chosen.c.number == signals.c.number).order_by(chosen.c.place)
    return [_entry(row) for row in await conn.execute(query)]


async def everything(conn: AsyncConnection, wanted: Wanted) -> AsyncIterator[Entry]:
    """All of them by number, a few at a time."""
    last = -1
    while True:
        here = (*_conditions(wanted), signals.c.number > last)
        rows = (await conn.execute(_lines().where(*here).order_by(signals.c.number).limit(CHUNK))).all()
        for row in rows:
            yield _entry(row)
        if len(rows) < CHUNK:
            return
        last = rows[-1].number


async def measured(conn: AsyncConnection, wanted: Wanted) -> Measured:
    """What they came to, as `/stats` counts it: out of running totals, or of some pair or side beside the loop."""
    if wanted.pair is None and wanted.side is None:
        whole = await standing(conn, (wanted.first or 0) * DAY_MS, None if wanted.first is None else 1)
        return Measured(whole, whole.signals - whole.open, whole.ambiguous or 0)
    ended = (outcomes.c.followable_result, outcomes.c.closed_at, outcomes.c.followable_r, outcomes.c.rr_realized)
    query = select(signals.c.regime, signals.c.side, signals.c.mode, *ended).select_from(_TOGETHER)
    found: list[Followed] = []
    result = await conn.stream(query.where(*_conditions(wanted)).order_by(outcomes.c.position))
    async for chunk in result.partitions(CHUNK):
        found += [Followed(*row) for row in chunk]
    two = select(func.count()).select_from(_TOGETHER)
    twice = (await conn.execute(two.where(*_conditions(wanted), outcomes.c.line.like(AMBIGUOUS)))).scalar_one()
    told = await asyncio.to_thread(figures, found)
    return Measured(told, told.signals - told.open, int(twice))


def _lines() -> Select[Any]:
    columns = (signals.c.number, signals.c.line, outcomes.c.line.label("ended"), signals.c.state, signals.c.simulated)
    return select(*columns).select_from(_TOGETHER)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """A period has what closed in it, and what is open of it."""
    found: list[ColumnElement[bool]] = []
    if wanted.pair is not None:
        found.append(signals.c.pair == wanted.pair)
    if wanted.side is not None:
        found.append(signals.c.side == wanted.side)
    if wanted.first is not None:
        start = wanted.first * DAY_MS
        still_open = and_(outcomes.c.position.is_(None), signals.c.ts >= start)
        found.append(or_(outcomes.c.closed_at >= start, still_open))
    return found


def _ordering(order: Order) -> list[ColumnElement[Any]]:
    newest = signals.c.number.desc()
    r = outcomes.c.followable_r
    if order == "newest":
        return [newest]
    if order == "best":
        return [r.is_(None), r.desc(), newest]
    still_open, unfilled = outcomes.c.position.is_(None), r.is_(None)
    return [case((still_open, 1), (unfilled, 2), (r < 0, 0), else_=3), r, newest]


def _entry(row: Row[Any]) -> Entry:
    ended = None if row.ended is None else json.loads(row.ended)
    return Entry(json.loads(row.line), ended, row.state, bool(row.simulated))
