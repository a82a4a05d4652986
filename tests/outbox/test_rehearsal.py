"""The rehearsal at the start walks the whole way and leaves nothing behind."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.clock import SystemClock
from bot.house import House
from bot.rehearsal import rehearse
from storage import chats
from storage.database import Database


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as plain:
        return list(plain.iterdump())


async def test_it_succeeds_and_nothing_of_it_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "store.db"
    caplog.set_level(logging.DEBUG, "bot.rehearsal")
    async with await Database.open(f"sqlite+aiosqlite:///{path}") as db:
        async with db.write() as conn:
            await chats.upsert_chat(conn, "telegram", "-5", active=True, at=1)
        before = _dump(path)
        parts: dict[str, Any] = {
            "db": db,
            "market": SimpleNamespace(clock=SystemClock()),
            "config": SimpleNamespace(locale="id", timezone="Asia/Jakarta"),
            "started": lambda: True,
        }
        await rehearse(cast(House, SimpleNamespace(**parts)))
        assert _dump(path) == before
    assert [record.getMessage() for record in caplog.records if record.name == "bot.rehearsal"] == ["rehearsed"]
