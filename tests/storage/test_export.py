"""Exports: every row once, in a fixed order of columns."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ports import Person
from storage import decisions, demo, export, feedback, outcomes, signals
from storage.database import Database
from tests.storage.documents import START, decided, ended, outcome, signal, uuid_of

FIRST_COLUMNS = {
    "signals": ("number", "signal_id", "ts", "pair", "timeframe", "side", "mode"),
    "outcomes": ("number", "signal_id", "closed_at", "followable_result", "followable_r"),
    "decisions": ("id", "decision_id", "ts", "pair", "timeframe", "side", "setup_model", "verdict", "reasons"),
    "feedback": ("id", "number", "channel", "rater", "kind", "active", "at", "text", "truncated"),
}


async def _all(db: Database, table: str) -> list[dict[str, Any]]:
    async with db.read() as conn:
        return [row async for row in export.rows(conn, table)]


@pytest.fixture
async def filled(db: Database) -> Database:
    async with db.write() as conn:
        for number in (1, 2):
            await signals.add(conn, signal(number), ts_ms=START + number)
        await outcomes.add(conn, outcome(2), closed_ms=START + 9)
        await decisions.add_many(conn, [decided(1), decided(3, "refuse", reasons=("rr",))], policy_version="p1")
        await decisions.label(conn, uuid_of(1), ended(1))
        ident = await demo.add(conn, {"pair": "AAA-USDT-SWAP"}, START)
        for index, (number, user, apart) in enumerate(((1, "620001", False), (ident, "9", True), (2, "620001", False))):
            person = Person("whatsapp", user)
            await feedback.toggle(conn, number, person, "up", START, f"e{index}", demo=apart)
        await feedback.note(conn, 1, "whatsapp", "620002", 'a,"b"\n=1+1', START, "e9")
    return db


@pytest.mark.parametrize("table", export.TABLES)
async def test_columns_are_the_same_for_every_row_and_begin_as_ever(filled: Database, table: str) -> None:
    rows = await _all(filled, table)
    assert rows
    assert {tuple(row) for row in rows} == {export.COLUMNS[table]}
    assert export.COLUMNS[table][: len(FIRST_COLUMNS[table])] == FIRST_COLUMNS[table]
    for row in rows:
        assert {type(value) for value in row.values()} <= {int, float, str, type(None)}


async def test_documents_are_the_exact_lines(filled: Database) -> None:
    rows = await _all(filled, "signals")
    async with filled.read() as conn:
        stored = [await signals.get(conn, number) for number in (1, 2)]
    assert [row["document"] for row in rows] == [one.line for one in stored if one is not None]
    (ended_one,) = await _all(filled, "outcomes")
    assert json.loads(ended_one["document"])["number"] == ended_one["number"] == 2


async def test_decisions_carry_features_and_label(filled: Database) -> None:
    labelled, refused = await _all(filled, "decisions")
    assert json.loads(labelled["features"]) == dict(decided(1).features)
    assert (labelled["win"], labelled["rr"], labelled["resolution"]) == (1, 1.5, "1m")
    assert (json.loads(refused["reasons"]), refused["win"]) == (["rr"], None)


async def test_feedback_names_nobody_and_knows_no_demo(filled: Database) -> None:
    rows = await _all(filled, "feedback")
    assert [(row["number"], row["rater"], row["kind"]) for row in rows] == [(1, 1, "up"), (2, 1, "up"), (1, 4, "note")]
    assert "62000" not in json.dumps(rows)


async def test_more_rows_than_a_page(db: Database) -> None:
    count = 2 * export.CHUNK + 1
    async with db.write() as conn:
        await decisions.add_many(conn, [decided(number) for number in range(1, count + 1)], policy_version="p1")
    assert [row["id"] for row in await _all(db, "decisions")] == list(range(1, count + 1))


async def test_an_empty_store_exports_nothing_and_an_unknown_table_is_refused(db: Database) -> None:
    assert await _all(db, "outcomes") == []
    with pytest.raises(ValueError, match="signals, outcomes, decisions, feedback"):
        await _all(db, "people")
