"""Mean R of groups of signals, each with its n and a 90 % interval: days drawn with replacement, as for the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from bot.replay.signal_row import SignalRow
from engine.learning import scores

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Group:
    """Signals of one kind; `mean` is R a fill (None without fills), `low` and `high` None below two days of fills."""

    name: str
    signals: int
    filled: int
    won: int
    mean: float | None
    low: float | None
    high: float | None


def group(name: str, rows: Iterable[SignalRow]) -> Group:
    """The figures of some signals, on the followable track."""
    mine = list(rows)
    fills = [(row.ts // DAY, row.r) for row in mine if row.filled and row.r is not None]
    gains = [r for _, r in fills]
    interval = scores.day_block_interval([day for day, _ in fills], gains)
    low, high = interval if interval is not None else (None, None)
    won = sum(row.result == "win" for row in mine)
    return Group(name, len(mine), len(fills), won, fmean(gains) if gains else None, low, high)


def groups(rows: Iterable[SignalRow], kind: Callable[[SignalRow], str]) -> list[Group]:
    """One group a kind, those that lost most first, those without fills last."""
    members: defaultdict[str, list[SignalRow]] = defaultdict(list)
    for row in rows:
        members[kind(row)].append(row)
    found = [group(name, members[name]) for name in sorted(members)]
    return sorted(found, key=lambda one: (one.mean is None, one.mean or 0.0))
