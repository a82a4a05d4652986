"""What each published signal was made of: enough to make it again (`sharpsignal replay --signal`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import bases
from storage.text import numbers_json
from storage.upsert import insert_for

_GET = prepared(select(bases.c.document).where(bases.c.signal_id == bindparam("ident")))


async def add(conn: AsyncConnection, signal_id: str, document: Mapping[str, Any]) -> None:
    """Keep the basis of a stored signal. The same again changes nothing."""
    row = {"signal_id": signal_id, "document": numbers_json(dict(document))}
    await conn.execute(_add(conn.dialect.name), row)


@cache
def _add(dialect: str) -> Insert:
    return prepared(insert_for(dialect, bases).on_conflict_do_nothing())


async def get(conn: AsyncConnection, signal_id: str) -> dict[str, Any] | None:
    """The basis of a signal; None for one that was stored without."""
    found = (await conn.execute(_GET, {"ident": signal_id})).scalar()
    return None if found is None else dict(json.loads(found))
