"""Ways of entering a setup that waits for its 5m triggers: each is followed as a fact, whichever one is published.

`now` begins at the setup's close, `choch` and `reclaim` at the first 5m close at which that trigger alone is there
while the setup waits; `full` is the published signal itself. All keep the setup's frozen levels and meet the guardrails
of their close. A way that never came made nothing. What an opinion publishes or withholds is not of its triggers: the
ways that did not come until then are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.decision import triggers
from engine.decision.book import Books, Followed, Monitor
from engine.decision.lifecycle import Life
from engine.decision.pulse import Pulse
from engine.decision.tick import Fact, WayClosed
from engine.decision.triggers import FULL, OTHERS


def begin(m: Monitor, pulse: Pulse, books: Books) -> None:
    """A setup waits from its close on."""
    m.ways = [FULL, *OTHERS]
    follow(m, coming(m, pulse), pulse, books)


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
