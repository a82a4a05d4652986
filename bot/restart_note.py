"""After a stop: one line to those who run the bot, how long it was away and what became of the open signals."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.house import House
from bot.messages.notices import LISTED
from bot.ops_notes import tell_ops
from storage import exposure, leases

LOG = logging.getLogger(__name__)
AWAKE = "awake"
MARK_S = 10.0
LOOK_S = 0.2
APART_MS = 300_000  # programs that end again and again are told of once in this time
NEWS_MS = 3_600_000


async def note_restart(house: House) -> None:
    """Tell of the restart once the hours that were missed are walked; then keep a mark of being awake."""
    clock = house.market.clock
    started = clock.now_ms()
    async with house.db.read() as conn:
        seen = await leases.until(conn, AWAKE)
    await _mark(house)
    while not await _walked(house):
        await clock.sleep(LOOK_S)
    if seen is not None and seen < started:
        async with house.db.read() as conn:
            payload = await restart_payload(conn, seen, started)
        await tell_ops(house, "restarted", f"restarted:{started // APART_MS}", payload, clock.now_ms() + NEWS_MS)
    while True:
        await _mark(house)
        await clock.sleep(MARK_S)


async def restart_payload(conn: AsyncConnection, seen: int, started: int) -> dict[str, Any]:
    """What the notice says: away from `seen` to `started` (ms), and the signals that were open when it went."""
    rows = await exposure.open_at(conn, seen)
    told = [{"number": row.number, "pair": row.pair, "state": row.state, "at": row.at} for row in rows]
    newest_first = sorted(told, key=lambda row: (row["at"] is None, row["number"]))
    return {"down_s": (started - seen) // 1000, "open": len(told), "signals": newest_first[:LISTED]}


async def _walked(house: House) -> bool:
    """Whether what happened before the start was told to the engine."""
    if not house.started():
        return False
    past = house.market.past_until()
    return any((feed.last_ms or 0) >= past for feed in (await house.status()).feeds)


async def _mark(house: House) -> None:
    try:
        async with house.db.write() as conn:
            await leases.take(conn, AWAKE, AWAKE, house.market.clock.now_ms(), 0)
    except SQLAlchemyError as error:
        LOG.error("the mark of being awake cannot be kept: %s", error)
