"""When no signal came for two days though setups did: one notice to those who run the bot, once a spell."""

from __future__ import annotations

from bot.house import House
from bot.ops_notes import tell_ops
from storage.held_back import HeldBack, held_back

LOOK_S = 3_600.0
QUIET_MS = 2 * 86_400_000


async def note_held_back(house: House) -> None:
    """Look every hour, in the time of the tape."""
    while True:
        await house.market.clock.sleep(LOOK_S)
        async with house.db.read() as conn:
            found = await held_back(conn)
        if found is not None and is_news(found):
            payload = {"ms": found.until - found.since, "p_win": found.p_win, "confluence": found.confluence}
            await tell_ops(house, "held_back", f"held_back:{found.since}", payload)


def is_news(found: HeldBack) -> bool:
    """Two days without a signal, and somebody should know that it was not for want of setups.

    >>> is_news(HeldBack(0, QUIET_MS, 1, 0)), is_news(HeldBack(0, QUIET_MS, 0, 0)), is_news(HeldBack(1, QUIET_MS, 9, 9))
    (True, False, False)
    """
    return found.until - found.since >= QUIET_MS and found.p_win + found.confluence > 0
