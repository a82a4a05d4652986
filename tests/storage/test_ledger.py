"""The chains: what is hashed, and what `verify` finds."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import ledger, outcomes, signals
from storage.database import Database
from tests.storage.documents import START, outcome, signal, uuid_of


async def _fill(conn: AsyncConnection, count: int = 4) -> None:
    for number in range(1, count + 1):
        await signals.add(conn, signal(number), ts_ms=START + number)
    for number in range(1, count + 1):
        await outcomes.add(conn, outcome(number), closed_ms=START + number)


def test_the_hash_is_the_documented_one() -> None:
    document = outcome(3)
    hashed = {name: value for name, value in document.items() if name not in ("feedback", "pnl_real")}
    canonical = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    expected = hashlib.sha256(("0" * 64 + canonical).encode("utf-8")).hexdigest()
    assert ledger.chain(ledger.GENESIS, document)["ledger"] == {"prev": "0" * 64, "hash": expected}


def test_the_line_keeps_the_order_of_keys_and_the_letters() -> None:
    document = ledger.chain(ledger.GENESIS, signal(1))
    written = ledger.line(document)
    assert list(json.loads(written)) == [*signal(1), "ledger"]
    assert "é 🚀" in written
    assert ": " not in written.replace("reclaim é", "")
    assert json.loads(written) == document


def test_numbers_that_are_no_json_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        ledger.chain(ledger.GENESIS, {"number": 1, "x": float("nan")})


def test_feedback_and_own_money_may_change_later() -> None:
    document = ledger.chain(ledger.GENESIS, outcome(1))
    later = {**document, "feedback": {"up": 9}, "pnl_real": "0.5"}
    assert ledger.check([later], "outcomes") == []


def _three() -> list[dict[str, Any]]:
    chained: list[dict[str, Any]] = []
    prev = ledger.GENESIS
    for number in (1, 2, 3):
        chained.append(ledger.chain(prev, signal(number)))
        prev = chained[-1]["ledger"]["hash"]
    return chained


def test_check_accepts_a_chain_and_its_continuation() -> None:
    first, *rest = _three()
    assert ledger.check([first, *rest]) == []
    assert ledger.check(rest, prev=first["ledger"]["hash"]) == []


def test_check_finds_an_edited_document_once() -> None:
    documents = _three()
    documents[1]["orders"]["sl"] = "1.0"
    assert [(one.position, one.number, one.what) for one in ledger.check(documents)] == [
        (2, 2, "was changed: its hash does not fit its content")
    ]


def test_check_finds_a_removed_and_a_swapped_document() -> None:
    first, second, third = _three()
    assert [one.number for one in ledger.check([first, third])] == [3]
    assert [one.number for one in ledger.check([second, first, third])] == [2, 1, 3]
    assert [one.what for one in ledger.check([{"number": 1}])] == ["has no ledger"]


async def test_a_store_verifies_and_its_lines_are_a_valid_file(db: Database) -> None:
    async with db.write() as conn:
        await _fill(conn)
    async with db.read() as conn:
        assert await ledger.verify(conn, None) == []
        assert await ledger.verify(conn, 2) == []
        assert await ledger.verify(conn, uuid_of(2)) == []
        stored = [await signals.get(conn, number) for number in (1, 2, 3, 4)]
        last = await ledger.head(conn, "signals")
    lines = [json.loads(one.line) for one in stored if one is not None]
    assert ledger.check(lines) == []
    assert lines[-1]["ledger"]["hash"] == last


async def test_an_empty_chain_has_the_first_head(db: Database) -> None:
    async with db.read() as conn:
        assert await ledger.head(conn, "outcomes") == ledger.GENESIS
        assert await ledger.verify(conn, None) == []


TAMPERED = {
    "edited": ("UPDATE signals SET line = replace(line, '97.5', '90.5') WHERE number = 2", [("signals", 2, 2)]),
    "spaced": ("UPDATE signals SET line = replace(line, ':', ': ') WHERE number = 2", [("signals", 2, 2)]),
    "broken": ("UPDATE signals SET line = '[]' WHERE number = 2", [("signals", 2, 2)]),
    "removed": ("DELETE FROM outcomes WHERE number = 2", [("outcomes", 3, 3)]),
    "removed first": ("DELETE FROM outcomes WHERE number = 1", [("outcomes", 2, 2)]),
    "removed last": ("DELETE FROM outcomes WHERE number = 4", [("outcomes", 4, 0)]),
    "removed all": ("DELETE FROM outcomes", [("outcomes", 4, 0)]),
    "renumbered": ("UPDATE outcomes SET number = 77 WHERE number = 2", [("outcomes", 2, 77)]),
    "wrong hash column": ("UPDATE outcomes SET hash = 'x' WHERE number = 2", [("outcomes", 2, 2)]),
    "wrong prev": (
        "UPDATE outcomes SET line = json_set(line, '$.ledger.prev', 'abc') WHERE number = 3",
        [("outcomes", 3, 3)],
    ),
}


@pytest.mark.parametrize("name", list(TAMPERED))
async def test_verify_finds_what_was_done_to_the_store(db: Database, name: str) -> None:
    statement, expected = TAMPERED[name]
    async with db.write() as conn:
        await _fill(conn)
        await conn.execute(text(statement))
    async with db.read() as conn:
        found = await ledger.verify(conn, None)
    assert [(one.chain, one.position, one.number) for one in found] == expected


async def test_a_line_replaced_with_its_own_hash_breaks_the_next_one(db: Database) -> None:
    async with db.write() as conn:
        await _fill(conn)
        stored = await signals.get(conn, 2)
        assert stored is not None
        forged = ledger.chain(stored.document["ledger"]["prev"], {**stored.document, "pair": "BBB-USDT-SWAP"})
        change = text("UPDATE signals SET line = :line, hash = :hash WHERE number = 2")
        await conn.execute(change, {"line": ledger.line(forged), "hash": forged["ledger"]["hash"]})
    async with db.read() as conn:
        assert [one.number for one in await ledger.verify(conn, None)] == [3]
        assert await ledger.verify(conn, 4) == []
        assert [one.number for one in await ledger.verify(conn, uuid_of(3))] == [3]


async def test_verify_of_an_unknown_signal_says_so(db: Database) -> None:
    async with db.read() as conn:
        assert [one.what for one in await ledger.verify(conn, 12)] == ["there is no signal 12"]
        assert [one.what for one in await ledger.verify(conn, "no-such")] == ["there is no signal no-such"]


async def test_a_chain_longer_than_a_page_verifies(db: Database) -> None:
    async with db.write() as conn:
        for number in range(1, ledger.CHUNK + 3):
            await signals.add(conn, signal(number), ts_ms=START + number)
    async with db.read() as conn:
        assert await ledger.verify(conn, None) == []
