"""What the store holds about one person, for that person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import audit, feedback_events, grants, identities, people, preferences, reasons, takes

Rows = list[dict[str, Any]]
_TABLES: tuple[tuple[str, Table], ...] = (
    ("profile", people), ("grants", grants), ("taps and notes", feedback_events), ("reasons", reasons),
    ("taken", takes), ("linked", identities), ("deeds", audit),
)  # fmt: skip


async def own_data(conn: AsyncConnection, channel: str, user_id: str) -> dict[str, Rows]:
    """Every row by subject, oldest first; what is empty is left out."""
    found = {}
    for name, table in _TABLES:
        mine = and_(table.c.channel == channel, table.c.user_id == user_id)
        found[name] = await _rows(conn, table, mine)
    wishes = and_(preferences.c.channel == channel, preferences.c.id == user_id)
    found["settings"] = await _rows(conn, preferences, wishes)
    return {name: rows for name, rows in found.items() if rows}


async def held(conn: AsyncConnection, channel: str, user_id: str) -> dict[str, int]:
    """How much there is: taps, notes and taken signals."""
    mine = and_(feedback_events.c.channel == channel, feedback_events.c.user_id == user_id)
    note = feedback_events.c.kind == "note"
    query = select(func.count()).select_from(feedback_events).where(mine)
    took = select(func.count()).select_from(takes).where(takes.c.channel == channel, takes.c.user_id == user_id)
    return {
        "taps": (await conn.execute(query.where(~note))).scalar_one(),
        "notes": (await conn.execute(query.where(note))).scalar_one(),
        "takes": (await conn.execute(took)).scalar_one(),
    }


async def _rows(conn: AsyncConnection, table: Table, mine: Any) -> Rows:
    dropped = {"id", "channel", "user_id", "event_id", "scope"}
    rows = await conn.execute(select(table).where(mine).order_by(*table.primary_key.columns))
    return [
        {name: value for name, value in row._mapping.items() if name not in dropped and value is not None}
        for row in rows
    ]
