"""What the learner concluded, append-only: which procedure had which policy since when, and what happened to them.

The policies themselves are kept by version (storage/policies.py). Everything the learner knows of its own past is here,
so any night can be worked out again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, not_, select
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


async def effective_before(conn: AsyncConnection, kind: str, cut: int) -> int:
    """From when on the last of all other conclusions holds (ms); 0 without any."""
    others = not_(and_(nights.c.kind == kind, nights.c.cut == cut))
    found: int | None = (await conn.execute(select(func.max(nights.c.effective_at)).where(others))).scalar()
    return found or 0


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


async def standing(conn: AsyncConnection) -> dict[str, Any] | None:
    """The last night with the evidence as it stood at the newest look since; None before the first night.

    Of a look are the proof of edge, the contests and `status["looked"]` (ms): when that was. A look that held no
    contest leaves the night's, unless it put another champion in force.
    """
    night, look = await newest(conn), await _newest_proof(conn)
    if night is None or look is None or look["cut"] <= night["cut"]:
        return night
    told = {name: look["status"].get(name) for name in ("proof", "books", "contests")}
    if not told["contests"] and look["champion"] == night["champion"]:
        del told["contests"]
    return {**night, "status": {**night["status"], **told, "looked": look["cut"]}}


async def _newest_proof(conn: AsyncConnection) -> dict[str, Any] | None:
    """The last look that measured the proof of edge."""
    query = select(nights.c.document).where(nights.c.kind == "watch").order_by(nights.c.id.desc()).limit(8)
    found = (json.loads(row.document) for row in await conn.execute(query))
    return next((one for one in found if one["status"].get("proof")), None)


async def newest_part(conn: AsyncConnection, part: str) -> dict[str, Any]:
    """A part of the last night's status that has it, within a week and a day: some are made once a week. {} without."""
    query = select(nights.c.document).where(nights.c.kind == "night").order_by(nights.c.id.desc()).limit(8)
    found = [json.loads(row.document)["status"] for row in await conn.execute(query)]
    return next((status[part] for status in found if status.get(part)), {})
