"""Brings a database to the newest schema with Alembic, inside the caller's transaction."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


def is_current(connection: Connection) -> bool:
    """Whether nothing is to be done.

    A file written by a newer version, or by another program, raises ValueError naming DATABASE_URL.
    """
    scripts = ScriptDirectory.from_config(_config())
    heads = MigrationContext.configure(connection).get_current_heads()
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = sorted(set(heads) - known)
    if unknown:
        raise ValueError(f"DATABASE_URL names a database of a newer version ({', '.join(unknown)}): update SharpSignal")
    if not heads and (tables := inspect(connection).get_table_names()):
        raise ValueError(f"DATABASE_URL names a database of another program (it holds {tables[0]}): name a new file")
    return set(heads) == set(scripts.get_heads())


def upgrade(connection: Connection) -> None:
    """Apply every migration that is missing; the caller's transaction holds all of them or none."""
    command.upgrade(_config(connection), "head")
