"""The figures of everything that closed lately or ever, out of running totals: as exact as reading every outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import BIG
from storage.interval import DAY_MS, MOST_DRAWN, DaySums, interval_of_days
from storage.schema import signals, totals
from storage.stats import Group, Stats
from storage.totals import ALL, DIMENSIONS, EVER, Total, groups_of, joined, total_of

GroupKey = tuple[str, str]
_ADDED = ("closed", "win", "lose", "r")
_NOT_COUNTED = ("position", "r", "high", "low", "fall", "days", "day_rr", "day_rn", "day_nn")
_COUNTED = [one.name for one in fields(Total) if one.name not in _NOT_COUNTED]


def _since() -> Select[Any]:
    """What is added of every group from a day on; group by group, as the index has their days."""
    group, day = totals.alias(), totals.alias()
    added = (func.sum(day.c[name]) for name in _ADDED)
    same = (day.c.dimension == group.c.dimension, day.c.name == group.c.name, day.c.day >= _FIRST)
    query = select(group.c.dimension, group.c.name, *added).join_from(group, day, and_(*same))
    return query.where(group.c.day == EVER).group_by(group.c.dimension, group.c.name)


# Built once: to build them takes as long as to run them.
_FIRST = bindparam("first", type_=BIG)
_SINCE = _since()
_DAILY = (
    select(totals)
    .where(totals.c.dimension == ALL[0], totals.c.name == ALL[1], totals.c.day >= _FIRST)
    .order_by(totals.c.day)
)


def first_day(now: int, days: int | None) -> int | None:
    """The first of the last `days` UTC days (since 1970), today's (`now` in ms) among them; None: ever.

    >>> first_day(10 * DAY_MS + 5, 1), first_day(DAY_MS, 9), first_day(DAY_MS, None)
    (10, 0, None)
    """
    return None if days is None else max(0, now // DAY_MS - days + 1)


async def standing(conn: AsyncConnection, first: int | None = None) -> Stats:
    """What closed from the UTC day `first` on (None: ever), and what is open of that time.

    Counts and R of the followable track; the running sum of R goes in closing order, day after day.
    """
    found = await group_totals(conn, first)
    daily: list[Total] = []
    if first is not None:
        daily = await _daily(conn, first)
        found[ALL] = sum_of(daily)
    elif found.get(ALL, Total()).days <= MOST_DRAWN:
        daily = await _daily(conn, 0)
    return stats_of(found, daily, await _open(conn, first))


async def group_totals(conn: AsyncConnection, first: int | None = None) -> dict[GroupKey, Total]:
    """The totals of every group: ever, or counts, wins and R from the UTC day `first` on."""
    if first is None:
        rows = await conn.execute(select(totals).where(totals.c.day == EVER))
        return {(row.dimension, row.name): total_of(row) for row in rows}
    found = await conn.execute(_SINCE, {"first": first})
    return {(dimension, name): Total(**dict(zip(_ADDED, sums))) for dimension, name, *sums in found}


def sum_of(daily: Sequence[Total]) -> Total:
    """Days that follow each other as one total."""
    whole = Total()
    for name in _COUNTED:
        setattr(whole, name, sum(map(attrgetter(name), daily)))
    for day in daily:
        whole.r, whole.high, whole.low, whole.fall = joined(whole, day)
        whole.days += day.filled > 0
        whole.day_rr += day.r**2
        whole.day_rn += day.r * day.filled
        whole.day_nn += day.filled**2
    return whole


async def _daily(conn: AsyncConnection, first: int) -> list[Total]:
    """The days of all together, in order."""
    return [total_of(row) for row in await conn.execute(_DAILY, {"first": first})]


async def _open(conn: AsyncConnection, first: int | None) -> dict[GroupKey, int]:
    """How many are open, by group."""
    query = select(signals.c.line).where(signals.c.state != "closed")
    if first is not None:
        query = query.where(signals.c.ts >= first * DAY_MS)
    found: dict[GroupKey, int] = {}
    for (line,) in await conn.execute(query):
        for key in groups_of(json.loads(line)):
            found[key] = found.get(key, 0) + 1
    return found


def stats_of(found: Mapping[GroupKey, Total], daily: Sequence[Total], open_: Mapping[GroupKey, int]) -> Stats:
    """The figures out of the totals of each group, those of the days in order, and what is open of each group.

    Beyond MOST_DRAWN days the days are not looked at.
    """
    whole = found.get(ALL, Total())
    sums = DaySums(whole.days, whole.filled, whole.r, whole.r_square, whole.day_rr, whole.day_rn, whole.day_nn)
    interval = interval_of_days(sums, [(day.r, day.filled) for day in daily if day.filled])
    count = open_.get(ALL, 0)
    by = {dimension: _groups(dimension, found, open_) for dimension in DIMENSIONS}
    return Stats(
        signals=whole.closed + count,
        open=count,
        filled=whole.filled,
        win=whole.win,
        lose=whole.lose,
        expire=whole.expire,
        no_fill=whole.no_fill,
        void=whole.void,
        win_rate=_over(whole.win, whole.filled),
        expectancy_r=_over(whole.r, whole.filled),
        expectancy_r_low=interval[0] if interval else None,
        expectancy_r_high=interval[1] if interval else None,
        expectancy_r_theoretical=_over(whole.theory_r, whole.theory),
        profit_factor=whole.gain / whole.loss if whole.loss > 0 else None,
        max_drawdown_r=whole.fall if whole.filled else None,
        by_regime=by["regime"],
        by_side=by["side"],
        by_mode=by["mode"],
        ambiguous=whole.ambiguous,
        hold_s=_over(whole.hold_s, whole.held),
        by=by,
    )


def _groups(dimension: str, found: Mapping[GroupKey, Total], open_: Mapping[GroupKey, int]) -> dict[str, Group]:
    names = sorted({name for of, name in (*found, *open_) if of == dimension})
    return {name: _group(found.get((dimension, name), Total()), open_.get((dimension, name), 0)) for name in names}


def _group(one: Total, count: int) -> Group:
    rate, mean = _over(one.win, one.filled), _over(one.r, one.filled)
    return Group(one.closed + count, one.filled, one.win, rate, mean)


def _over(value: float, count: int) -> float | None:
    return value / count if count else None
