"""A signal as it is shown in chats: read from the store, and refreshed everywhere."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import Desk
from bot.messages.buttons import FeedbackTap
from bot.messages.load import load_demo, load_view
from bot.messages.view import SignalView
from bot.ports import Incoming
from storage import chats, outbox, posts

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
    for post in await posts.carrying(conn, number):
        here = incoming is not None and (post.channel, post.address) == (incoming.person.channel, incoming.address)
        if post.channel not in EDITABLE or (here and post.message_id == skip_message):
            continue
        chat = await chats.chat(conn, post.channel, post.address)
        if chat is not None and not chat.active:
            continue
        await outbox.enqueue(
            conn,
            channel=post.channel,
            address=post.address,
            kind="edit",
            number=number,
            state="counts",
            dedupe_key=f"edit:{number}",
            payload=None,
            priority=outbox.PRIORITY["edit"],
            at=now,
        )
