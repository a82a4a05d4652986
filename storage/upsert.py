"""INSERT … ON CONFLICT in the dialect at hand: SQLite and PostgreSQL speak it alike, SQLAlchemy has no common word."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(conn: AsyncConnection, table: Table) -> sqlite.Insert:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if conn.dialect.name != "sqlite":
        raise NotImplementedError(f"no upsert for {conn.dialect.name} yet")
    return sqlite.insert(table)
