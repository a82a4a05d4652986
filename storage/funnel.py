"""What became of the setups that were judged: how many were refused by what, how many were published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import decisions


@dataclass(frozen=True, slots=True)
class Funnel:
    """Setups whose last word was said: `published`, or `refused` by the first reason, most first."""

    published: int
    refused: Mapping[str, int]

    @property
    def judged(self) -> int:
        """All of them."""
        return self.published + sum(self.refused.values())


async def funnel(conn: AsyncConnection, since: int) -> Funnel:
    """The verdicts from `since` (ms) on. A setup that waits is no verdict yet: it counts when its waiting ends."""
    columns = (decisions.c.verdict, decisions.c.reasons, func.count())
    ended = (decisions.c.ts >= since, decisions.c.verdict != "monitor")
    published, refused = 0, Counter[str]()
    for verdict, reasons, count in await conn.execute(
        select(*columns).where(*ended).group_by(decisions.c.verdict, decisions.c.reasons)
    ):
        if verdict == "publish":
            published += count
        else:
            refused[next(iter(json.loads(reasons)), "")] += count
    return Funnel(published, dict(refused.most_common()))
