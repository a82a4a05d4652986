"""Owners hear of a night's training once, where it is news; nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TapeClock
from bot.commands.access import owner_addresses
from bot.jobs.news import TrainingNews
from bot.messages.notice_kinds import notice_message
from engine.learning.train import TrainReport
from storage import chats, outbox
from storage.database import Database
from tests.jobs.store_of_labels import url_of
from tests.messages.examples import LONDON

NOW = 1_767_571_200_000


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(url_of(tmp_path))
    async with database.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-100200", active=True, at=NOW)
        await chats.set_person(conn, "telegram", "77", name="Ayu", role="owner", at=NOW)
        await chats.set_person(conn, "telegram", "78", name="Budi", role="member", at=NOW)
    yield database
    await database.close()


async def owners(conn: AsyncConnection) -> list[tuple[str, str]]:
    return await owner_addresses(conn, frozenset({("telegram", "99")}))


async def test_news_goes_to_owners_only_and_once(db: Database) -> None:
    nudged: list[int] = []
    news = TrainingNews(db, TapeClock(NOW), owners, lambda: nudged.append(1))
    few = TrainReport(None, "too_few_labels", NOW, 12, 9.5)
    await news.hear(few, False)
    async with db.read() as conn:
        assert (await outbox.stats(conn))["pending"] == 0 and not nudged
    await news.hear(few, True)
    await news.hear(few, True)
    async with db.write() as conn:
        rows = await outbox.lease(conn, "telegram", NOW, 10)
    assert sorted(row.address for row in rows) == ["77", "99"] and nudged
    assert all(row.kind == "notice" and row.state == "trained" and row.payload is not None for row in rows)
    text = notice_message("trained", rows[0].payload or {}, LONDON).html
    assert "Too few labels to learn from:\n9 of 100" in text
