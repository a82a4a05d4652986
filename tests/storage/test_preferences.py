"""What people and chats want is kept by name, and an older store takes the new tables in without losing a row."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage import outbox, preferences
from storage.database import Database
from storage.schema import METADATA

NEW = ("grants", "audit", "preferences", "reasons", "takes", "identities", "windows", "deliveries", "revisions")


async def test_a_value_is_kept_replaced_and_forgotten(db: Database) -> None:
    async with db.write() as conn:
        assert await preferences.get(conn, "person", "telegram", "7", "quiet") is None
        await preferences.put(conn, "person", "telegram", "7", "quiet", "22-07")
        await preferences.put(conn, "person", "telegram", "7", "quiet", "23-06")
        await preferences.put(conn, "person", "telegram", "7", "risk", "25")
        await preferences.put(conn, "chat", "telegram", "7", "quiet", "00-05")
        await preferences.put(conn, "person", "whatsapp", "7", "quiet", "01-02")
    async with db.read() as conn:
        assert await preferences.get(conn, "person", "telegram", "7", "quiet") == "23-06"
        assert await preferences.of(conn, "person", "telegram", "7") == {"quiet": "23-06", "risk": "25"}
        found = await preferences.named(conn, "person", "quiet")
        assert found == {("telegram", "7"): "23-06", ("whatsapp", "7"): "01-02"}
    async with db.write() as conn:
        await preferences.put(conn, "person", "telegram", "7", "quiet", None)
        await preferences.put(conn, "person", "telegram", "8", "quiet", None)
        assert await preferences.of(conn, "person", "telegram", "7") == {"risk": "25"}
        assert await preferences.get(conn, "chat", "telegram", "7", "quiet") == "00-05"


async def test_a_store_of_the_version_before_keeps_what_waits_to_be_sent(url: str, tmp_path: Path) -> None:
    async with await Database.open(url) as db, db.write() as conn:
        await outbox.enqueue(
            conn, channel="telegram", address="5", kind="notice", number=None, state="lifted", dedupe_key="k",
            payload={"kind": "pause"}, priority=3, at=1,
        )  # fmt: skip
        await conn.run_sync(_before_totals)
        await conn.execute(text("ALTER TABLE outbox DROP COLUMN unknowns"))
        for name in (*NEW, "cards", "pace"):
            await conn.execute(text(f"DROP TABLE {METADATA.tables[name].name}"))
        await conn.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    async with await Database.open(url) as db, db.write() as conn:
        (row,) = await outbox.lease(conn, "telegram", 2, 10)
        assert row.payload == {"kind": "pause"}
    with sqlite3.connect(tmp_path / "store.db") as plain:
        assert plain.execute("SELECT unknowns FROM outbox").fetchall() == [(0,)]
    plain.close()


def _before_totals(conn: Connection) -> None:
    """What came after 0003 is taken back by its own migrations."""
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    command.downgrade(config, "0003")
