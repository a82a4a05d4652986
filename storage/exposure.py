"""What was at risk, and what had closed, around one signal."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.tick import UNFILLED
from storage.schema import outcomes, progress, signals

LONGEST_MS = 4 * 86_400_000  # no signal lives longer
_SAFE = ("tp1", *UNFILLED)


async def at_risk(conn: AsyncConnection, number: int, ts: int) -> int:
    """How many signals could still lose 1 R when signal `number` came at `ts` (ms), this one too."""
    safe = select(progress.c.id).where(
        progress.c.signal_id == signals.c.signal_id, progress.c.state.in_(_SAFE), progress.c.ts <= ts
    )
    over = select(outcomes.c.position).where(outcomes.c.number == signals.c.number, outcomes.c.closed_at <= ts)
    recent = and_(signals.c.ts > ts - LONGEST_MS, signals.c.ts <= ts, signals.c.number <= number)
    query = select(func.count()).select_from(signals).where(recent, ~safe.exists(), ~over.exists())
    found: int = (await conn.execute(query)).scalar_one()
    return found


async def closed_before(conn: AsyncConnection, since: int, number: int) -> list[tuple[int, float]]:
    """(closed at (ms), R) of every fill that closed from `since` up to and with signal `number`, followable track."""
    mine = select(outcomes.c.position).where(outcomes.c.number == number).scalar_subquery()
    known = and_(outcomes.c.closed_at >= since, outcomes.c.position <= mine, outcomes.c.followable_r.is_not(None))
    query = select(outcomes.c.closed_at, outcomes.c.followable_r).where(known).order_by(outcomes.c.position)
    return [(closed_at, r) for closed_at, r in await conn.execute(query)]


async def last_stops(conn: AsyncConnection, count: int = 3) -> list[str]:
    """The tickers of the newest losses (followable track), newest first: what a breaker counts."""
    lost = outcomes.c.followable_result == "lose"
    query = select(signals.c.pair).join(outcomes, outcomes.c.number == signals.c.number).where(lost)
    rows = await conn.execute(query.order_by(outcomes.c.position.desc()).limit(count))
    return [str(pair).split("-")[0] for (pair,) in rows]
