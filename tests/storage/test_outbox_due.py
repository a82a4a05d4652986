"""What is due: cheap however much waits, in order, doubled at most once, refreshed in its time."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chats, outbox, preferences
from storage.database import Database
from storage.outbox import REFRESH_MS, NewRow
from storage.schema import outbox as table

NOW = 1_000_000


def row(kind: str, number: int, address: str = "-1", at: int = NOW, state: str = "new") -> NewRow:
    key = f"{kind}:{number}"
    return NewRow("telegram", address, kind, number, state, key, None, outbox.PRIORITY[kind], at)


async def due(conn: AsyncConnection, now: int = NOW) -> list[str]:
    """What the heads of all lines say."""
    heads = await outbox.due(conn, "telegram", now, 1_000)
    named = {one.id: one.dedupe_key for one in await conn.execute(select(table))}
    return [named[head.id] for head in heads]


async def state_of(conn: AsyncConnection, key: str) -> tuple[str, int, int]:
    query = select(table.c.status, table.c.unknowns, table.c.not_before).where(table.c.dedupe_key == key)
    found = (await conn.execute(query)).one()
    return found.status, found.unknowns, found.not_before


async def test_looking_at_ten_thousand_waiting_rows_gives_the_head_of_each_line(db: Database) -> None:
    async with db.write() as conn:
        for number in range(20):
            await outbox.enqueue_many(conn, [row("signal", number, str(chat)) for chat in range(500)])
    async with db.read() as conn:
        heads = await outbox.due(conn, "telegram", NOW, 2_000)
    assert len(heads) == 500 and len({head.address for head in heads}) == 500
    async with db.write() as conn:
        leased = await outbox.lease_ids(conn, [head.id for head in heads[:1]], NOW)
    assert len(leased) == 1 and leased[0].attempts == 1


async def test_what_failed_keeps_its_place_in_the_line(db: Database) -> None:
    async with db.write() as conn:
        await outbox.enqueue_many(conn, [row("signal", 1), row("signal", 2), row("signal", 3, "-2")])
        (first, _) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.retry(conn, first.id, NOW + 500, "502")
        assert await due(conn) == []
        await outbox.retry(conn, first.id, NOW + 500, "not now", tried=False)
        assert await due(conn) == ["signal:2"], "where nothing was tried nobody waits"


async def test_a_row_that_was_taken_or_is_late_is_not_leased(db: Database) -> None:
    async with db.write() as conn:
        late = replace(row("signal", 1), expires_at=NOW + 10)
        await outbox.enqueue_many(conn, [late, row("signal", 2, "-2")])
        heads = await outbox.due(conn, "telegram", NOW, 10)
        ids = [head.id for head in heads]
        assert [one.number for one in await outbox.lease_ids(conn, ids, NOW + 10)] == [2]
        assert await outbox.lease_ids(conn, ids, NOW + 10) == []
        assert await outbox.has_expired(conn, "telegram", NOW + 10)
        assert await outbox.drop_expired(conn, "telegram", NOW + 10) == 1
        assert not await outbox.has_expired(conn, "telegram", NOW + 10)


async def test_a_kill_is_a_doubt_once(db: Database) -> None:
    async with db.write() as conn:
        rows = [row("reply", 1), row("edit", 2, "-2"), row("notice", 3, "-3")]
        await outbox.enqueue_many(conn, rows)
        assert len(await outbox.lease(conn, "telegram", NOW, 10)) == 3
        assert await outbox.take_back(conn, "telegram") == 2
        assert await state_of(conn, "reply:1") == ("pending", 1, NOW)
        assert await state_of(conn, "edit:2") == ("pending", 0, NOW)
        assert await state_of(conn, "notice:3") == ("dead", 1, NOW)
        assert len(await outbox.lease(conn, "telegram", NOW, 10)) == 2
        assert await outbox.take_back(conn, "telegram") == 1
        assert await state_of(conn, "reply:1") == ("dead", 2, NOW)
        letters = await outbox.dead_letters(conn)
        assert [(one.kind, one.number, one.unknowns) for one in letters] == [("notice", 3, 1), ("reply", 1, 2)]
        assert len(await outbox.dead_letters(conn, limit=1)) == 1


async def test_numbers_on_a_post_follow_at_most_every_half_minute(db: Database) -> None:
    async with db.write() as conn:
        counts = row("edit", 1, state="counts")
        await outbox.enqueue_many(conn, [counts])
        (first,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.sent(conn, first.id, "m1", NOW)
        await outbox.enqueue_many(conn, [replace(counts, at=NOW + 1_000)])
        assert (await state_of(conn, "edit:1"))[2] == NOW + REFRESH_MS == outbox.refresh_at(NOW, NOW + 1_000)
        await outbox.enqueue_many(conn, [replace(counts, at=NOW + 2_000)])
        assert (await state_of(conn, "edit:1"))[2] == NOW + REFRESH_MS
        await outbox.enqueue_many(conn, [replace(counts, state="tp1", at=NOW + 3_000)])
        await outbox.enqueue_many(conn, [replace(counts, at=NOW + 4_000)])
        (news,) = await outbox.lease(conn, "telegram", NOW + 4_000, 10)
        assert news.state == "tp1", "news of the trade do not wait for numbers, and numbers do not hide them"


async def test_numbers_that_change_while_an_edit_is_in_flight_wait_as_well(db: Database) -> None:
    async with db.write() as conn:
        counts = row("edit", 1, state="counts")
        await outbox.enqueue_many(conn, [counts])
        (first,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.enqueue_many(conn, [replace(counts, at=NOW + 100)])
        await outbox.sent(conn, first.id, "m1", NOW + 200)
        assert await due(conn, NOW + 200) == [] and await due(conn, NOW + 200 + REFRESH_MS) == ["edit:1"]


async def test_a_row_is_opened_again_only_when_it_is_over(db: Database) -> None:
    async with db.write() as conn:
        await outbox.enqueue_many(conn, [row("reply", 1)])
        (first,) = await outbox.lease(conn, "telegram", NOW, 10)
        assert not await outbox.reopen(conn, first.id, NOW, "63016")
        await outbox.sent(conn, first.id, "m1", NOW)
        assert await outbox.reopen(conn, first.id, NOW + 5, "63016: outside the window")
        (again,) = await outbox.lease(conn, "telegram", NOW + 5, 10)
    assert (again.id, again.attempts, again.error, again.queued_at) == (
        first.id,
        1,
        "63016: outside the window",
        NOW + 5,
    )


async def test_a_chat_that_moves_takes_its_messages_and_wishes_along(db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-1", locale="id")
        await outbox.enqueue_many(conn, [row("signal", 1), row("signal", 2)])
        (first,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.sent(conn, first.id, "m1", NOW)
        await chats.add_prompt(conn, "telegram", "-1", "p1", 1)
        await preferences.put(conn, "chat", "telegram", "-1", "quiet", "23-6")
        await chats.move(conn, "telegram", "-1", "-100")
        assert await outbox.message_id_of(conn, "telegram", "-100", 1) == "m1"
        assert await chats.prompt(conn, "telegram", "-100", "p1") is not None
        assert await preferences.get(conn, "chat", "telegram", "-100", "quiet") == "23-6"
        assert [one.address for one in await outbox.due(conn, "telegram", NOW, 10)] == ["-100"]
