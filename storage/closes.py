"""Prices at a setup's close and half an hour and an hour later: what realised moves are measured by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import closes, decisions
from storage.upsert import insert_for

HALF, HOUR = 1_800_000, 3_600_000
_AT = prepared(
    select(decisions.c.pair).where(
        decisions.c.ts.in_([bindparam("now"), bindparam("half"), bindparam("hour")])
    ).distinct()
)  # fmt: skip


async def keep(conn: AsyncConnection, ts: int, prices: Mapping[str, float]) -> None:
    """Keep the prices at `ts` (ms) of pairs that had a setup judged then, half an hour or an hour before."""
    judged = (await conn.execute(_AT, {"now": ts, "half": ts - HALF, "hour": ts - HOUR})).scalars()
    rows = [{"pair": pair, "ts": ts, "close": prices[pair]} for pair in judged if pair in prices]
    if rows:
        await conn.execute(_add(conn.dialect.name), rows)


@cache
def _add(dialect: str) -> Insert:
    return prepared(insert_for(dialect, closes).on_conflict_do_nothing())


async def known(conn: AsyncConnection, since: int, until: int) -> dict[str, tuple[list[int], list[float]]]:
    """Stamps (ms, rising) and prices of every pair, from `since` to `until`."""
    query = select(closes).where(closes.c.ts >= since, closes.c.ts <= until).order_by(closes.c.pair, closes.c.ts)
    found: dict[str, tuple[list[int], list[float]]] = {}
    for row in await conn.execute(query):
        stamps, prices = found.setdefault(row.pair, ([], []))
        stamps.append(row.ts)
        prices.append(row.close)
    return found
