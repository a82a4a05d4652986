"""Once a day: what is kept for a while only leaves the store."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.house import House
from storage.retention import let_go

LOG = logging.getLogger(__name__)
DAY_S = 86_400.0
LOOK_S = 0.2


async def keep_short(house: House) -> None:
    """At the start and each day after it. Until cancelled; a store that cannot be written is tried again next day."""
    while not house.started():
        await asyncio.sleep(LOOK_S)
    while True:
        try:
            raw, reports = await let_go(house.db, house.market.clock.now_ms())
            if raw or reports:
                LOG.info("let go after their time: the text of %d raw updates, %d delivery reports", raw, reports)
        except SQLAlchemyError as error:
            LOG.error("nothing old could be let go: %s", error)
        await house.market.clock.sleep(DAY_S)
