"""What becomes of a chat when the bot is let in, thrown out, silenced or given its rights back."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.commands.quiet_chats import fall_silent, may_wake, wake_up
from bot.ports import Answer, Incoming
from storage import quiet

_WAKES = {
    "joined": ("left", "blocked", "not_found", "rights"),
    "able": ("rights", "topic_closed"),
    "reopened": ("topic_closed", "rights"),
}
_SILENCES = {"left": "left", "unable": "rights"}


async def membership(desk: Desk, incoming: Incoming) -> Answer:
    """Sending ends or goes on. A group means its topics, too; a topic that was opened again means only that one."""
    channel, now, owners = incoming.person.channel, desk.clock.now_ms(), desk.config.owner_ids
    async with desk.db.write() as conn:
        known = await quiet.places(conn, channel, incoming.address)
        for place in known:
            if (reason := _SILENCES.get(incoming.text)) is not None:
                await fall_silent(conn, owners, channel, place.address, reason, now)
            elif await may_wake(conn, channel, place.address, _WAKES.get(incoming.text, ())):
                await wake_up(conn, owners, channel, place.address, now)
    return Answer()
