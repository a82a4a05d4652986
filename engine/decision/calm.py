"""Bars between the levels of a life: they move MFE and MAE only, and are taken together when something happens again.

The maximum of differences is the difference of the maximum, bit for bit, so nothing is rounded otherwise.
"""

from __future__ import annotations

from math import inf

from engine.decision.terms import Terms
from engine.decision.track import Track
from engine.decision.track_rules import BANKED, ENDED, FILLED, TOUCHED


class Calm:
    """A bar whose low is above `floor`, whose high is below `ceiling` and that closes before `until` (ms) changes no
    phase; plain prices. `low` and `high`: the range of such bars that the tracks have not been told yet.
    """

    __slots__ = ("ceiling", "floor", "high", "low", "until")

    def __init__(self) -> None:
        self.floor, self.ceiling, self.until = inf, -inf, 0
        self.low, self.high = inf, -inf

    def over(self) -> None:
        """The next bar is to be walked level by level: no low is above this floor."""
        self.floor = inf

    def tell(self, tracks: tuple[Track, Track], side: int) -> None:
        """Hand the range on to the tracks that hold a position."""
        if self.low > self.high:
            return
        bottom, top = (self.low, self.high) if side > 0 else (-self.high, -self.low)
        for track in tracks:
            if track.phase == FILLED or track.phase == BANKED:
                track.mae = min(track.mae, bottom - track.fill)
                track.mfe = max(track.mfe, top - track.fill)
        self.low, self.high = inf, -inf

    def between(self, tracks: tuple[Track, Track], terms: Terms, closed: int) -> None:
        """Find the bounds after the bar that closed at `closed`; they may be narrower than the levels, never wider."""
        at, floor, ceiling, until = terms.at, -inf, inf, 1 << 62
        for track in tracks:
            if track.phase == ENDED:
                continue
            if not track.begun or track.changed > closed:
                return
            if track.phase <= TOUCHED:
                floor, ceiling = max(floor, at.touch_at, at.invalid_at), min(ceiling, at.miss_at, at.tp1_at)
                until = min(until, terms.expiry)
            else:
                banked = track.phase == BANKED
                floor = max(floor, track.fill + at.slack) if banked else max(floor, at.sl_at, at.invalid_at)
                ceiling = min(ceiling, at.tp2_at if banked else at.tp1_at)
                until = min(until, track.filled_at + terms.limit)
                until = min(until, terms.grid) if closed < terms.grid else until  # what came before it is told apart
        self.floor, self.ceiling = (floor, ceiling) if terms.side > 0 else (-ceiling, -floor)
        self.until = until
