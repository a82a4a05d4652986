"""Whether a fill that somebody says was not to be had stands: the market is asked again, by a wider margin.

A limit at the near edge counts as filled when price trades through it by max(1 tick, 1 bp). Those who stood last in the
queue there may not have been. Where somebody says so, the fill stands if price went max(1 tick, 3 bp) through while the
entry was open: from the fill until TP1 or the expiry, whichever came first. How many say it changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.decision.terms import Terms
from engine.decision.track import Track
from engine.decision.track_rules import BANKED, FILLED

WIDER = 3e-4  # of the near edge, as learning asks once fills are doubted
THIN, WAIT, MARKET, DEEP, OVER = "thin", "wait", "market", "deep", "over"
DOUBTS = (THIN, WAIT, MARKET, DEEP, OVER)
"""What is said of a fill: too thin to stand; not known before the entry is over; it was had at the market price; price
went through far enough; there is no open position."""


@dataclass(slots=True)
class Doubt:
    """`deep`: how far price went against the fill while the entry was open (<= 0, side space). `reported`: somebody
    said that there was no fill, and it is not known yet."""

    deep: float = 0.0
    reported: bool = False

    def see(self, track: Track, since: int, open_still: bool) -> None:
        """The followable track was moved by a bar, or trades, after `since` (ms). What comes after TP1 or the expiry
        shows nothing of the entry; a bar counts whole, the fill's and TP1's, too: in favour of the fill.
        """
        if open_still and (track.phase == FILLED or track.tp1_time > since):
            self.deep = track.mae

    def said(self, track: Track, terms: Terms, tick: float, over: bool) -> str:
        """One of DOUBTS; `over`: the entry has expired."""
        at = terms.at
        if track.phase not in (FILLED, BANKED):
            return OVER
        if track.fill != at.near:
            return MARKET
        if -self.deep >= max(tick, abs(at.near) * WIDER) - at.slack:
            return DEEP
        return THIN if over or track.phase == BANKED else WAIT
