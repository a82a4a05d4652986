"""Chats, prompts, people, claims and approvals."""

from __future__ import annotations

import pytest

from storage import chats, people
from storage.database import Database


async def test_a_chat_keeps_what_is_not_given(db: Database) -> None:
    async with db.write() as conn:
        made = await chats.upsert_chat(conn, "telegram", "-1", title="Grup <b>", topic="5", locale="id", at=7)
        assert (made.active, made.reason, made.timezone, made.at) == (True, "", None, 7)
        changed = await chats.upsert_chat(conn, "telegram", "-1", timezone="Asia/Jakarta", at=9)
        assert (changed.title, changed.topic, changed.locale) == ("Grup <b>", "5", "id")
        assert (changed.timezone, changed.at) == ("Asia/Jakarta", 7)
        assert await chats.upsert_chat(conn, "telegram", "-1") == changed
        assert await chats.chat(conn, "whatsapp", "-1") is None


async def test_a_closed_chat_gets_nothing_until_it_is_opened(db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-1")
        await chats.upsert_chat(conn, "web", "browser")
        await chats.deactivate(conn, "telegram", "-1", "blocked")
        assert [one.channel for one in await chats.active_chats(conn)] == ["web"]
        closed = await chats.upsert_chat(conn, "telegram", "-1", locale="en")
        assert (closed.active, closed.reason) == (False, "blocked")
        opened = await chats.upsert_chat(conn, "telegram", "-1", active=True)
        assert (opened.active, opened.reason) == (True, "")
        assert [one.address for one in await chats.active_chats(conn, "telegram")] == ["-1"]


async def test_moving_to_a_known_chat_keeps_that_ones_settings(db: Database) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-1", locale="id")
        await chats.upsert_chat(conn, "telegram", "-100", locale="en")
        await chats.move(conn, "telegram", "-1", "-100")
        old, new = await chats.chat(conn, "telegram", "-1"), await chats.chat(conn, "telegram", "-100")
    assert old is not None
    assert new is not None
    assert (old.active, old.reason) == (False, "migrated")
    assert (new.active, new.locale) == (True, "en")


async def test_prompts_are_found_by_message_and_by_person(db: Database) -> None:
    async with db.write() as conn:
        await chats.add_prompt(conn, "telegram", "-1", "10", 5, user_id="7", at=1)
        await chats.add_prompt(conn, "telegram", "-1", "11", 6, user_id="7", demo=True, at=2)
        await chats.add_prompt(conn, "telegram", "-1", "12", 9, user_id="8", at=3)
        first = await chats.prompt(conn, "telegram", "-1", "10")
        newest = await chats.latest_prompt(conn, "telegram", "-1", "7")
        assert await chats.prompt(conn, "telegram", "-2", "10") is None
        await chats.drop_prompt(conn, "telegram", "-1", "10")
        assert await chats.prompt(conn, "telegram", "-1", "10") is None
    assert first is not None
    assert newest is not None
    assert (first.number, first.demo, first.user_id) == (5, False, "7")
    assert (newest.number, newest.demo) == (6, True)


async def test_a_prompt_of_the_same_message_means_the_newest(db: Database) -> None:
    async with db.write() as conn:
        await chats.add_prompt(conn, "web", "browser", "", 5)
        await chats.add_prompt(conn, "web", "browser", "", 6)
        found = await chats.prompt(conn, "web", "browser", "")
    assert found is not None
    assert found.number == 6


async def test_people_have_no_rights_until_given(db: Database) -> None:
    async with db.write() as conn:
        assert await people.person(conn, "telegram", "7") is None
        someone = await people.set_person(conn, "telegram", "7", name="Ani \x00")
        assert (someone.role, someone.name) == ("none", "Ani \N{REPLACEMENT CHARACTER}")
        again = await people.set_person(conn, "telegram", "7", role="owner", locale="en")
        assert (again.role, again.locale, again.name) == ("owner", "en", someone.name)
        with pytest.raises(ValueError, match="king"):
            await people.set_person(conn, "telegram", "7", role="king")
        assert [one.user_id for one in await chats.owners(conn)] == ["7"]
        assert await people.owners(conn, "whatsapp") == []


async def test_a_claim_makes_one_owner_once(db: Database) -> None:
    async with db.write() as conn:
        assert await people.open_claim(conn) is None
        await people.create_claim(conn, "first", 1)
        await people.create_claim(conn, "second", 2)
        assert await people.open_claim(conn) == "second"
        assert not await people.claim(conn, "first", "telegram", "6", 3)
        assert not await people.claim(conn, "", "telegram", "6", 3)
        assert await people.claim(conn, "second", "telegram", "7", 4)
        assert await people.claim(conn, "second", "telegram", "7", 5)
        assert not await people.claim(conn, "second", "telegram", "8", 6)
        assert [one.user_id for one in await people.owners(conn)] == ["7"]
        assert await people.open_claim(conn) is None
        await people.create_claim(conn, "third", 7)
        assert [one.user_id for one in await people.owners(conn)] == ["7"]


async def test_a_stranger_asks_once_and_is_let_in_or_not(db: Database) -> None:
    async with db.write() as conn:
        await people.set_person(conn, "telegram", "7", name="Ani", at=1)
        assert await people.ask_approval(conn, "telegram", "7", "Ani", 10)
        assert not await people.ask_approval(conn, "telegram", "7", "Ani", 11)
        assert await people.ask_approval(conn, "telegram", "8", "Budi", 9)
        assert [one.user_id for one in await people.pending(conn)] == ["8", "7"]
        assert await people.decide(conn, "telegram", "7", True, "1")
        assert await people.decide(conn, "telegram", "8", False, "1")
        assert not await people.decide(conn, "telegram", "9", True, "1")
        let_in, refused = await people.person(conn, "telegram", "7"), await people.person(conn, "telegram", "8")
        assert not await people.ask_approval(conn, "telegram", "8", "Budi", 20)
    assert let_in is not None
    assert refused is not None
    assert (let_in.role, let_in.decided_by, refused.role) == ("member", "1", "none")


@pytest.mark.parametrize("kept", chats.KEPT_OUT)
async def test_who_waits_for_the_owner_finds_no_way_around(db: Database, kept: str) -> None:
    async with db.write() as conn:
        await chats.upsert_chat(conn, "whatsapp", "+62", active=False)
        await chats.deactivate(conn, "whatsapp", "+62", kept)
        for reason in ("stop", "blocked", "left"):
            await chats.deactivate(conn, "whatsapp", "+62", reason)
            found = await chats.chat(conn, "whatsapp", "+62")
            assert found is not None and found.reason == kept
