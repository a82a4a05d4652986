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
from engine.learning.past import Conclusion, Event
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
    status = {"reason": "too_few_labels", "labels": 12, "n_eff": 9.5}
    few = Conclusion("night", NOW, NOW, "linear", status=status)
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


async def test_a_model_card_goes_to_everyone(db: Database) -> None:
    contest = {"setups": 812, "days": 30.4, "difference": 0.041, "low": 0.01, "high": 0.08}
    status = {"reason": "trained", "labels": 900, "n_eff": 450.0, "contests": {"recent": contest}}
    event = Event(NOW, "promoted", "recent", {"e": 44.2, "needed": 40.0, "instead_of": "linear"})
    news = TrainingNews(db, TapeClock(NOW), owners, lambda: None)
    await news.hear(Conclusion("night", NOW, NOW, "recent", events=(event,), status=status), True)
    async with db.write() as conn:
        rows = await outbox.lease(conn, "telegram", NOW, 10)
    assert sorted(row.address for row in rows) == ["-100200", "77", "99"]
    text = notice_message("learned", rows[0].payload or {}, LONDON).html
    assert "Model changed" in text and "44.2 (needed: 40)" in text and "812 in 30 days" in text
    assert "48 h" in text


async def test_an_alarm_between_nights_is_for_owners_alone(db: Database) -> None:
    events = (
        Event(NOW, "alarm", "linear", {"sign": "drawdown", "drawdown": 9.0, "most": 8.0}),
        Event(NOW, "tripped", "linear", {"sign": "moved", "about": "efficiency_ratio", "psi": 0.4}),
    )
    news = TrainingNews(db, TapeClock(NOW), owners, lambda: None)
    await news.hear(Conclusion("watch", NOW, NOW, "linear", events=events, status={"reason": "looked"}), True)
    async with db.write() as conn:
        rows = await outbox.lease(conn, "telegram", NOW, 10)  # one of each chat at a time
        for row in rows:
            await outbox.sent(conn, row.id, row.address, NOW)
        rows += await outbox.lease(conn, "telegram", NOW, 10)
    assert sorted(row.address for row in rows) == ["77", "77", "99", "99"]
    texts = {notice_message("learned", row.payload or {}, LONDON).html for row in rows}
    assert any("A drawdown deeper than on paper" in text and "PAPER" in text for text in texts)
    assert any("Drifted: efficiency ratio" in text for text in texts)
