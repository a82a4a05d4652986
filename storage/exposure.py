"""What was at risk, and what had closed, around one signal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.tick import EXITED, OVER, UNFILLED
from storage.prepared import prepared
from storage.schema import outcomes, progress, signals

LONGEST_MS = 4 * 86_400_000  # no signal lives longer
_SAFE = ("tp1", *OVER)


async def at_risk(conn: AsyncConnection, number: int, ts: int) -> int:
    """How many signals could still lose 1 R when signal `number` came at `ts` (ms), this one too."""
    found: int = (await conn.execute(_at_risk(), {"at": ts, "upto": number})).scalar_one()
    return found


@cache
def _at_risk() -> Select[int]:
    """The statement of `at_risk`, built once."""
    ts, number = bindparam("at", type_=Integer), bindparam("upto", type_=Integer)
    safe = select(progress.c.id).where(
        progress.c.signal_id == signals.c.signal_id, progress.c.state.in_(_SAFE), progress.c.ts <= ts
    )
    over = select(outcomes.c.position).where(outcomes.c.number == signals.c.number, outcomes.c.closed_at <= ts)
    recent = and_(signals.c.ts > ts - LONGEST_MS, signals.c.ts <= ts, signals.c.number <= number)
    return prepared(select(func.count()).select_from(signals).where(recent, ~safe.exists(), ~over.exists()))


async def closed_before(conn: AsyncConnection, since: int, number: int) -> list[tuple[int, float]]:
    """(closed at (ms), R) of every fill that closed from `since` up to and with signal `number`, followable track."""
    return [(closed_at, r) for closed_at, r in await conn.execute(_closed_before(), {"since": since, "upto": number})]


@cache
def _closed_before() -> Select[int, float]:
    """The statement of `closed_before`, built once."""
    since, number = bindparam("since", type_=Integer), bindparam("upto", type_=Integer)
    mine = select(outcomes.c.position).where(outcomes.c.number == number).scalar_subquery()
    known = and_(outcomes.c.closed_at >= since, outcomes.c.position <= mine, outcomes.c.followable_r.is_not(None))
    return prepared(select(outcomes.c.closed_at, outcomes.c.followable_r).where(known).order_by(outcomes.c.position))


async def last_stops(conn: AsyncConnection, count: int = 3) -> list[str]:
    """The tickers of the newest losses (followable track), newest first: what a breaker counts."""
    lost = outcomes.c.followable_result == "lose"
    query = select(signals.c.pair).join(outcomes, outcomes.c.number == signals.c.number).where(lost)
    rows = await conn.execute(query.order_by(outcomes.c.position.desc()).limit(count))
    return [str(pair).split("-")[0] for (pair,) in rows]


@dataclass(frozen=True, slots=True)
class Checked:
    """A signal that was open at some time, what it is now, and when it became that (ms; None: nothing new since)."""

    number: int
    pair: str
    state: str
    at: int | None


async def open_at(conn: AsyncConnection, ts: int) -> list[Checked]:
    """The signals that were open at `ts` (ms), oldest first, as they stand now."""
    ended = outcomes.c.closed_at
    query = select(signals.c.number, signals.c.pair, signals.c.signal_id, signals.c.state, outcomes.c.line)
    joined = query.join(outcomes, outcomes.c.number == signals.c.number, isouter=True)
    open_then = and_(signals.c.ts <= ts, or_(ended.is_(None), ended > ts))
    rows = (await conn.execute(joined.where(open_then).order_by(signals.c.number))).all()
    return [await _checked(conn, row, ts) for row in rows]


async def _checked(conn: AsyncConnection, row: Any, ts: int) -> Checked:
    newest = select(progress.c.state, progress.c.ts).where(progress.c.signal_id == row.signal_id)
    step = (await conn.execute(newest.order_by(progress.c.ts.desc(), progress.c.id.desc()).limit(1))).first()
    if step is not None and step.state in UNFILLED:
        return Checked(row.number, row.pair, step.state, step.ts if step.ts > ts else None)
    if row.line is None and step is not None and step.state == EXITED:
        banked = select(progress.c.id).where(progress.c.signal_id == row.signal_id, progress.c.state == "tp1")
        won = (await conn.execute(banked)).first() is not None
        return Checked(row.number, row.pair, "win" if won else "lose", step.ts if step.ts > ts else None)
    if row.line is not None:
        track = json.loads(row.line)["followable"]
        state = track["exit_reason"] if track["result"] in ("expire", "no-fill") else track["result"]
        at = round(datetime.fromisoformat(track["closed_at"]).timestamp() * 1000)
        return Checked(row.number, row.pair, state, at)
    if step is None:
        return Checked(row.number, row.pair, "waiting", None)
    return Checked(row.number, row.pair, step.state, step.ts if step.ts > ts else None)


async def published(conn: AsyncConnection, since: int, until: int) -> list[int]:
    """The numbers of the signals of [since, until) (ms), oldest first."""
    query = select(signals.c.number).where(signals.c.ts >= since, signals.c.ts < until).order_by(signals.c.number)
    return [number for (number,) in await conn.execute(query)]
