"""Who claimed the web chat at this machine, and what becomes of that once it has a public name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.web.guard import LOCAL_PERSON
from bot.channels.web.router import no_board
from bot.clock import TapeClock
from bot.commands.conversation import Conversation, Status
from bot.lines import Office
from bot.messages.outgoing import Outgoing
from bot.messages.reader import Reader
from bot.people import People, talk_config
from bot.settings import load_settings
from engine.market.events import Event
from storage import chats, people
from storage.database import Database

NOW = 1_767_571_200_000


async def told(db: Database, folder: Path, **more: str) -> list[str]:
    """What a start says on the console."""
    settings = load_settings({"SHARPSIGNAL_DATA_DIR": str(folder), **more}, None)
    clock, said = TapeClock(NOW), list[str]()

    async def submit(event: Event) -> None:
        return None

    async def status() -> Status:
        return Status(started_ms=NOW)

    async def chart(number: int, reader: Reader, width: int, height: int) -> str | None:
        return None

    everyone = People(settings, db, clock, said.append)
    talk = Conversation(db, clock, submit, status, talk_config(settings, simulated=False))
    await everyone.open(
        Office(db, clock, Outgoing("id", "Asia/Jakarta"), talk, everyone.nudge), chart, no_board, simulated=False
    )
    await everyone.close()
    return said


@pytest.mark.parametrize("public", ["", "https://signals.example.org"])
async def test_an_owner_at_this_machine_may_claim_again_under_a_public_name(tmp_path: Path, public: str) -> None:
    more = {"SHARPSIGNAL_PUBLIC_URL": public} if public else {}
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path}/web.db") as db:
        async with db.write() as conn:
            await people.set_person(conn, "web", LOCAL_PERSON, role="owner", at=NOW)
        said = await told(db, tmp_path, **more)
        assert [line for line in said if "/start claim_" in line] == said and len(said) == (1 if public else 0)
        if not public:
            return
        nonce = said[0].split("claim_")[1].split()[0]
        async with db.write() as conn:
            assert await people.claim(conn, nonce, "web", "0123456789abcdef01234567", NOW)
        assert await told(db, tmp_path, **more) == [], "claimed once, and the word is used up"
        async with db.read() as conn:
            owners = {row.user_id for row in await chats.owners(conn, "web")}
    assert owners == {LOCAL_PERSON, "0123456789abcdef01234567"}
