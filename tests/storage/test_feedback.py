"""Votes and notes: what a tap does, twice, by another, and on nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.ports import Person
from storage import demo, feedback, signals
from storage.database import Database
from storage.errors import UnknownSignal
from tests.storage.documents import START, signal

ANI, BUDI = Person("telegram", "7"), Person("telegram", "8")
NOTHING = {"up": 0, "down": 0, "no_fill": 0, "notes": 0}


@pytest.fixture
async def voted(db: Database) -> Database:
    async with db.write() as conn:
        await signals.add(conn, signal(1), ts_ms=START)
        await signals.add(conn, signal(2), ts_ms=START)
    return db


async def _taps(db: Database, *taps: tuple[Person, str]) -> list[feedback.Toggle]:
    async with db.write() as conn:
        return [
            await feedback.toggle(conn, 1, person, kind, START + index, f"event-{index}")
            for index, (person, kind) in enumerate(taps)
        ]


async def test_a_tap_votes_and_a_second_takes_it_back(voted: Database) -> None:
    on, off, again = await _taps(voted, (ANI, "up"), (ANI, "up"), (ANI, "up"))
    assert (on.counts, on.active, on.duplicate) == ({**NOTHING, "up": 1}, True, False)
    assert (off.counts, off.active, off.duplicate) == (NOTHING, False, False)
    assert (again.counts["up"], again.active) == (1, True)


async def test_the_other_opinion_moves_the_vote(voted: Database) -> None:
    results = await _taps(voted, (ANI, "up"), (ANI, "down"), (ANI, "down"))
    assert [(one.counts["up"], one.counts["down"], one.active) for one in results] == [
        (1, 0, True),
        (0, 1, True),
        (0, 0, False),
    ]


async def test_no_fill_stands_beside_an_opinion(voted: Database) -> None:
    results = await _taps(voted, (ANI, "up"), (ANI, "nofill"), (ANI, "down"), (ANI, "nofill"))
    assert results[2].counts == {"up": 0, "down": 1, "no_fill": 1, "notes": 0}
    assert results[3].counts == {"up": 0, "down": 1, "no_fill": 0, "notes": 0}


async def test_people_and_channels_count_apart(voted: Database) -> None:
    namesake = Person("whatsapp", "7")
    results = await _taps(voted, (ANI, "up"), (BUDI, "up"), (namesake, "up"), (BUDI, "up"))
    assert [one.counts["up"] for one in results] == [1, 2, 3, 2]


async def test_the_same_event_again_changes_nothing(voted: Database) -> None:
    async with voted.write() as conn:
        await feedback.toggle(conn, 1, ANI, "up", START, "e1")
        again = await feedback.toggle(conn, 1, ANI, "up", START, "e1")
        elsewhere = await feedback.toggle(conn, 1, Person("web", "7"), "up", START, "e1")
        events = (await conn.execute(text("SELECT count(*) FROM feedback_events"))).scalar()
    assert (again.counts["up"], again.active, again.duplicate) == (1, True, True)
    assert not elsewhere.duplicate
    assert events == 2


async def test_every_tap_stays_as_an_event(voted: Database) -> None:
    await _taps(voted, (ANI, "up"), (ANI, "down"), (ANI, "down"), (ANI, "nofill"))
    async with voted.read() as conn:
        rows = await conn.execute(text("SELECT kind, active, at FROM feedback_events ORDER BY id"))
        found = [tuple(row) for row in rows]
    assert found == [("up", 1, START), ("down", 1, START + 1), ("down", 0, START + 2), ("nofill", 1, START + 3)]


@pytest.mark.parametrize(
    "note", ["<b>bold</b> & \"quoted\" 'it' \\ %s {x}", "naik 🚀\nbaris dua", "; DROP TABLE votes; --", ""]
)
async def test_a_note_is_kept_as_given(voted: Database, note: str) -> None:
    async with voted.write() as conn:
        kept = await feedback.note(conn, 1, "telegram", "7", note, START, "n1")
        again = await feedback.note(conn, 1, "telegram", "7", note, START, "n1")
        found = (await conn.execute(text("SELECT text, truncated FROM feedback_events"))).one()
    assert (kept.counts["notes"], kept.truncated, kept.duplicate) == (1, False, False)
    assert (again.counts["notes"], again.duplicate) == (1, True)
    assert tuple(found) == (note, 0)


async def test_a_note_of_ten_thousand_characters_is_cut_and_says_so(voted: Database) -> None:
    async with voted.write() as conn:
        kept = await feedback.note(conn, 1, "telegram", "7", "<i>é" * 2500, START, "n1")
        exact = await feedback.note(conn, 1, "telegram", "7", "y" * 4000, START, "n2")
        found = (await conn.execute(text("SELECT text FROM feedback_events WHERE truncated = 1"))).scalar()
    assert (kept.truncated, exact.truncated) == (True, False)
    assert found == "<i>é" * 1000


async def test_text_that_no_database_takes_is_stored_safely(voted: Database) -> None:
    async with voted.write() as conn:
        await feedback.note(conn, 1, "telegram", "7", "a\x00b\ud83d", START, "n1")
        found = (await conn.execute(text("SELECT text FROM feedback_events"))).scalar()
    assert found == "a\N{REPLACEMENT CHARACTER}b?"


async def test_what_is_not_there_is_refused_and_leaves_no_row(voted: Database) -> None:
    async with voted.write() as conn:
        with pytest.raises(UnknownSignal, match="there is no signal 99"):
            await feedback.toggle(conn, 99, ANI, "up", START, "e1")
        with pytest.raises(KeyError):
            await feedback.note(conn, 99, "telegram", "7", "hello", START, "e2")
        with pytest.raises(UnknownSignal, match="there is no DEMO signal 1"):
            await feedback.toggle(conn, 1, ANI, "up", START, "e3", demo=True)
        with pytest.raises(ValueError, match="note"):
            await feedback.toggle(conn, 1, ANI, "note", START, "e4")
        for absurd in (10**30, -(10**30)):
            with pytest.raises(UnknownSignal):
                await feedback.toggle(conn, absurd, ANI, "up", START, "e5")
        assert await demo.get(conn, 10**30) is None
        assert (await conn.execute(text("SELECT count(*) FROM feedback_events"))).scalar() == 0


async def test_demo_votes_live_apart(voted: Database) -> None:
    async with voted.write() as conn:
        ident = await demo.add(conn, {"number": 0, "pair": "AAA-USDT-SWAP"}, START)
        assert ident == 1
        tap = await feedback.toggle(conn, ident, ANI, "up", START, "e1", demo=True)
        await feedback.note(conn, ident, "telegram", "7", "hi", START, "e2", demo=True)
        assert tap.counts["up"] == 1
        assert await feedback.counts(conn, 1) == NOTHING
        assert await feedback.counts(conn, 1, demo=True) == {**NOTHING, "up": 1, "notes": 1}
        found = await demo.get(conn, ident)
        assert await demo.get(conn, 2) is None
    assert found is not None
    assert (found.document["pair"], found.at) == ("AAA-USDT-SWAP", START)


TAP = st.tuples(st.sampled_from([ANI, BUDI]), st.sampled_from(["up", "down", "nofill"]), st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=st.lists(TAP, max_size=12))
async def test_counts_are_those_of_a_model(voted: Database, taps: list[tuple[Person, str, bool]]) -> None:
    """Any sequence of taps, each maybe delivered twice, against a dict that is obviously right."""
    standing: dict[tuple[str, str], str] = {}
    async with voted.write() as conn:
        await conn.execute(text("DELETE FROM votes"))
        await conn.execute(text("DELETE FROM feedback_events"))
        for index, (person, kind, twice) in enumerate(taps):
            key = (person.user_id, "nofill" if kind == "nofill" else "opinion")
            if standing.get(key) == kind:
                del standing[key]
            else:
                standing[key] = kind
            for _ in range(1 + twice):
                tap = await feedback.toggle(conn, 1, person, kind, START, f"event-{index}")
            assert tap.active == (standing.get(key) == kind)
        counts = await feedback.counts(conn, 1)
    kinds = list(standing.values())
    assert counts == {
        "up": kinds.count("up"),
        "down": kinds.count("down"),
        "no_fill": kinds.count("nofill"),
        "notes": 0,
    }
