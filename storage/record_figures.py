"""What a choice of the record came to, as `/stats` counts it, with its curve."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.curve import Leg, curve, curve_of
from storage.interval import DAY_MS
from storage.record import TOGETHER, Wanted, conditions
from storage.schema import outcomes
from storage.standing import standing, stats_of
from storage.stats import Stats
from storage.totals import ALL, RESULTS, Ended, gathered

CHUNK = 1000
_Row = tuple[Any, ...]  # position, closed at (ms), result, R, theoretical R, whether two levels in a bar
AMBIGUOUS = '%"ambiguous":true%'


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures, and the curve of the fills in closing order."""

    figures: Stats
    curve: Sequence[Leg]

    @property
    def ended(self) -> int:
        """How many are not open any more."""
        return self.figures.signals - self.figures.open


async def measured(conn: AsyncConnection, wanted: Wanted) -> Measured:
    """What they came to: out of running totals, or of some pair or side out of totals made beside the loop."""
    if wanted.pair is None and wanted.side is None:
        whole = await standing(conn, wanted.first)
        return Measured(whole, await curve(conn, wanted.first))
    columns = (outcomes.c.position, outcomes.c.closed_at, outcomes.c.followable_result, outcomes.c.followable_r)
    query = select(*columns, outcomes.c.rr_realized, outcomes.c.line.like(AMBIGUOUS)).select_from(TOGETHER)
    closed = (*conditions(wanted), outcomes.c.position.is_not(None))
    ends: list[_Row] = []
    result = await conn.stream(query.where(*closed).order_by(outcomes.c.position))
    async for chunk in result.partitions(CHUNK):
        ends += map(tuple, chunk)
    waiting = select(func.count()).select_from(TOGETHER)
    still_open = await conn.execute(waiting.where(*conditions(wanted), outcomes.c.position.is_(None)))
    return await asyncio.to_thread(_measured, ends, int(still_open.scalar_one()))


def _measured(ends: Sequence[_Row], still_open: int) -> Measured:
    whole, days = gathered(
        Ended(position, closed_at // DAY_MS, RESULTS[result], r, theory_r, int(twice), None, None)
        for position, closed_at, result, r, theory_r, twice in ends
    )
    figures = stats_of({ALL: whole}, list(days.values()), {ALL: still_open})
    trades = [(closed_at, r, theory_r) for _, closed_at, _, r, theory_r, _ in ends]
    return Measured(figures, curve_of(trades, list(days.items())))
