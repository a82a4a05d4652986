"""What each way of entering a setup that waited came to: what the timing of entries is learned from, and no label."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from typing import TYPE_CHECKING

from sqlalchemy import Table, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.tick import Decided, WayClosed
from engine.decision.ways import INPUTS, waiting
from storage.prepared import prepared
from storage.schema import waits, ways
from storage.upsert import insert_for

if TYPE_CHECKING:
    from engine.learning.arm import DrawnWay


@dataclass(frozen=True, slots=True)
class StoredWay:
    """A way that ended, known at `closed_at` (ms). `result` and `entered_at` are None where it never came.

    `rr` is the followable net R, None where it was never filled, or void.
    """

    decision_id: str
    way: str
    closed_at: int
    entered_at: int | None
    result: str | None
    exit_reason: str | None
    rr: float | None


async def keep(conn: AsyncConnection, fact: WayClosed) -> None:
    """Keep one. The same again changes nothing."""
    end = None if fact.outcome is None else fact.outcome.followable
    row = {
        "decision_id": fact.decision_id,
        "way": fact.way,
        "closed_at": fact.ts,
        "entered_at": None if end is None else fact.plan.ts,
        "result": None if end is None else end.result,
        "exit_reason": None if end is None else end.exit_reason,
        "rr": None if end is None else end.rr,
    }
    await conn.execute(_add(conn.dialect.name, ways), [row])


async def begin(
    conn: AsyncConnection, verdicts: Sequence[Decided], drawn: Mapping[str, DrawnWay] | None = None
) -> None:
    """Keep what is read of those that begin to wait. The same again changes nothing.

    `drawn`: by which way the paper arm enters them, by `decision_id`.
    """
    rows = []
    for one in verdicts:
        if (read := waiting(one)) is not None:
            inputs = {name: None if isnan(value) else value for name, value in zip(INPUTS, read)}
            draw = (drawn or {}).get(one.decision_id)
            arm = {"drawn": None if draw is None else draw.way, "propensity": None if draw is None else draw.propensity}
            rows.append({"decision_id": one.decision_id, "ts": one.ts, **inputs, **arm})
    if rows:
        await conn.execute(_add(conn.dialect.name, waits), rows)


@cache
def _add(dialect: str, table: Table) -> Insert:
    return prepared(insert_for(dialect, table).on_conflict_do_nothing())


async def begun(conn: AsyncConnection, since: int, until: int) -> dict[str, tuple[float, float]]:
    """INPUTS (engine/decision/ways.py) of setups that began to wait from `since` to `until` (ms), NaN where unknown."""
    query = select(waits).where(waits.c.ts >= since, waits.c.ts <= until)
    return {
        row.decision_id: (_or_nan(row.ema50_atr), _or_nan(row.cvd_slope))
        for row in await conn.execute(query.order_by(waits.c.ts, waits.c.decision_id))
    }


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


async def each(conn: AsyncConnection, since: int, until: int) -> AsyncIterator[StoredWay]:
    """Those that were known from `since` to `until` (ms), in order of time."""
    query = select(ways).where(ways.c.closed_at >= since, ways.c.closed_at <= until)
    for row in await conn.execute(query.order_by(ways.c.closed_at, ways.c.decision_id, ways.c.way)):
        yield StoredWay(**row._mapping)
