"""The engine's newest snapshot: written with the facts it explains, read at start."""

from __future__ import annotations

from functools import cache

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import engine_state
from storage.upsert import insert_for


async def save(conn: AsyncConnection, snapshot: str, last_ts: int) -> None:
    """Keep the snapshot (JSON text) whose newest event was at `last_ts` (ms); only the newest is kept."""
    await conn.execute(_save(conn.dialect.name), {"id": 1, "snapshot": snapshot, "last_ts": last_ts})


@cache
def _save(dialect: str) -> Insert:
    statement = insert_for(dialect, engine_state)
    fresh = {name: statement.excluded[name] for name in ("snapshot", "last_ts")}
    return prepared(statement.on_conflict_do_update(index_elements=["id"], set_=fresh))


async def load(conn: AsyncConnection) -> tuple[str, int] | None:
    """(snapshot, last_ts), None in a fresh store."""
    row = (await conn.execute(select(engine_state.c.snapshot, engine_state.c.last_ts))).first()
    return None if row is None else (row.snapshot, row.last_ts)
