"""How long no signal was published, and what was kept back since only because too little spoke for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import decisions, signals

REASONS = ("p_win", "confluence")


@dataclass(frozen=True, slots=True)
class HeldBack:
    """After the newest signal (before the first one: after the first verdict) at `since`, up to the newest verdict at
    `until` (ms): how many setups were refused first for their win chance, and for the agreement of the layers."""

    since: int
    until: int
    p_win: int
    confluence: int


async def held_back(conn: AsyncConnection) -> HeldBack | None:
    """None before the first verdict. A look at the verdicts since the newest signal, by the index of their time."""
    ends = select(func.min(decisions.c.ts), func.max(decisions.c.ts))
    first, newest = (await conn.execute(ends)).one()
    if first is None:
        return None
    last = (await conn.execute(select(func.max(signals.c.ts)))).scalar()
    since = first if last is None else last
    refused = select(func.count()).where(decisions.c.verdict == "refuse", decisions.c.ts > since)
    counts = [
        (await conn.execute(refused.where(decisions.c.reasons.startswith(f'["{reason}"')))).scalar_one()
        for reason in REASONS
    ]
    return HeldBack(since, max(since, newest), *counts)
