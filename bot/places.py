"""The chats that the settings name and those that the store knows: who gets signals from this start on."""

from __future__ import annotations

import logging
from collections.abc import Sequence, Set

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chats, grants, moves, quiet

LOG = logging.getLogger(__name__)
Place = tuple[str, str]
UNLISTED = "unlisted"
SETTING = {"telegram": "TELEGRAM_CHAT_IDS", "whatsapp": "WHATSAPP_RECIPIENTS"}  # where a channel's chats are listed


async def take_in(conn: AsyncConnection, configured: Sequence[Place], owners: Set[Place], now: int) -> None:
    """Make named chats known, follow groups to their new ids, end the sending to chats that were taken off the list.

    A person who was let in, and an owner's own chat, need no line in the settings. Places are (channel, address).
    """
    listed = {(channel, await moves.newest(conn, channel, address)) for channel, address in configured}
    for channel, address in sorted(listed):
        known = await chats.chat(conn, channel, address)
        if known is None:
            await chats.upsert_chat(conn, channel, address, active=True, at=now)
        elif known.reason == UNLISTED:
            await quiet.wake(conn, channel, address, now)
    for chat in await chats.active_chats(conn):
        place = (chat.channel, chat.address)
        if chat.channel not in SETTING or place in listed or place in owners or await _is_let_in(conn, place):
            continue
        await chats.deactivate(conn, *place, UNLISTED)
        LOG.warning("%s is no longer in %s: nothing is sent there any more", chat.address, SETTING[chat.channel])


async def _is_let_in(conn: AsyncConnection, place: Place) -> bool:
    """Whether the chat is the private one of somebody with rights of their own."""
    person = await grants.member(conn, *place)
    return person is not None and person.stored in ("owner", "member")
