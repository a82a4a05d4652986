"""Setups that waited, where champion and challenger enter by other ways: what each one's way made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.decision.ways import INPUTS
from engine.learning.cadence import HOUR
from engine.learning.contest import Paired
from engine.learning.history import LONGEST, History
from engine.learning.labels import COLUMNS
from engine.learning.shadow import Shadow
from engine.learning.table import Floats, Ints
from engine.learning.timing import DEFAULT
from engine.learning.waited import AROUND
from engine.learning.waits import NAMES


def enters(shadow: Shadow) -> bool:
    """Whether a procedure ever had a policy that chooses ways."""
    return any(policy.timing is not None for policy in shadow.policies)


def ways_of(shadow: Shadow, history: History, places: Ints) -> Ints:
    """The way (its number in NAMES) of each setup under the policy that the procedure had when it was judged."""
    table = history.table
    chosen = np.full(len(places), NAMES.index(DEFAULT), dtype=np.int64)
    around = [COLUMNS.index(name) for name in AROUND]
    for policy, rows in shadow.by_policy(table, places):
        if policy.timing is None:
            continue
        for row in rows.tolist():
            at = int(places[row])
            read: dict[str, float | None] = dict(zip(INPUTS, history.waits.inputs(table.ids[at])))
            read |= dict(zip(AROUND, table.floats("features")[at, around].tolist()))
            book = table.books.words[int(table.ints("book")[at])]
            chosen[row] = NAMES.index(policy.timing.choose(book, read))
    return chosen


@dataclass(frozen=True, slots=True)
class Waiters:
    """Setups that waited and are over by every way: places, when the last way ended, and R by way (n, 4)."""

    places: Ints
    closed: Ints
    made: Floats


def waiters(history: History, cut: int, since: int) -> Waiters:
    """Those judged from `since` on of which all was known at `cut` (ms)."""
    judged = history.table.ints("judged_at")
    known = history.waits.over(cut, since)
    at = {history.place(name): one for name, one in known.items() if history.knows(name)}
    places = [place for place in sorted(at) if judged[place] >= since]
    return Waiters(
        np.array(places, dtype=np.int64),
        np.array([max(at[place].known) for place in places], dtype=np.int64),
        np.array([at[place].made for place in places]).reshape(len(places), len(NAMES)),
    )


def pending(history: History, cut: int) -> int:
    """When the oldest setup began to wait (ms) of which a way may still be open at `cut`; `cut` where none is."""
    judged = history.table.ints("judged_at")
    begun = [int(judged[history.place(name)]) for name in history.waits.open(cut) if history.knows(name)]
    return min((ts for ts in begun if cut - LONGEST - HOUR <= ts < cut), default=cut)


def with_ways(
    paired: Paired, places: Ints, history: History, champion: Shadow, rival: Shadow, begun: int, cut: int
) -> Paired:
    """A contest with the setups that waited since it `begun` (ms), each by the ways of both. `places`: of its rows.

    A setup that waited counts once every way of it is over, also where the full trigger never came; its bet is placed
    when it was judged. Bounds are known then: where both enter by other ways one may lose all and the other win all.
    """
    table, waited = history.table, waiters(history, cut, begun)
    alone = np.flatnonzero(~history.waited(places))
    plain = replace(paired.take(alone), entered=np.full(len(alone), np.nan))
    ours, theirs = champion.said(waited.places), rival.said(waited.places)
    ways, other = (ways_of(one, history, waited.places) for one in (champion, rival))
    rows = np.arange(len(waited.places))
    net, entered = waited.made[rows, ways], waited.made[rows, other]
    kept = np.flatnonzero(ours.known & theirs.known & np.isfinite(net) & np.isfinite(entered))
    at = waited.places[kept]
    own = Paired(
        opened=table.ints("judged_at")[at],
        closed=waited.closed[kept],
        y=np.where(table.ints("ruled")[at] == 1, table.floats("win")[at], np.nan),
        net=net[kept],
        cost=history.feature("cost_r", at),
        most=history.feature("rr_target", at),
        takes_champion=ours.takes[kept].astype(np.float64),
        takes_challenger=theirs.takes[kept].astype(np.float64),
        p_champion=ours.p[kept],
        p_challenger=theirs.p[kept],
        entered=np.where(ways[kept] == other[kept], np.nan, entered[kept]),
    )
    return _joined(plain, places[alone], own, at, min(paired.pending or cut, pending(history, cut)))


def _joined(plain: Paired, places: Ints, own: Paired, at: Ints, open_since: int) -> Paired:
    """Rows of both in the order in which setups were judged."""
    order = np.argsort(np.concatenate([places, at]), kind="stable")
    names = [name for name in Paired.__slots__ if name != "pending"]
    columns = {name: np.concatenate([getattr(plain, name), getattr(own, name)])[order] for name in names}
    return Paired(**columns, pending=open_since)
