"""Signals and outcomes: exact lines, one chain each, states that only go on."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import exposure, ledger, outcomes, signals
from storage.database import Database
from storage.errors import UnknownSignal
from storage.signals import ProgressRow
from tests.storage.documents import START, outcome, signal, uuid_of


async def test_a_signal_comes_back_exactly(db: Database) -> None:
    document = signal(1, side=-1)
    async with db.write() as conn:
        chained = await signals.add(conn, document, ts_ms=START, simulated=True)
    async with db.read() as conn:
        stored = await signals.get(conn, 1)
        assert stored is not None
        assert stored == await signals.get(conn, uuid_of(1))
        assert await signals.get(conn, 2) is None
    assert chained is not None
    assert stored.document == chained == ledger.chain(ledger.GENESIS, document)
    assert stored.line == ledger.line(chained)
    assert (stored.pair, stored.timeframe, stored.regime) == ("AAA-USDT-SWAP", "15m", "TRENDING")
    assert (stored.mode, stored.side, stored.ts, stored.state, stored.simulated) == (
        "paper",
        "short",
        START,
        "waiting",
        True,
    )


async def test_the_same_signal_again_is_the_stored_one(db: Database) -> None:
    async with db.write() as conn:
        first = await signals.add(conn, signal(1), ts_ms=START)
        again = await signals.add(conn, {**signal(1), "pair": "OTHER"}, ts_ms=START + 5)
        assert again is None and first is not None
        stored = await signals.get(conn, 1)
        assert stored is not None and stored.document == first
        assert await signals.next_number(conn) == 2
        assert len(await signals.latest(conn)) == 1
        assert await ledger.head(conn, "signals") == first["ledger"]["hash"]


async def test_a_number_is_given_once(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
    with pytest.raises(IntegrityError, match="number"):
        async with db.write() as conn:
            await signals.add(conn, {**signal(2), "number": 1}, ts_ms=START)
    async with db.read() as conn:
        assert await ledger.verify(conn, None) == []


@pytest.mark.parametrize("absurd", [10**30, -(10**30), "\ud83d", "é", "", "1"])
async def test_absurd_names_name_nothing(db: Database, absurd: int | str) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        await outcomes.add(conn, outcome(1), closed_ms=START)
        assert await signals.get(conn, absurd) is None
        assert await outcomes.get(conn, absurd) is None
        assert [one.number for one in await ledger.verify(conn, absurd)] != []
        assert len(await signals.latest(conn, before=10**30)) == 1
        assert await outcomes.latest(conn, before=10**30) == []


async def test_latest_pages_backwards(db: Database) -> None:
    async with db.write() as conn:
        for number in range(1, 8):
            await signals.add(conn, signal(number), ts_ms=START + number)
    async with db.read() as conn:
        page = await signals.latest(conn, limit=3)
        rest = await signals.latest(conn, limit=10, before=page[-1].number)
        assert await signals.next_number(conn) == 8
    assert [one.number for one in page] == [7, 6, 5]
    assert [one.number for one in rest] == [4, 3, 2, 1]


async def test_progress_moves_the_state_and_never_back(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        assert await signals.next_number(conn) == 2
        assert await signals.add_progress(conn, uuid_of(1), "filled", 10, 99.9, None)
        assert await signals.add_progress(conn, uuid_of(1), "tp1", 20, 102.0, 0.52)
        assert not await signals.add_progress(conn, uuid_of(1), "filled", 30, 1.0, None)
        stored = await signals.get(conn, 1)
        steps = await signals.progress_of(conn, uuid_of(1))
    assert stored is not None
    assert stored.state == "tp1"
    assert steps == [ProgressRow("filled", 10, 99.9, None), ProgressRow("tp1", 20, 102.0, 0.52)]


async def test_progress_after_the_close_is_kept_but_the_signal_stays_closed(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        await outcomes.add(conn, outcome(1), closed_ms=START)
        assert await signals.add_progress(conn, uuid_of(1), "filled", 10, 99.9, None)
        stored = await signals.get(conn, 1)
    assert stored is not None
    assert stored.state == "closed"


async def test_an_entry_that_is_over_leaves_the_signal_open(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        assert await signals.add_progress(conn, uuid_of(1), "missed", 10, 99.9, None)
        assert not await signals.add_progress(conn, uuid_of(1), "missed", 11, 99.9, None)
        assert [(one.number, one.state) for one in await signals.active(conn)] == [(1, "waiting")]
        assert await signals.progress_of(conn, uuid_of(1)) == [ProgressRow("missed", 10, 99.9, None)]


async def test_a_position_that_was_left_is_no_risk_and_leaves_the_signal_open(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        assert await signals.add_progress(conn, uuid_of(1), "exited", START + 20, 98.7, -1.1, "sl")
        assert await signals.progress_of(conn, uuid_of(1)) == [ProgressRow("exited", START + 20, 98.7, -1.1, "sl")]
        assert [one.state for one in await signals.active(conn)] == ["waiting"]
        assert [await exposure.at_risk(conn, 1, START + at) for at in (15, 25)] == [1, 0]
        assert [(one.state, one.at) for one in await exposure.open_at(conn, START)] == [("lose", START + 20)]


async def test_progress_of_nothing_is_refused(db: Database) -> None:
    async with db.write() as conn:
        with pytest.raises(UnknownSignal, match=uuid_of(9)):
            await signals.add_progress(conn, uuid_of(9), "filled", 10, 99.9, None)
        with pytest.raises(ValueError, match="waiting"):
            await signals.add_progress(conn, uuid_of(9), "waiting", 10, 99.9, None)


async def test_active_are_those_that_have_not_closed(db: Database) -> None:
    async with db.write() as conn:
        for number in (1, 2, 3):
            await signals.add(conn, signal(number), ts_ms=START + number)
        await signals.add_progress(conn, uuid_of(3), "filled", 10, 99.9, None)
        await outcomes.add(conn, outcome(2), closed_ms=START)
    async with db.read() as conn:
        assert [(one.number, one.state) for one in await signals.active(conn)] == [(1, "waiting"), (3, "filled")]


async def test_an_outcome_closes_its_signal_once(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        first = await outcomes.add(conn, outcome(1), closed_ms=START + 7)
        assert await outcomes.add(conn, outcome(1, result="lose", r=-1.0), closed_ms=START + 9) == first
        stored = await outcomes.get(conn, 1)
        assert stored == await outcomes.get(conn, uuid_of(1))
        assert await ledger.verify(conn, 1) == []
    assert stored is not None
    assert (stored.number, stored.closed_at, stored.document["result"]) == (1, START + 7, "win")
    assert stored.line == ledger.line(first)


async def test_an_outcome_without_a_signal_is_refused(db: Database) -> None:
    async with db.write() as conn:
        with pytest.raises(UnknownSignal):
            await outcomes.add(conn, outcome(1), closed_ms=START)
        assert await outcomes.get(conn, 1) is None
        assert await ledger.head(conn, "outcomes") == ledger.GENESIS


async def test_outcomes_page_in_closing_order(db: Database) -> None:
    async with db.write() as conn:
        for number in (1, 2, 3, 4):
            await signals.add(conn, signal(number), ts_ms=START + number)
        for number in (3, 1, 4, 2):
            await outcomes.add(conn, outcome(number), closed_ms=START)
    async with db.read() as conn:
        page = await outcomes.latest(conn, limit=2)
        rest = await outcomes.latest(conn, limit=10, before=page[-1].number)
    assert [one.number for one in page] == [2, 4]
    assert [one.number for one in rest] == [1, 3]


async def test_an_expired_signal_has_no_numbers_where_nothing_happened(db: Database) -> None:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        await outcomes.add(conn, outcome(1, result="expire", r=None), closed_ms=START)
        row = (await conn.execute(text("SELECT followable_r, rr_realized, win FROM outcomes"))).one()
    assert tuple(row) == (None, None, None)
