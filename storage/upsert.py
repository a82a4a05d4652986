"""INSERT … ON CONFLICT in the dialect at hand: SQLite and PostgreSQL speak it alike, SQLAlchemy has no common word."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(conn: AsyncConnection, table: Table) -> sqlite.Insert:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(conn.dialect.name, table)


def insert_for(dialect: str, table: Table) -> sqlite.Insert:
    """The same by the dialect's name, for statements that are built once."""
    if dialect != "sqlite":
        raise NotImplementedError(f"no upsert for {dialect} yet")
    return sqlite.insert(table)
