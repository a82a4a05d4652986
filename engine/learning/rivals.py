"""Champion and challengers over time: contests, who joins, who is refitted when, and the proof of edge."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.learning.cadence import DAY, HOUR, WEEK, taken_at, weekly
from engine.learning.contest import standing
from engine.learning.memory import Memory
from engine.learning.night import Review
from engine.learning.procedures import BY_NAME, PROCEDURES
from engine.learning.proof import Would, proof, proven
from engine.learning.rollback import HALF_SIZE_HOURS

MOST_RIVALS = 3
MINT_EVERY = WEEK * DAY
# Signs of a broken feed, of inputs that moved, and of an evaluation that cannot be trusted.
BLOCKING = frozenset({"data_quality", "publish_rate", "missing", "moved", "stale", "canary"})


def contest(memory: Memory, review: Review) -> None:
    """Hold every challenger against the champion; the first that has earned it takes its place, with no alarm about."""
    champion = memory.shadows.get(review.champion)
    if champion is None:
        return
    rivals = [name for name in memory.minted() if name != review.champion and name in memory.shadows]
    for name in rivals:
        paired = memory.paired(champion, memory.shadows[name], review)
        review.contests[name] = standing(paired, review.cut, len(rivals))
    clean = not any(one.kind == "alarm" for one in review.events) and not blocking(memory.warnings(review))
    for name in rivals:
        found = review.contests[name]
        if found.verdict == "promote" and clean:
            review.tell("promoted", name, e=found.e, needed=found.needed, instead_of=review.champion)
            review.champion = name
            return


def blocking(warnings: Mapping[str, int]) -> list[str]:
    """The warnings while which nothing is promoted."""
    return [name for name in warnings if name.split("/", maxsplit=1)[0] in BLOCKING]


def probation_until(memory: Memory, review: Review) -> int:
    """Until when signals are half the size: 48 h from when the champion's promotion took effect (0: none)."""
    promoted = memory.newest(review, "promoted")
    return taken_at(promoted) + HALF_SIZE_HOURS * HOUR if promoted else 0


def mint(memory: Memory, review: Review, *, avoids: bool, timed: bool) -> None:
    """A new challenger, at most one a week and three at once.

    `avoids`: there is something to stay out of; `timed`: a rule of when to enter would leave the full trigger.
    """
    minted = memory.minted()
    alive = [name for name in minted if name != review.champion]
    soon = review.cut - memory.newest(review, "minted") < MINT_EVERY
    if len(alive) >= MOST_RIVALS or soon or review.champion not in memory.shadows:
        return
    for one in PROCEDURES:
        idle = (one.avoids and not avoids) or (one.timed and not timed)
        if one.name != review.champion and one.name not in minted and not idle:
            review.tell("minted", one.name, against=review.champion)
            return


def due(memory: Memory, review: Review) -> list[str]:
    """The procedures to be refitted: the champion every night, its challengers once a week, new ones at once."""
    fresh = [event.procedure for event in review.events if event.kind == "minted"]
    others = [memory.past.champion, *memory.minted()] if weekly(review.cut) else []
    return [name for name in dict.fromkeys([review.champion, *fresh, *others]) if name in BY_NAME]


def prove(memory: Memory, review: Review) -> None:
    """How far the proof of edge of the champion's rule has come, held to its lower bound."""
    shadow = memory.shadows.get(review.champion)
    if shadow is None or shadow.begun is None:
        return
    begun = max(shadow.begun, memory.newest(review, "restarted"), memory.alarmed(review, review.champion))
    history, table = memory.history, memory.history.table
    places = history.ended_by(review.cut, begun)
    places = places[shadow.said(places).surely]
    would = Would(
        table.ints("ts")[places],
        table.ints("closed")[places],
        history.net(places),
        history.feature("cost_r", places),
        history.pending(review.cut),
    )
    review.everything = proof(would, begun, review.cut)
    book = table.ints("book")[places]
    names = {table.books.words[code]: np.flatnonzero(book == code) for code in np.unique(book)}
    fewer = memory.warnings(review)
    review.books = {
        name: proof(would.take(names[name]), max(begun, fewer.get(f"fewer/{name.split('/')[-1]}", 0)), review.cut)
        for name in sorted(names)
    }


def live(review: Review) -> frozenset[str]:
    """The books whose edge is proven."""
    return frozenset() if review.everything is None else proven(review.everything, review.books)
