"""Ways of entering a setup that waits for its 5m triggers: each is followed as a fact, whichever one is published.

`now` begins at the setup's close, `choch` and `reclaim` at the first 5m close at which that trigger alone is there
while the setup waits; `full` is the published signal itself. All keep the setup's frozen levels and meet the guardrails
of their close. A way that never came made nothing. What an opinion publishes or withholds is not of its triggers: the
ways that did not come until then are not told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from engine.decision import triggers
from engine.decision.book import Books, Followed, Monitor
from engine.decision.candidate import Candidate
from engine.decision.lifecycle import Life
from engine.decision.pulse import Pulse
from engine.decision.tick import Decided, Fact, WayClosed
from engine.decision.triggers import FULL, OTHERS

INPUTS = ("ema50_atr", "cvd_slope")
"""What is read of a setup that waits besides its features, to its side, NaN where unknown: the distance of its close
from the EMA50 in ATR, both of its timeframe, and the slope of its cumulative delta."""


def begin(m: Monitor, pulse: Pulse, books: Books) -> None:
    """A setup waits from its close on."""
    m.ways = [FULL, *OTHERS]
    follow(m, coming(m, pulse), pulse, books)


def inputs_of(c: Candidate) -> tuple[float, float]:
    """INPUTS of a setup."""
    row, side = c.row, c.side
    mean, slope = row.fact("rsi_ema_macd", "ema50"), row.fact("cvd", "slope")
    away = math.nan if mean is None else (row["close"] - mean) * side / row["atr"]
    return away, math.nan if slope is None else slope * side


def waiting(fact: Decided) -> tuple[float, float] | None:
    """INPUTS of a setup that waits from this verdict on; None for any other verdict."""
    if fact.verdict != "monitor" or fact.judged is None:
        return None
    return inputs_of(fact.judged.candidate)


def coming(m: Monitor, pulse: Pulse) -> list[str]:
    """Ways besides the full trigger that come at a 5m close."""
    return [way for way in m.ways if way != FULL and triggers.comes(pulse.trigger, m.candidate.side, way)]


def follow(m: Monitor, coming: Sequence[str], pulse: Pulse, books: Books) -> None:
    """These ways begin at this close."""
    plan = m.candidate.plan
    if plan is None:
        return
    for way in coming:
        m.ways.remove(way)
        name, from_here = m.candidate.decision_id, replace(plan, ts=pulse.ts)
        books.follow(Followed(Life(from_here, books.base_ms[plan.pair]), name, name, 0, way, alone=True))


def asked(m: Monitor) -> str:
    """The way by which a setup that waited is published; "" where its ways are not followed."""
    return FULL if FULL in m.ways else ""


def end(m: Monitor, ts: int, facts: list[Fact]) -> None:
    """The setup waits no more (ms): what has not come never will."""
    plan = m.candidate.plan
    if plan is not None:
        facts += [WayClosed(m.candidate.decision_id, way, ts, None, plan) for way in m.ways]
