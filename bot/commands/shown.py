"""A signal as it is shown in chats: read from the store, and refreshed everywhere."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import Desk
from bot.messages.buttons import FeedbackTap
from bot.messages.load import load_demo, load_view
from bot.messages.view import SignalView
from bot.ports import Incoming
from storage import outbox, posts

EDITABLE = ("telegram", "web")


async def load(desk: Desk, conn: AsyncConnection, tap: FeedbackTap) -> SignalView | None:
    """The signal or DEMO signal that a tap is about."""
    if tap.demo:
        return await load_demo(conn, tap.number, desk.config.simulated)
    return await load_view(conn, tap.number)


async def refresh_posts(
    conn: AsyncConnection, number: int, now: int, incoming: Incoming | None = None, skip_message: str = ""
) -> None:
    """Ask for an edit of every post of a signal; the tapped one is answered directly and left out."""
    here = None if incoming is None else (incoming.person.channel, incoming.address, skip_message)
    key, priority = f"edit:{number}", outbox.PRIORITY["edit"]
    edits = [
        outbox.NewRow(post.channel, post.address, "edit", number, "counts", key, None, priority, now)
        for post in await posts.carrying(conn, number)
        if post.channel in EDITABLE and (post.channel, post.address, post.message_id) != here
    ]
    await outbox.enqueue_many(conn, edits)
