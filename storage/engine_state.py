"""The engine's newest snapshot: written with the facts it explains, read at start."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import engine_state
from storage.upsert import insert


async def save(conn: AsyncConnection, snapshot: str, last_ts: int) -> None:
    """Keep the snapshot (JSON text) whose newest event was at `last_ts` (ms); only the newest is kept."""
    fresh = {"snapshot": snapshot, "last_ts": last_ts}
    statement = insert(conn, engine_state).values(id=1, **fresh)
    await conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=fresh))


async def load(conn: AsyncConnection) -> tuple[str, int] | None:
    """(snapshot, last_ts), None in a fresh store."""
    row = (await conn.execute(select(engine_state.c.snapshot, engine_state.c.last_ts))).first()
    return None if row is None else (row.snapshot, row.last_ts)
