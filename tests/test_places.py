"""Which chats get signals after a start: those the settings name now, wherever they moved, and those let in by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.places import take_in
from storage import chats, moves, people, routes
from storage.database import Database

OWNERS = frozenset({("telegram", "7")})


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    yield database
    await database.close()


async def start(db: Database, *addresses: str) -> list[str]:
    """A start with these TELEGRAM_CHAT_IDS; who gets signals then."""
    async with db.write() as conn:
        await take_in(conn, [("telegram", address) for address in addresses] + [("web", "web")], OWNERS, 1)
        return [chat.address for chat in await chats.active_chats(conn, "telegram")]


async def test_a_chat_that_left_the_settings_gets_nothing_until_it_is_back(db: Database) -> None:
    assert await start(db, "-1001", "-1002:7") == ["-1001", "-1002:7"]
    assert await start(db, "-1001") == ["-1001"]
    async with db.read() as conn:
        gone = await chats.chat(conn, "telegram", "-1002:7")
    assert gone is not None and gone.reason == "unlisted"
    assert await start(db, "-1001", "-1002:7") == ["-1001", "-1002:7"]
    assert await start(db, "-1002:8") == ["-1002:8"], "another topic is another place"


async def test_people_who_were_let_in_and_owners_need_no_line(db: Database) -> None:
    await start(db, "-1001", "900")
    async with db.write() as conn:
        await people.set_person(conn, "telegram", "501", role="member")
        for address in ("501", "7", "-42"):
            await chats.upsert_chat(conn, "telegram", address, active=True)
        await chats.upsert_chat(conn, "web", "web", active=True)
    assert await start(db, "-1001") == ["-1001", "501", "7"], "900 and -42 were only ever named"
    async with db.read() as conn:
        assert len(await chats.active_chats(conn, "web")) == 1


async def test_a_group_that_became_a_supergroup_is_followed_though_the_settings_name_the_old_id(db: Database) -> None:
    await start(db, "-5", "-6")
    async with db.write() as conn:
        await chats.upsert_chat(conn, "telegram", "-5", locale="en", timezone="UTC")
        await routes.put(conn, "-5", {"ops": "-5"})
        for _ in range(2):  # the sender and the service message both tell
            await chats.move(conn, "telegram", "-5", "-1005")
        assert await routes.everywhere(conn) == {"-1005": {"ops": "-1005"}}
    assert await start(db, "-5", "-6") == ["-1005", "-6"]
    async with db.read() as conn:
        moved, old = await chats.chat(conn, "telegram", "-1005"), await chats.chat(conn, "telegram", "-5")
        assert await moves.newest(conn, "telegram", "-5:9") == "-1005:9"
        assert await moves.newest(conn, "telegram", "-1005") == "-1005"
    assert moved is not None and (moved.locale, moved.timezone) == ("en", "UTC") and old is None
    assert await start(db, "-6") == ["-6"], "taken off under its old name is taken off"


async def test_a_number_that_left_whatsapp_recipients_gets_nothing_until_it_is_back(db: Database) -> None:
    async def recipients(*numbers: str) -> list[str]:
        async with db.write() as conn:
            await take_in(conn, [("whatsapp", number) for number in numbers], frozenset({("whatsapp", "+7")}), 1)
            return [chat.address for chat in await chats.active_chats(conn, "whatsapp")]

    assert await recipients("+62811", "+62812") == ["+62811", "+62812"]
    async with db.write() as conn:
        await people.set_person(conn, "whatsapp", "+62813", role="member")
        for number in ("+62813", "+7"):
            await chats.upsert_chat(conn, "whatsapp", number, active=True)
    assert await recipients("+62811") == ["+62811", "+62813", "+7"], "who was let in, and an owner, need no line"
    assert await recipients("+62811", "+62812") == ["+62811", "+62812", "+62813", "+7"]
    async with db.write() as conn:
        await chats.deactivate(conn, "whatsapp", "+62812", "stop")
    assert await recipients("+62811") == ["+62811", "+62813", "+7"]
    assert await recipients("+62811", "+62812") == ["+62811", "+62813", "+7"], "a STOP outlasts any list"


async def test_what_fell_silent_for_another_reason_is_not_woken_by_a_start(db: Database) -> None:
    await start(db, "-1001")
    async with db.write() as conn:
        await chats.deactivate(conn, "telegram", "-1001", "rights")
    assert await start(db, "-1001") == []
