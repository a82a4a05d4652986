"""Looks for quiet hours that just ended, and asks for the digest of what came in them: once a chat and night."""

from __future__ import annotations

import logging
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.house import House
from bot.messages.digest import KIND
from bot.messages.quiet import NAME, last_night
from storage import chats, outbox, preferences
from storage.outbox import NewRow

LOG = logging.getLogger(__name__)
LOOK_S = 30.0
LATE_MS = 1_800_000  # a digest that could not be asked for within this time is not asked for any more
GOOD_MS = 6 * 3_600_000
OFF = "off"  # the value of the preference `digest` that wants none


async def send_digests(house: House) -> None:
    """Until cancelled."""
    clock = house.market.clock
    while True:
        try:
            async with house.db.write() as conn:
                news = await ask_digests(conn, clock.now_ms(), house.config.timezone)
            if news:
                house.people.nudge()
        except SQLAlchemyError as error:
            LOG.error("the digests cannot be asked for: %s", error)
        await clock.sleep(LOOK_S)


async def ask_digests(conn: AsyncConnection, now: int, timezone: str) -> int:
    """Rows for every active chat whose quiet hours ended a moment ago; returns how many were news."""
    wishes = {**await preferences.named(conn, "person", NAME), **await preferences.named(conn, "chat", NAME)}
    unwanted = {
        place
        for scope in ("person", "chat")
        for place, value in (await preferences.named(conn, scope, KIND)).items()
        if value == OFF
    }
    rows = []
    for chat in await chats.active_chats(conn):
        place = (chat.channel, chat.address)
        zone: tzinfo = ZoneInfo(chat.timezone or timezone)
        night = None if place in unwanted else last_night(wishes.get(place), now, zone)
        if night is not None and now - night[1] < LATE_MS:
            rows.append(_row(chat, night, now))
    return await outbox.enqueue_many(conn, rows)


def _row(chat: chats.Chat, night: tuple[int, int], now: int) -> NewRow:
    payload, key = {"since": night[0], "until": night[1]}, f"{KIND}:{night[1]}"
    what = (None, KIND, key, payload, outbox.PRIORITY["notice"], now, None, night[1] + GOOD_MS)
    return NewRow(chat.channel, chat.address, "notice", *what)
