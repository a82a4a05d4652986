"""What each published signal was made of: enough to make it again (`sharpsignal replay --signal`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import bases
from storage.text import to_json
from storage.upsert import insert


async def add(conn: AsyncConnection, signal_id: str, document: Mapping[str, Any]) -> None:
    """Keep the basis of a stored signal. The same again changes nothing."""
    row = insert(conn, bases).values(signal_id=signal_id, document=to_json(dict(document)))
    await conn.execute(row.on_conflict_do_nothing())


async def get(conn: AsyncConnection, signal_id: str) -> dict[str, Any] | None:
    """The basis of a signal; None for one that was stored without."""
    found = (await conn.execute(select(bases.c.document).where(bases.c.signal_id == signal_id))).scalar()
    return None if found is None else dict(json.loads(found))
