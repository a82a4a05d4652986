"""Which message shows which signal."""

from __future__ import annotations

from pathlib import Path

from storage import outbox, posts
from storage.database import Database


async def post(db: Database, number: int, address: str, kind: str = "signal", message_id: str | None = "1") -> None:
    """A row of the outbox; sent where there is a message id."""
    async with db.write() as conn:
        await outbox.enqueue(
            conn,
            channel="telegram",
            address=address,
            kind=kind,
            number=number,
            state="s",
            dedupe_key=f"{kind}:{number}",
            payload=None,
            priority=1,
            at=number,
        )
        if message_id is not None:
            (row,) = await outbox.lease(conn, "telegram", 1_000, 1)
            await outbox.sent(conn, row.id, message_id, 1_000 + number)


async def test_sent_posts_are_found_by_signal_chat_and_message(tmp_path: Path) -> None:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'posts.db'}") as db:
        await post(db, 7, "a", message_id="70")
        await post(db, 7, "a", kind="reply", message_id="71")
        await post(db, 7, "b", message_id="70")
        await post(db, 8, "a", message_id="80")
        await post(db, 9, "a", message_id=None)
        async with db.read() as conn:
            assert [(found.address, found.message_id) for found in await posts.carrying(conn, 7)] == [
                ("a", "70"),
                ("b", "70"),
            ]
            assert await posts.carrying(conn, 9) == []
            newest = await posts.newest(conn, "telegram", "a")
            assert newest is not None and (newest.number, newest.at) == (8, 1_008)
            assert await posts.newest(conn, "whatsapp", "a") is None
            assert await posts.number_of(conn, "telegram", "a", "71") == 7
            assert await posts.number_of(conn, "telegram", "b", "71") is None
