"""The outbox: once, in order, newest state, and nothing in flight is forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chats, decisions, outbox
from storage.database import Database
from tests.storage.documents import decided

NOW = 1_000_000


async def _put(conn: AsyncConnection, kind: str = "signal", number: int = 1, **changes: Any) -> bool:
    row: dict[str, Any] = {
        "channel": "telegram",
        "address": "-1",
        "kind": kind,
        "number": number,
        "state": "new",
        "dedupe_key": f"{kind}:{number}",
        "payload": None,
        "priority": outbox.PRIORITY.get(kind, 1),
        "at": NOW,
    }
    return await outbox.enqueue(conn, **{**row, **changes})


async def _due(conn: AsyncConnection, now: int = NOW, limit: int = 10) -> list[str]:
    return [row.dedupe_key for row in await outbox.lease(conn, "telegram", now, limit)]


async def test_a_row_is_asked_for_once_per_chat(db: Database) -> None:
    async with db.write() as conn:
        assert await _put(conn, payload={"b": 1, "a": "é"}, expires_at=NOW + 5)
        assert not await _put(conn, payload={"other": 1})
        assert await _put(conn, address="-2")
        rows = await outbox.lease(conn, "telegram", NOW, 10)
        assert await outbox.lease(conn, "whatsapp", NOW, 10) == []
    assert [(row.address, row.rev, row.attempts) for row in rows] == [("-1", 1, 1), ("-2", 1, 1)]
    assert (rows[0].payload, rows[0].state, rows[0].expires_at) == ({"b": 1, "a": "é"}, "new", NOW + 5)


async def test_urgent_goes_first_and_one_at_a_time_to_each_chat(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "notice", 1)
        await _put(conn, "signal", 2)
        await _put(conn, "reply", 3)
        await _put(conn, "signal", 4, address="-2")
        first = await outbox.lease(conn, "telegram", NOW, 10)
        assert [row.dedupe_key for row in first] == ["reply:3", "signal:4"]
        assert await _due(conn) == []
        await outbox.sent(conn, first[0].id, "m1", NOW)
        assert await _due(conn) == ["signal:2"]


async def test_nothing_goes_before_its_time_and_no_more_than_asked(db: Database) -> None:
    async with db.write() as conn:
        for number in (1, 2, 3):
            await _put(conn, number=number, address=f"-{number}", not_before=NOW + number)
        assert await _due(conn) == []
        assert await _due(conn, NOW + 3, limit=2) == ["signal:1", "signal:2"]


async def test_a_lease_that_ran_out_is_due_again_and_counted(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn)
        assert await _due(conn) == ["signal:1"]
        assert await _due(conn, NOW + 29_999) == []
        (again,) = await outbox.lease(conn, "telegram", NOW + 30_000, 10)
    assert again.attempts == 2


async def test_a_sender_that_starts_takes_back_what_was_in_flight(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn)
        assert await _due(conn) == ["signal:1"]
        await outbox.take_back(conn, "whatsapp")
        assert await _due(conn) == []
        await outbox.take_back(conn, "telegram")
        assert await _due(conn) == ["signal:1"]


async def test_an_entry_alert_past_its_time_is_dropped_and_counted_but_an_exit_never(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "signal", 1, expires_at=NOW + 10)
        await _put(conn, "reply", 2, expires_at=NOW + 10, address="-2")
        assert await _due(conn, NOW + 10) == ["reply:2"]
        assert (await outbox.stats(conn))["dropped"] == 1
        assert await outbox.message_id_of(conn, "telegram", "-1", 1) is None


async def test_an_alert_in_flight_is_not_dropped_under_its_sender(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, expires_at=NOW + 10)
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        assert await _due(conn, NOW + 20) == []
        await outbox.sent(conn, row.id, "m1", NOW + 21)
        assert (await outbox.stats(conn))["dropped"] == 0
        assert await outbox.message_id_of(conn, "telegram", "-1", 1) == "m1"


async def test_edits_that_wait_become_one_with_the_newest_state(db: Database) -> None:
    async with db.write() as conn:
        for state in ("filled", "tp1", "closed"):
            assert await _put(conn, "edit", state=state)
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
    assert (row.state, row.rev) == ("closed", 3)


async def test_a_sent_edit_opens_again(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "edit", state="filled")
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.sent(conn, row.id, "m1", NOW)
        assert await _due(conn) == []
        assert await _put(conn, "edit", state="tp1", at=NOW + 50)
        (again,) = await outbox.lease(conn, "telegram", NOW + 50, 10)
    assert (again.id, again.state, again.rev, again.attempts, again.queued_at) == (row.id, "tp1", 2, 1, NOW + 50)


async def test_an_edit_asked_for_while_in_flight_goes_out_once_more(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "edit", state="filled")
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        await _put(conn, "edit", state="tp1")
        assert await _due(conn) == []
        await outbox.sent(conn, row.id, "m1", NOW)
        (again,) = await outbox.lease(conn, "telegram", NOW, 10)
        assert again.state == "tp1"
        await outbox.sent(conn, row.id, "m1", NOW)
        assert await _due(conn, NOW + 100_000) == []


async def test_a_coalesced_edit_does_not_jump_a_wait_it_was_told_to_make(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "edit")
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.retry(conn, row.id, NOW + 9_000, "429")
        await _put(conn, "edit", at=NOW + 1)
        assert await _due(conn, NOW + 8_999) == []
        assert await _due(conn, NOW + 9_000) == ["edit:1"]


async def test_a_retry_waits_and_a_dead_letter_stays(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "reply")
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.retry(conn, row.id, NOW + 500, "timeout")
        assert await _due(conn, NOW + 499) == []
        (again,) = await outbox.lease(conn, "telegram", NOW + 500, 10)
        assert (again.attempts, again.error) == (2, "timeout")
        await outbox.dead(conn, row.id, "blocked")
        assert await _due(conn, NOW + 10**9) == []
        assert not await _put(conn, "reply")
        assert (await outbox.stats(conn))["dead"] == 1
        assert (await conn.execute(text("SELECT error FROM outbox"))).scalar() == "blocked"


async def test_the_story_of_a_signal_is_told_in_order(db: Database) -> None:
    """While the post waits for a retry, its replies and edits wait too; another signal's do not."""
    async with db.write() as conn:
        await _put(conn, "signal", 1)
        (post,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.retry(conn, post.id, NOW + 1_000, "down")
        await _put(conn, "reply", 1, dedupe_key="filled")
        await _put(conn, "reply", 1, dedupe_key="tp1")
        await _put(conn, "edit", 1, dedupe_key="edit")
        await _put(conn, "reply", 2, dedupe_key="other")
        told = []
        for now in (NOW, NOW + 1, NOW + 1_000, NOW + 1_001, NOW + 1_002, NOW + 1_003):
            for row in await outbox.lease(conn, "telegram", now, 10):
                told.append(row.dedupe_key)
                await outbox.sent(conn, row.id, f"m-{row.dedupe_key}", now)
    assert told == ["other", "signal:1", "filled", "tp1", "edit"]


async def test_a_reply_waits_for_the_reply_before_it(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "reply", 1, dedupe_key="filled")
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.retry(conn, row.id, NOW + 1_000, "down")
        await _put(conn, "reply", 1, dedupe_key="closed")
        assert await _due(conn) == []
        await outbox.dead(conn, row.id, "gone")
        assert await _due(conn) == ["closed"]


async def test_the_post_of_a_signal_is_found(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "signal", 1)
        assert await outbox.message_id_of(conn, "telegram", "-1", 1) is None
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
        await outbox.sent(conn, row.id, "m1", NOW)
        assert await outbox.message_id_of(conn, "telegram", "-1", 1) == "m1"
        assert await outbox.message_id_of(conn, "telegram", "-2", 1) is None


async def test_figures_of_what_waits(db: Database) -> None:
    async with db.write() as conn:
        empty = {"pending": 0, "dead": 0, "dropped": 0, "oldest_at": None, "oldest_age_ms": None}
        assert await outbox.stats(conn, NOW) == empty
        await _put(conn, number=1, at=NOW + 5)
        await _put(conn, number=2, at=NOW)
        figures = await outbox.stats(conn, NOW + 100)
    assert (figures["pending"], figures["oldest_at"], figures["oldest_age_ms"]) == (2, NOW, 100)


async def test_what_waits_moves_with_its_chat(db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-1", locale="id")
        await _put(conn, "signal", 1)
        await _put(conn, "signal", 2)
        await _put(conn, "signal", 2, address="-100")
        await chats.move(conn, "telegram", "-1", "-100")
        rows = await outbox.lease(conn, "telegram", NOW, 10)
        moved = await chats.chat(conn, "telegram", "-100")
        count = "SELECT count(*) FROM outbox WHERE address = '-100'"
        assert (await conn.execute(text(count))).scalar() == 2
    assert {row.address for row in rows} == {"-1", "-100"}
    assert moved is not None
    assert moved.locale == "id"


@pytest.mark.parametrize("wrong", [{"kind": "song"}, {"state": None}])
async def test_a_row_that_makes_no_sense_is_refused(db: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="constraint failed"):
        async with db.write() as conn:
            await _put(conn, **wrong)


async def test_many_at_once_are_as_many_single_ones(db: Database) -> None:
    row = outbox.NewRow("telegram", "-1", "edit", 1, "new", "edit:1", {"a": 1}, 2, NOW)
    others = [replace(row, kind="signal", dedupe_key="signal:1", address=f"-{index}") for index in range(3)]
    async with db.write() as conn:
        assert await outbox.enqueue_many(conn, []) == 0
        assert await outbox.enqueue_many(conn, [row, *others]) == 4
        assert await outbox.enqueue_many(conn, [replace(row, state="tp1"), *others]) == 1
        leased = await outbox.lease(conn, "telegram", NOW, 10)
        assert [(one.address, one.kind) for one in leased] == [("-0", "signal"), ("-1", "signal"), ("-2", "signal")]
        assert (await conn.execute(text("SELECT state, rev FROM outbox WHERE kind = 'edit'"))).one() == ("tp1", 2)


async def test_a_payload_with_half_a_letter_is_stored_safely(db: Database) -> None:
    async with db.write() as conn:
        await _put(conn, "notice", payload={"reason": "news \ud83d"})
        (row,) = await outbox.lease(conn, "telegram", NOW, 10)
    assert row.payload == {"reason": "news ?"}


async def test_leasing_reads_only_what_waits(db: Database) -> None:
    """The partial indexes are used: what was sent in years costs nothing."""
    plans: list[str] = []

    def explain(connection: Connection, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        if "FROM outbox" in statement and not statement.startswith("EXPLAIN"):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in plan)

    async with db.write() as conn:
        event.listen(conn.sync_engine, "before_cursor_execute", explain)
        await outbox.lease(conn, "telegram", NOW, 10)
    used = " ".join(plans)
    assert all(name in used for name in ("ix_outbox_pending", "ix_outbox_flying", "ix_outbox_story")), plans
    assert not any(plan.startswith("SCAN outbox") for plan in plans)


async def test_a_bar_of_three_hundred_decisions_and_messages_is_one_unit(db: Database) -> None:
    row = outbox.NewRow("telegram", "-1", "signal", 1, "new", "", None, 1, NOW)
    rows = [replace(row, address=f"-{index}", dedupe_key="signal:1") for index in range(300)]
    async with db.write() as conn:
        await decisions.add_many(conn, [decided(index, "refuse") for index in range(300)], policy_version="p1")
        assert await outbox.enqueue_many(conn, rows) == 300
        assert await outbox.enqueue_many(conn, rows) == 0
