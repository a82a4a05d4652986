"""Decisions and levels under the same law: a prefix decides as the whole tape did, a restart as if there were none.

A fact is compared by what it says to people and to the label store: when, which pair and side, verdict, reasons, every
level and every end. How it was reached (features) is stage 1's, which engine/audit/prefixes.py compares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from engine.audit.faults import Fault
from engine.decision.tick import Decided, Fact, Published, Tick
from engine.market.events import Event, Settle
from engine.sharp_signal_engine import SharpSignalEngine

REWRITTEN = "decision rewritten"
RESTARTED = "decided otherwise after a restart"
PART = "decisions"
ALL = "all pairs"
NOTHING = "nothing"
MakeEngine = Callable[[], SharpSignalEngine]
Replay = Callable[[int | None], Iterator[tuple[int, str]]]  # the facts of the tape up to an instant (ms; None: all)


class Link(NamedTuple):
    """A told fact: when, and the chained hash of all facts up to it."""

    ts: int
    digest: bytes


def said(fact: Fact) -> str:
    """What a fact says, as one line."""
    if isinstance(fact, Decided):
        who = (fact.pair, fact.timeframe, fact.side, fact.setup_model)
        return repr(("Decided", fact.ts, *who, fact.verdict, fact.reasons, fact.plan))
    return repr(fact.signal if isinstance(fact, Published) else fact)


def told(ticks: Iterable[Tick]) -> Iterator[tuple[int, str]]:
    """Time and words of every fact."""
    return ((tick.ts, said(fact)) for tick in ticks for fact in tick.facts)


def links(facts: Iterable[tuple[int, str]]) -> list[Link]:
    """The chain over facts."""
    made, digest = [], b""
    for ts, words in facts:
        digest = hashlib.blake2b(words.encode(), key=digest, digest_size=16).digest()
        made.append(Link(ts, digest))
    return made


def rewritten(replay: Replay, whole: Sequence[Link], end: int) -> list[Fault]:
    """The first fact that a tape ending at `end` (ms) tells otherwise than `whole`, the links of all of it."""
    short = links(replay(end))
    wanted = [link for link in whole if link.ts <= end]
    if short == wanted:
        return []
    first = next((i for i, (a, b) in enumerate(zip(short, wanted)) if a != b), min(len(short), len(wanted)))
    before, after = (next(islice(facts, first, None), (end, NOTHING)) for facts in (replay(end), replay(None)))
    count = max(len(short), len(wanted)) - first
    return [
        Fault(REWRITTEN, ALL, PART, min(before[0], after[0]), 0, f"{before[1]} became {after[1]}", None, None, count)
    ]


def restarted(
    make: MakeEngine, events: Sequence[Event], cut: int, warm_from: int, pair: str
) -> tuple[int, list[Fault]]:
    """A run over `events` against one that was stopped at the first Settle from `cut` (ms) on and started again.

    The second engine is given the snapshot and the events known after `warm_from` to warm up. Gives the number of facts
    after the cut, and the first that differs.
    """
    at = next(i for i, event in enumerate(events) if isinstance(event, Settle) and event.ts >= cut) + 1
    first = make()
    for event in events[:at]:
        first.process(event)
    second = make()
    second.restore(json.loads(json.dumps(first.snapshot())))
    early = list(told(second.process(event) for event in events[:at] if event.known_at > warm_from))
    whole, again = (list(told(map(engine.process, events[at:]))) for engine in (first, second))
    again = early + again
    differ = [i for i, (a, b) in enumerate(zip_longest(whole, again, fillvalue=(cut, NOTHING))) if a != b]
    if not differ:
        return len(whole), []
    before, after = ((facts[differ[0]] if differ[0] < len(facts) else (cut, NOTHING)) for facts in (whole, again))
    what = f"{before[1]} became {after[1]}"
    return len(whole), [Fault(RESTARTED, pair, PART, before[0], 0, what, None, None, len(differ))]
