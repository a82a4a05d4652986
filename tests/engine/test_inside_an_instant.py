"""A crash between two pairs of one instant, or after an owner's command inside it: nothing of the instant is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from engine.decision.tick import Fact
from engine.market.events import Candle, Event, Pause, Settle
from engine.sharp_signal_engine import SharpSignalEngine
from tests.engine.runs import engine_of, feed_over


def facts_from(engine: SharpSignalEngine, events: Sequence[Event]) -> list[Fact]:
    return [fact for event in events for fact in engine.process(event).facts]


def told_before(engine: SharpSignalEngine, events: Sequence[Event]) -> int:
    """The event after which an instant is half told: one pair's candle is in, the other's, with a life, is not."""
    for i, event in enumerate(events):
        engine.process(event)
        following = events[i + 1] if i + 1 < len(events) else event
        half = isinstance(event, Candle) and isinstance(following, Candle) and following.known_at == event.known_at
        if half and i > len(events) * 0.8 and engine.stream.books.followed.get(following.pair):
            return i + 1
    raise AssertionError("no such instant")


def test_the_other_pair_of_a_half_told_instant_is_walked_after_the_crash(simulated: Path) -> None:
    feed = feed_over(simulated)
    events = list(feed.iterate())
    first = engine_of(feed)
    cut = told_before(first, events)
    saved = json.loads(json.dumps(first.snapshot()))
    whole = facts_from(first, events[cut:])
    second = engine_of(feed)
    second.restore(saved)
    assert facts_from(second, events[:cut]) == []
    assert facts_from(second, events[cut:]) == whole


def test_a_command_inside_an_instant_does_not_settle_it(simulated: Path) -> None:
    feed = feed_over(simulated)
    events = list(feed.iterate())
    engine = engine_of(feed)
    settled = next(i for i, event in enumerate(events) if i > len(events) // 2 and isinstance(event, Settle))
    facts_from(engine, events[: settled + 1])
    at = events[settled].known_at
    engine.process(Pause(at + 300_400, at + 900_000, "news"))
    saved = engine.snapshot()
    assert saved["now"] == at
    assert saved["stream"]["pause_reason"] == "news"
