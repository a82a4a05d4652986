"""Ways of entering a setup that waits for its 5m triggers: each is followed as a fact, whichever one is published.

`now` begins at the setup's close, `choch` and `reclaim` at the first 5m close at which that trigger alone is there
while the setup waits, `full` at that of all. The one that the policy asks for (`full` without a word) is the published
signal itself. All keep the setup's frozen levels and meet the guardrails of their close; once the signal is out, what
it alone forbids does not count. A way that never came made nothing. What an opinion publishes or withholds is not of
its triggers: the ways that did not come until then are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.decision import triggers
from engine.decision.book import Books, Followed, Monitor
from engine.decision.candidate import waiting_inputs
from engine.decision.guardrails import COOLDOWN, HEAT, OPEN_SIGNAL
from engine.decision.lifecycle import Life
from engine.decision.pulse import Pulse
from engine.decision.tick import Decided, Fact, WayClosed
from engine.decision.triggers import FULL, OTHERS

INPUTS = ("ema50_atr", "cvd_slope")  # of `waiting_inputs`, in its order
OWN = COOLDOWN | HEAT | OPEN_SIGNAL  # what a published signal forbids by itself


def begin(m: Monitor, pulse: Pulse, books: Books) -> None:
    """A setup waits from its close on, published there already or not."""
    m.ways = [FULL, *OTHERS]
    if m.published:
        m.ways.remove(m.candidate.way)
    follow(m, coming(m, pulse), pulse, books)


def waiting(fact: Decided) -> tuple[float, float] | None:
    """INPUTS of a setup that waits from this verdict on, perhaps published; None for any other verdict."""
    if fact.judged is None:
        return None
    c, around = fact.judged.candidate, fact.judged.around
    early = c.way != FULL and around.now == c.row.ts and triggers.comes(around.trigger, c.side, c.way)
    out = fact.verdict == "publish" or fact.reasons == ("unproven",)
    if fact.verdict != "monitor" and not (early and out and not triggers.met(around.trigger, c.side)):
        return None
    return waiting_inputs(c.row, c.side)


def coming(m: Monitor, pulse: Pulse) -> list[str]:
    """Ways besides the one to be published that come at a 5m close."""
    c = m.candidate
    left = m.ways if m.published else [way for way in m.ways if way != c.way]
    return [way for way in left if triggers.comes(pulse.trigger, c.side, way)]


def forbids(m: Monitor, refused: int) -> bool:
    """Whether refusals (bits) of a setup keep its ways from coming."""
    return bool(refused & ~OWN if m.published else refused)


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
    way = m.candidate.way
    return way if way in m.ways else ""


def end(m: Monitor, ts: int, facts: list[Fact]) -> None:
    """The setup waits no more (ms): what has not come never will."""
    plan = m.candidate.plan
    if plan is not None:
        facts += [WayClosed(m.candidate.decision_id, way, ts, None, plan) for way in m.ways]
