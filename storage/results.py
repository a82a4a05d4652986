"""What closed trades came to, one by one: for curves and for judging the win chances."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import outcomes, signals

Trade = tuple[int, float | None, float | None]
"""Closed at (ms), followable R and theoretical R; None on a track without a fill."""


async def returns(conn: AsyncConnection, since: int | None = None) -> list[Trade]:
    """Everything that was filled on a track, in closing order."""
    r, theory = outcomes.c.followable_r, outcomes.c.rr_realized
    query = select(outcomes.c.closed_at, r, theory).where(or_(r.is_not(None), theory.is_not(None)))
    if since is not None:
        query = query.where(outcomes.c.closed_at >= since)
    return [tuple(row) for row in await conn.execute(query.order_by(outcomes.c.position))]


async def forecasts(conn: AsyncConnection) -> list[tuple[float, bool]]:
    """(win chance, won) of every filled signal that was given a chance, in closing order, followable track."""
    chance = func.json_extract(signals.c.line, "$.p_win")
    filled = outcomes.c.followable_result.in_(("win", "lose"))
    query = select(chance, outcomes.c.followable_result).join(outcomes, outcomes.c.number == signals.c.number)
    rows = await conn.execute(query.where(filled, chance.is_not(None)).order_by(outcomes.c.position))
    return [(float(p), result == "win") for p, result in rows]
