"""After a start that had to leave pairs out: one notice to the owners, with the mend."""

from __future__ import annotations

import asyncio

from bot.house import House
from storage import outbox
from storage.outbox import NewRow

LOOK_S = 0.2
DAY_MS = 86_400_000


async def note_unlisted(house: House) -> None:
    """Tell of the configured pairs that the exchange does not trade any more; the same ones once a day at most."""
    while not house.started():
        await asyncio.sleep(LOOK_S)
    pairs = list(house.market.listing.missing)
    if not pairs:
        return
    now = house.market.clock.now_ms()
    key = f"unlisted:{now // DAY_MS}:{','.join(pairs)}"
    what = (None, "unlisted", key, {"pairs": pairs}, outbox.PRIORITY["notice"], now)
    async with house.db.write() as conn:
        owners = await house.people.owners(house.config.owner_ids, conn)
        await outbox.enqueue_many(conn, [NewRow(channel, address, "notice", *what) for channel, address in owners])
    house.people.nudge()
