"""Ends of shadows that are known and may not be told yet: each waits for the bar at which it is seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.columns.block import Ended, nothing_ended
from engine.decision.judging import Ints, Packed


class Shadows:
    """`watched`: the decisions of monitors by their place; one that was published casts no shadow from then on."""

    def __init__(self) -> None:
        self.watched: dict[int, str] = {}
        self._waiting = nothing_ended()

    def add(self, verdicts: Packed, pair: Ints, places: Ints, ends: Packed, reasons: Ints) -> None:
        """Take in what became of verdicts: those that were refused or are watched, and whose plan ends on the tape."""
        watched = np.isin(places, list(self.watched))
        cast = np.flatnonzero((ends["seen_at"] >= 0) & ((reasons > 0) | watched))
        self._waiting = self._waiting.with_more(Ended(verdicts, pair, places, ends).only(cast))

    def until(self, end: int, forgotten: Mapping[str, int]) -> Ended:
        """Those that are seen by `end` (ms), in order; `forgotten` says from when on a decision counts no more."""
        waiting = self._waiting
        seen = waiting.ends["seen_at"]
        order = np.lexsort((waiting.place, waiting.pair, waiting.ends["silent"], seen))
        told = order[seen[order] <= end]
        lifted = {place: forgotten[name] for place, name in self.watched.items() if name in forgotten}
        cast = np.ones(len(told), dtype=np.bool_)
        for at in np.flatnonzero(np.isin(waiting.place[told], list(lifted))).tolist():
            cast[at] = lifted[int(waiting.place[told[at]])] >= int(seen[told[at]])
        self._waiting = waiting.only(np.flatnonzero(seen > end))
        return waiting.only(told[cast])
