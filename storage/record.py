"""The public record: every signal of the store with how it ended, in an order, and what all of them came to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.interval import DAY_MS
from storage.schema import ledger_heads, outcomes, progress, signals

Order = Literal["worst", "newest", "best"]
CHUNK = 1000


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


TOGETHER: FromClause = signals.outerjoin(outcomes, outcomes.c.signal_id == signals.c.signal_id)


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


async def first_at(conn: AsyncConnection) -> int | None:
    """When the oldest signal of the store was given (ms)."""
    found: int | None = (await conn.execute(select(func.min(signals.c.ts)))).scalar()
    return found


async def entries(conn: AsyncConnection, wanted: Wanted, limit: int, offset: int) -> list[Entry]:
    """A page of them: worst first means lost R (most first), then open, never filled, won R (least first)."""
    chosen = await _numbers(conn, wanted, limit, offset)
    found = {row.number: row for row in await conn.execute(_lines().where(signals.c.number.in_(chosen)))}
    return [_entry(found[number]) for number in chosen]


async def _numbers(conn: AsyncConnection, wanted: Wanted, limit: int, offset: int) -> list[int]:
    """The numbers of a page. An order is parts one after the other, each of which an index has in order."""
    found: list[int] = []
    for part in _PARTS[wanted.order](wanted):
        if offset:
            there = (await conn.execute(select(func.count()).select_from(part.subquery()))).scalar_one()
            if there <= offset:
                offset -= there
                continue
        rows = await conn.execute(part.limit(limit - len(found)).offset(offset))
        found += [row.number for row in rows]
        offset = 0
        if len(found) == limit:
            break
    return found


async def everything(conn: AsyncConnection, wanted: Wanted) -> AsyncIterator[Entry]:
    """All of them by number, a few at a time."""
    last = -1
    while True:
        here = (*conditions(wanted), signals.c.number > last)
        rows = (await conn.execute(_lines().where(*here).order_by(signals.c.number).limit(CHUNK))).all()
        for row in rows:
            yield _entry(row)
        if len(rows) < CHUNK:
            return
        last = rows[-1].number


def _lines() -> Select[Any]:
    columns = (signals.c.number, signals.c.line, outcomes.c.line.label("ended"), signals.c.state, signals.c.simulated)
    return select(*columns).select_from(TOGETHER)


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """A period has what closed in it, and what is open of it."""
    found = _chosen(wanted)
    if wanted.first is not None:
        start = wanted.first * DAY_MS
        still_open = and_(outcomes.c.position.is_(None), signals.c.ts >= start)
        found.append(or_(outcomes.c.closed_at >= start, still_open))
    return found


def _worst(wanted: Wanted) -> list[Select[tuple[int]]]:
    """Losses (most first), what is open, what was never filled, and gains (least first)."""
    r, newest = outcomes.c.followable_r, outcomes.c.number.desc()
    closed = _closed(wanted)
    lost = closed.where(r < 0).order_by(r, newest)
    return [lost, _open(wanted), _unfilled(wanted), closed.where(r >= 0).order_by(r, newest)]


def _best(wanted: Wanted) -> list[Select[tuple[int]]]:
    """Fills (most R first), what is open, and what was never filled."""
    r = outcomes.c.followable_r
    filled = _closed(wanted).where(r.is_not(None)).order_by(r.desc(), outcomes.c.number.desc())
    return [filled, _open(wanted), _unfilled(wanted)]


def _newest(wanted: Wanted) -> list[Select[tuple[int]]]:
    together = select(signals.c.number).select_from(TOGETHER)
    return [together.where(*conditions(wanted)).order_by(signals.c.number.desc())]


_PARTS: Mapping[Order, Callable[[Wanted], list[Select[tuple[int]]]]] = {
    "worst": _worst,
    "best": _best,
    "newest": _newest,
}


def _closed(wanted: Wanted) -> Select[tuple[int]]:
    query = select(outcomes.c.number)
    if wanted.pair is not None or wanted.side is not None:
        query = query.join_from(outcomes, signals, signals.c.number == outcomes.c.number).where(*_chosen(wanted))
    return query if wanted.first is None else query.where(outcomes.c.closed_at >= wanted.first * DAY_MS)


def _unfilled(wanted: Wanted) -> Select[tuple[int]]:
    return _closed(wanted).where(outcomes.c.followable_r.is_(None)).order_by(outcomes.c.number.desc())


def _open(wanted: Wanted) -> Select[tuple[int]]:
    query = select(signals.c.number).where(signals.c.state != "closed", *_chosen(wanted))
    query = query.order_by(signals.c.number.desc())
    return query if wanted.first is None else query.where(signals.c.ts >= wanted.first * DAY_MS)


def _chosen(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The pair and the side."""
    columns = ((signals.c.pair, wanted.pair), (signals.c.side, wanted.side))
    return [column == value for column, value in columns if value is not None]


def _entry(row: Row[Any]) -> Entry:
    ended = None if row.ended is None else json.loads(row.ended)
    return Entry(json.loads(row.line), ended, row.state, bool(row.simulated))
