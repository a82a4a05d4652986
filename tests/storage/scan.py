"""The figures of a store once more, the long way: every outcome read and added up. Running totals must say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.interval import mean_interval
from storage.schema import outcomes, signals
from storage.stats import Group, Stats

FIELDS = {"win": "win", "lose": "lose", "expire": "expire", "no-fill": "no_fill", "void": "void", None: "open"}


@dataclass(frozen=True, slots=True)
class Followed:
    """One signal as the figures need it. `result` None: still open. `r` and `r_theoretical` are net of costs, in R."""

    regime: str
    side: str
    mode: str
    result: str | None = None
    closed_at: int | None = None
    r: float | None = None
    r_theoretical: float | None = None


async def summary(conn: AsyncConnection, since: int | None = None) -> Stats:
    """The figures of all signals of the store, or of those decided at or after `since` (ms)."""
    ended = (outcomes.c.followable_result, outcomes.c.closed_at, outcomes.c.followable_r, outcomes.c.rr_realized)
    together = signals.outerjoin(outcomes, outcomes.c.signal_id == signals.c.signal_id)
    query = select(signals.c.regime, signals.c.side, signals.c.mode, *ended).select_from(together)
    query = query.order_by(outcomes.c.position)
    if since is not None:
        query = query.where(signals.c.ts >= since)
    return figures([Followed(*row) for row in await conn.execute(query)])


def figures(followed: Sequence[Followed]) -> Stats:
    """The figures of signals given in closing order (open ones anywhere).

    >>> figures([Followed("TRENDING", "long", "paper", "win", 0, 1.5, 1.6)]).expectancy_r
    1.5
    """
    counts = {name: 0 for name in FIELDS.values()}
    for one in followed:
        counts[FIELDS[one.result]] += 1
    fills = [one for one in followed if one.r is not None and one.result in ("win", "lose")]
    r = [one.r for one in fills if one.r is not None]
    interval = mean_interval([one.closed_at or 0 for one in fills], r)
    theoretical = [one.r_theoretical for one in followed if one.r_theoretical is not None]
    filled = counts["win"] + counts["lose"]
    return Stats(
        signals=len(followed),
        filled=filled,
        **counts,
        win_rate=counts["win"] / filled if filled else None,
        expectancy_r=_mean(r),
        expectancy_r_low=interval[0] if interval else None,
        expectancy_r_high=interval[1] if interval else None,
        expectancy_r_theoretical=_mean(theoretical),
        profit_factor=profit_factor(r),
        max_drawdown_r=max_drawdown(r),
        by_regime=_groups((one.regime, one) for one in followed),
        by_side=_groups((one.side, one) for one in followed),
        by_mode=_groups((one.mode, one) for one in followed),
        by={},
    )


def profit_factor(r: Sequence[float]) -> float | None:
    """R won / R lost, None when nothing was lost.

    >>> profit_factor([2.0, -1.0, 1.0, -0.5]), profit_factor([1.0])
    (2.0, None)
    """
    lost = -sum(value for value in r if value < 0)
    return sum(value for value in r if value > 0) / lost if lost > 0 else None


def max_drawdown(r: Sequence[float]) -> float | None:
    """The deepest fall below an earlier height of the running sum (which starts at 0), as a positive number of R.

    >>> max_drawdown([1.0, -1.0, -0.5, 2.0]), max_drawdown([-1.0]), max_drawdown([])
    (1.5, 1.0, None)
    """
    if not r:
        return None
    total = height = deepest = 0.0
    for value in r:
        total += value
        height = max(height, total)
        deepest = max(deepest, height - total)
    return deepest


def _groups(named: Iterable[tuple[str, Followed]]) -> dict[str, Group]:
    members: dict[str, list[Followed]] = defaultdict(list)
    for name, one in named:
        members[name].append(one)
    return {name: _group(members[name]) for name in sorted(members)}


def _group(members: Sequence[Followed]) -> Group:
    fills = [one for one in members if one.result in ("win", "lose")]
    win = sum(one.result == "win" for one in fills)
    r = [one.r for one in fills if one.r is not None]
    return Group(len(members), len(fills), win, win / len(fills) if fills else None, _mean(r))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
