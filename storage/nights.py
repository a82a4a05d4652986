"""What the learner concluded, append-only: which procedure had which policy since when, and what happened to them.

The policies themselves are kept by version (storage/policies.py). Everything the learner knows of its own past is here,
so any night can be worked out again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import nights
from storage.text import to_json
from storage.upsert import insert


async def add(conn: AsyncConnection, document: Mapping[str, Any]) -> bool:
    """Keep one conclusion; False where its kind and cut are known already (the first stands)."""
    row = insert(conn, nights).values(
        kind=document["kind"],
        cut=document["cut"],
        effective_at=document["effective"],
        document=to_json(dict(document)),
    )
    result = await conn.execute(row.on_conflict_do_nothing(index_elements=["kind", "cut"]))
    return result.rowcount == 1


async def listed(conn: AsyncConnection, *, until: int | None = None) -> list[dict[str, Any]]:
    """All conclusions in the order they were drawn; `until` (ms): only those that were drawn by then."""
    query = select(nights.c.document).order_by(nights.c.id)
    if until is not None:
        query = query.where(nights.c.cut <= until)
    return [json.loads(row.document) for row in await conn.execute(query)]


async def newest(conn: AsyncConnection, kind: str = "night") -> dict[str, Any] | None:
    """The last conclusion of a kind; None before the first."""
    query = select(nights.c.document).where(nights.c.kind == kind).order_by(nights.c.id.desc()).limit(1)
    raw: str | None = (await conn.execute(query)).scalar()
    return None if raw is None else json.loads(raw)


async def newest_part(conn: AsyncConnection, part: str) -> dict[str, Any]:
    """A part of the last night's status that has it, within a week and a day: some are made once a week. {} without."""
    query = select(nights.c.document).where(nights.c.kind == "night").order_by(nights.c.id.desc()).limit(8)
    found = [json.loads(row.document)["status"] for row in await conn.execute(query)]
    return next((status[part] for status in found if status.get(part)), {})
