"""Running totals of outcomes by UTC day of closing, and ever: figures of a million outcomes in a few milliseconds.

They are kept in the transaction of the outcome (`catch_up`), and the same function fills them from what was stored
before. A total knows the shape of its running sum of R (highest, lowest, deepest fall), so that the totals of days
joined in order give the exact drawdown, and for an interval how far its days differ from each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, select

from storage.interval import DAY_MS
from storage.schema import outcomes, signals, totals
from storage.upsert import insert_for

EVER = -1
ALL = ("all", "")
CHUNK = 2000
DIMENSIONS = ("source", "setup", "regime", "timeframe", "session", "confidence", "side", "mode")
NO_P = "none"
RESULTS = {"win": "win", "lose": "lose", "expire": "expire", "no-fill": "no_fill", "void": "void"}


@dataclass(slots=True)
class Total:
    """What closed: counts of the followable track, sums of R of its fills, and what intervals and drawdown need.

    `high`, `low` and `fall` are those of the running sum from 0; `asked` fills had a p_win, of which `p` is the sum,
    `p_won` those that won and `p_square` the sum of (p - won)^2. The days (`days`, `day_rr`, `day_rn`, `day_nn`: sums
    over days with fills of R^2, R n and n^2) are kept for all time only.
    """

    position: int = 0
    closed: int = 0
    win: int = 0
    lose: int = 0
    expire: int = 0
    no_fill: int = 0
    void: int = 0
    ambiguous: int = 0
    held: int = 0
    theory: int = 0
    asked: int = 0
    days: int = 0
    r: float = 0.0
    r_square: float = 0.0
    gain: float = 0.0
    loss: float = 0.0
    high: float = 0.0
    low: float = 0.0
    fall: float = 0.0
    hold_s: float = 0.0
    theory_r: float = 0.0
    p: float = 0.0
    p_won: float = 0.0
    p_square: float = 0.0
    day_rr: float = 0.0
    day_rn: float = 0.0
    day_nn: float = 0.0

    @property
    def filled(self) -> int:
        """Wins and losses."""
        return self.win + self.lose

    def take(self, end: Ended) -> None:
        """Add one outcome (everything but the days)."""
        self.position = end.position
        self.closed += 1
        setattr(self, end.result, getattr(self, end.result) + 1)
        self.ambiguous += end.ambiguous
        if end.theory_r is not None:
            self.theory += 1
            self.theory_r += end.theory_r
        if end.r is None:
            return
        self.r += end.r
        self.r_square += end.r**2
        self.gain += max(0.0, end.r)
        self.loss += max(0.0, -end.r)
        self.high, self.low = max(self.high, self.r), min(self.low, self.r)
        self.fall = max(self.fall, self.high - self.r)
        if end.hold_s is not None:
            self.held += 1
            self.hold_s += end.hold_s
        if end.p is not None:
            won = float(end.result == "win")
            self.asked += 1
            self.p += end.p
            self.p_won += won
            self.p_square += (end.p - won) ** 2

    def take_day(self, r_before: float, n_before: int, r: float) -> None:
        """A fill of `r` on a day that had `n_before` fills of `r_before` together."""
        self.days += n_before == 0
        self.day_rr += (r_before + r) ** 2 - r_before**2
        self.day_rn += (r_before + r) * (n_before + 1) - r_before * n_before
        self.day_nn += 2 * n_before + 1


@dataclass(frozen=True, slots=True)
class Ended:
    """One outcome as the totals need it; `groups` are (dimension, name)."""

    position: int
    day: int
    result: str
    r: float | None
    theory_r: float | None
    ambiguous: int
    hold_s: float | None
    p: float | None
    groups: tuple[tuple[str, str], ...] = field(default=(ALL,))


def groups_of(signal: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The groups that a signal document belongs to, the one of all first."""
    names = (signal["source"], signal["setup_model"], signal["regime"], signal["timeframe"])
    rest = (signal["venue_session"], confidence(signal["p_win"]), signal["side"], signal["mode"])
    return (ALL, *zip(DIMENSIONS, map(str, (*names, *rest))))


def confidence(p: float | None) -> str:
    """The bin of a win chance, by its lower end in percent.

    >>> confidence(0.58), confidence(1.0), confidence(None)
    ('50', '90', 'none')
    """
    return NO_P if p is None else str(min(9, int(p * 10)) * 10)


def ended(position: int, closed_at: int, signal: Mapping[str, Any], outcome: Mapping[str, Any]) -> Ended:
    """An outcome out of its two documents."""
    track = outcome["followable"]
    result = RESULTS[track["result"]]
    filled = result in ("win", "lose") and outcome["followable_r"] is not None
    return Ended(
        position,
        closed_at // DAY_MS,
        result,
        float(outcome["followable_r"]) if filled else None,
        outcome["rr_realized"],
        int(outcome["ambiguous"]),
        _seconds(track["filled_at"], track["closed_at"]) if filled and track["filled_at"] else None,
        signal["p_win"] if filled else None,
        groups_of(signal),
    )


def catch_up(conn: Connection) -> int:
    """Take in every outcome that the totals have not seen, in closing order; returns how many."""
    ever = totals.c.day == EVER
    head = conn.execute(select(totals.c.position).where(ever, totals.c.dimension == ALL[0])).scalar() or 0
    taken = 0
    while chunk := list(_new(conn, head)):
        take_all(conn, chunk)
        head, taken = chunk[-1].position, taken + len(chunk)
        if len(chunk) < CHUNK:
            break
    return taken


def take_all(conn: Connection, ends: Sequence[Ended]) -> None:
    """Add outcomes, in closing order."""
    known = _known(conn, {EVER, *(end.day for end in ends)})
    changed = {key for end in ends for key in _fold(known, end)}
    _keep(conn, {key: known[key] for key in changed})


Known = dict[tuple[int, str, str], Total]


def _fold(known: Known, end: Ended) -> Iterator[tuple[int, str, str]]:
    """Add an outcome to each of its totals; the keys of these."""
    for dimension, name in end.groups:
        keys = (end.day, dimension, name), (EVER, dimension, name)
        day, ever = known.setdefault(keys[0], Total()), known.setdefault(keys[1], Total())
        if end.r is not None:
            ever.take_day(day.r, day.filled, end.r)
        day.take(end)
        ever.take(end)
        yield from keys


def gathered(ends: Iterable[Ended]) -> tuple[Total, dict[int, Total]]:
    """The totals of some outcomes in closing order: of all together, and of each UTC day in order."""
    known: Known = {}
    for end in ends:
        for _ in _fold(known, end):
            pass
    days = {day: total for (day, dimension, _), total in sorted(known.items()) if day != EVER and dimension == ALL[0]}
    return known.get((EVER, *ALL), Total()), days


def _new(conn: Connection, head: int) -> Iterator[Ended]:
    columns = (outcomes.c.position, outcomes.c.closed_at, signals.c.line, outcomes.c.line)
    together = outcomes.join(signals, signals.c.signal_id == outcomes.c.signal_id)
    query = select(*columns).select_from(together).where(outcomes.c.position > head)
    for position, closed_at, signal, outcome in conn.execute(query.order_by(outcomes.c.position).limit(CHUNK)):
        yield ended(position, closed_at, json.loads(signal), json.loads(outcome))


def _known(conn: Connection, days: set[int]) -> Known:
    rows = conn.execute(select(totals).where(totals.c.day.in_(sorted(days))))
    return {(row.day, row.dimension, row.name): total_of(row) for row in rows}


def _keep(conn: Connection, known: Known) -> None:
    statement = insert_for(conn.dialect.name, totals)
    names = list(asdict(Total()))
    upsert = statement.on_conflict_do_update(
        index_elements=["day", "dimension", "name"], set_={name: statement.excluded[name] for name in names}
    )
    rows = [
        {"day": day, "dimension": dimension, "name": name} | {one: getattr(total, one) for one in names}
        for (day, dimension, name), total in known.items()
    ]
    conn.execute(upsert, rows)


def total_of(row: Row[Any]) -> Total:
    """A row of the table as a total."""
    return Total(*row[3:])


class Run(Protocol):
    """A stretch of the running sum of R, from 0: where it ends, its highest, lowest and deepest fall."""

    @property
    def r(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def fall(self) -> float: ...


def joined(first: Run, then: Run) -> tuple[float, float, float, float]:
    """(r, high, low, fall) of the running sum of `first` followed by `then`.

    >>> up, down = Total(r=2.0, high=2.0), Total(r=-1.0, low=-1.5, fall=1.5)
    >>> joined(up, down)
    (1.0, 2.0, 0.0, 1.5)
    """
    high, low = max(first.high, first.r + then.high), min(first.low, first.r + then.low)
    return first.r + then.r, high, low, max(first.fall, then.fall, first.high - first.r - then.low)


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
