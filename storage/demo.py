"""DEMO signals: posts that show the buttons. Their votes are kept apart and never become labels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.integers import fits
from storage.schema import demo_signals
from storage.text import to_json


@dataclass(frozen=True, slots=True)
class DemoSignal:
    """A DEMO signal: `id` is its own count, not a signal's number."""

    id: int
    document: dict[str, Any]
    at: int


async def add(conn: AsyncConnection, document: Mapping[str, Any], at: int) -> int:
    """Keep a DEMO signal's document; returns its id."""
    statement = demo_signals.insert().values(document=to_json(dict(document)), at=at).returning(demo_signals.c.id)
    ident: int = (await conn.execute(statement)).scalar_one()
    return ident


async def get(conn: AsyncConnection, ident: int) -> DemoSignal | None:
    """One DEMO signal."""
    if not fits(ident):
        return None
    row = (await conn.execute(select(demo_signals).where(demo_signals.c.id == ident))).first()
    return None if row is None else DemoSignal(row.id, json.loads(row.document), row.at)
