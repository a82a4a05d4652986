"""What a message is made of in the transaction that makes its signal is what anybody reads of it later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.claim import Claim
from bot.messages.load import forget_views, load_view
from bot.messages.reader import Reader
from bot.messages.signal import signal_message
from bot.messages.view import SignalView
from storage import signals
from storage.database import Database
from tests.whole.test_inputs import until_a_signal


class Onlooker:
    """A sender that only looks: at the signal as it was made, then as the store has it in the same transaction."""

    def __init__(self) -> None:
        self.made: list[SignalView | None] = []
        self.read: list[SignalView | None] = []

    def claims(self) -> dict[str, Claim]:
        """Its look, in the place of a claim."""
        return {"telegram": Claim(self._look, lambda claim: None, 1, set(), {})}

    async def _look(self, conn: AsyncConnection, claim: Claim) -> None:
        number = await signals.next_number(conn) - 1
        self.made.append(await load_view(conn, number))
        forget_views(conn)
        self.read.append(await load_view(conn, number))


async def test_a_view_that_was_made_is_the_view_that_is_read(tmp_path: Path) -> None:
    onlooker = Onlooker()
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'made.db'}") as db:
        number = await until_a_signal(db, claims=onlooker.claims)
        async with db.read() as conn:
            later = await load_view(conn, number)
    (made,), (read,) = onlooker.made, onlooker.read
    assert made is not None and read is not None and later is not None
    assert made is not read and read == later == replace(made, progress=[], closed=[])
    for locale in ("id", "en"):
        reader = Reader(locale, ZoneInfo("Asia/Jakarta"))
        assert signal_message(made, reader) == signal_message(later, reader)


async def test_what_a_transaction_remembers_ends_with_it(tmp_path: Path) -> None:
    async def remember(conn: AsyncConnection) -> None:
        conn.info["seen"] = True

    async def remembers(conn: AsyncConnection) -> bool:
        return "seen" in conn.info

    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'memory.db'}") as db:
        await db.write_at_once(remember)
        assert not await db.write_at_once(remembers)
