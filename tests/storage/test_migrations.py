"""The migrations and schema.py tell the same story, and run from wherever the package is installed."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable

from storage.database import Database
from storage.migrate import upgrade
from storage.schema import METADATA

ROOT = Path(__file__).resolve().parents[2]
POSTGRESQL = registry.load("postgresql")()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, METADATA))


def _sql(file: Path) -> dict[str, list[str]]:
    """Every table's and index's own text, each as its sorted parts.

    Alembic orders constraints its own way, and a column that came later stands behind the others on their last line.
    """
    with sqlite3.connect(file) as plain:
        rows = plain.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    plain.close()
    return {
        name: sorted(part.strip() for part in re.split(r",\s|\n", sql) if part.strip())
        for name, sql in rows
        if name != "alembic_version"
    }


async def test_nothing_differs_between_migrated_and_declared_tables(db: Database, tmp_path: Path) -> None:
    async with db.read() as conn:
        assert await conn.run_sync(_differences) == []
    declared = create_engine(f"sqlite:///{tmp_path}/declared.db")
    METADATA.create_all(declared)
    declared.dispose()
    assert _sql(tmp_path / "store.db") == _sql(tmp_path / "declared.db")


async def test_a_difference_would_be_found(db: Database) -> None:
    async with db.write() as conn:
        await conn.execute(text("ALTER TABLE votes ADD COLUMN mood INTEGER"))
        await conn.execute(text("DROP INDEX ix_outbox_number_kind"))
    async with db.read() as conn:
        assert len(await conn.run_sync(_differences)) == 2


def test_every_table_is_strict_and_has_only_portable_types() -> None:
    allowed = {"INTEGER", "BIGINT", "TEXT", "REAL", "DOUBLE PRECISION", "BYTEA"}
    for table in METADATA.tables.values():
        assert table.dialect_options["sqlite"]["strict"], table.name
        types = {column.type.compile(POSTGRESQL) for column in table.columns}
        assert types <= allowed, table.name


def test_postgresql_gets_no_sqlite_words() -> None:
    for table in METADATA.sorted_tables:
        written = str(CreateTable(table).compile(dialect=POSTGRESQL))
        assert "json_valid" not in written
        assert "STRICT" not in written


async def test_opening_again_changes_nothing(url: str, tmp_path: Path) -> None:
    for _ in range(2):
        async with await Database.open(url):
            pass
    assert _sql(tmp_path / "store.db")["votes"]


async def test_a_migration_that_breaks_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    async with await Database.open(url) as db, db.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        await conn.execute(text("DROP TABLE evidence"))
    before = _sql(tmp_path / "store.db")
    with pytest.raises(Exception, match="bases already exists"):
        await Database.open(url)
    assert _sql(tmp_path / "store.db") == before and "evidence" not in before
    with sqlite3.connect(tmp_path / "store.db") as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    plain.close()


async def test_a_database_of_a_newer_version_is_refused_by_name(url: str) -> None:
    async with await Database.open(url) as db, db.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ValueError, match=r"DATABASE_URL.*newer version \(9999\)"):
        await Database.open(url)


def test_migrations_run_from_an_installed_copy(tmp_path: Path) -> None:
    """From another folder, with only the two packages a wheel would bring."""
    for package in ("storage", "engine"):
        shutil.copytree(ROOT / package, tmp_path / "installed" / package, ignore=shutil.ignore_patterns("__pycache__"))
    program = (
        "import asyncio, sys\nfrom storage.database import Database\nimport storage\n"
        "async def main():\n    async with await Database.open(sys.argv[1]): print(storage.__file__)\n"
        "asyncio.run(main())"
    )
    url = f"sqlite+aiosqlite:///{tmp_path}/store.db"
    installed = tmp_path / "installed"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "PATH": ""},
    )
    assert run.stderr == ""
    assert run.stdout.strip() == str(installed / "storage" / "__init__.py")


def test_upgrade_runs_on_a_plain_connection_too(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/plain.db")
    with engine.begin() as connection:
        upgrade(connection)
        assert _differences(connection) == []
    engine.dispose()
