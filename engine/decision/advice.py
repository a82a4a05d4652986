"""What a second opinion may do: be asked about a setup, agree with it, and, once it has earned that, hold it back.

It never sets a price and never lifts a guardrail. Without an `Adviser` event there is none, and nothing waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.decision.candidate import Candidate
from engine.decision.pool import NO_POOL, pool_of
from engine.market.events import Opinion

NEAR = 0.05  # how near the lower bound of p must lie to tau for a question
SURE = 0.70  # from which p on a setup that only waits for its triggers is published on the opinion
WORDS = {1: "BUY", -1: "SELL"}


class Advice:
    """The adviser in force. `document`: {} (none), or `waits` (a setup waits for its word) and `pool` (its record)."""

    def __init__(self) -> None:
        self.take({})

    def take(self, document: Mapping[str, Any]) -> None:
        """An adviser takes its seat, or leaves it ({}). Raises ValueError, KeyError or TypeError on a wrong one."""
        pool = pool_of(document["pool"]) if document else NO_POOL
        self.document = dict(document)
        self.waits = bool(document) and bool(document["waits"])
        self._pool = pool

    def asks(self, c: Candidate) -> bool:
        """Whether the opinion on a setup is wanted: where it might matter, that is near tau, or where there is no p."""
        if not self.document:
            return False
        low = None if c.estimate is None or c.estimate.p is None else c.estimate.p_low
        return low is None or abs(low - c.threshold) <= NEAR

    def holds(self, c: Candidate) -> bool:
        """Whether publishing waits for the opinion."""
        return self.waits and self.asks(c)

    def withholds(self, c: Candidate, said: Opinion | None) -> bool:
        """Whether an opinion that has earned the right holds a setup back."""
        if said is None or said.p is None or not self.waits or not self._pool.earned:
            return False
        p = None if c.estimate is None else c.estimate.p
        return not agrees(c, said) if p is None else self._pool.disagrees(p, said.p, c.threshold)


def agrees(c: Candidate, said: Opinion | None) -> bool:
    """Whether the opinion would take the setup's side."""
    return said is not None and said.decision == WORDS[c.side]


def sure(c: Candidate, said: Opinion) -> bool:
    """Whether it would take the side with enough confidence to stand in place of the triggers."""
    return agrees(c, said) and said.p is not None and said.p >= SURE


def advised(c: Candidate, said: Opinion | None) -> Candidate:
    """The setup as both see it: `hybrid` where both agree."""
    return replace(c, source="hybrid") if agrees(c, said) else c


def on_opinion(c: Candidate) -> Candidate:
    """A setup whose triggers the opinion stands in for: always on paper."""
    return replace(c, source="openai", mode="paper")
