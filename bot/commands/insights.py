"""/insights: which kinds of setups did better or worse than the rest, and whether that is shown at all."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk
from bot.messages.insights_card import insights_text
from bot.messages.markup import message
from bot.ports import Answer
from storage import nights


async def told(desk: Desk, caller: Caller) -> Answer:
    """Answer /insights."""
    async with desk.db.read() as conn:
        night, moves = await nights.newest(conn), await nights.newest_part(conn, "moves")
    return Answer(messages=(message(insights_text(night, caller.reader, moves)),))
