"""A snapshot at any settle, a fresh engine, warm-up over the past, and on: the same facts as without the break."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.decision.tick import Fact
from engine.market.events import Event, Settle
from engine.sharp_signal_engine import SharpSignalEngine
from tests.engine.runs import engine_of, feed_over


def facts_from(engine: SharpSignalEngine, events: list[Event]) -> list[Fact]:
    return [fact for event in events for fact in engine.process(event).facts]


@pytest.mark.parametrize("part", [0.55, 0.7, 0.9])
def test_a_restart_changes_nothing(simulated: Path, part: float) -> None:
    feed = feed_over(simulated)
    events = list(feed.iterate())
    cut = next(i for i in range(int(len(events) * part), len(events)) if isinstance(events[i], Settle)) + 1
    first = engine_of(feed)
    facts_from(first, events[:cut])
    saved = json.loads(json.dumps(first.snapshot()))
    whole = facts_from(first, events[cut:])
    second = engine_of(feed)
    second.restore(saved)
    assert facts_from(second, events[:cut]) == []
    assert facts_from(second, events[cut:]) == whole
    assert whole


def test_a_snapshot_is_plain_json_and_round_trips(simulated: Path) -> None:
    feed = feed_over(simulated)
    engine = engine_of(feed)
    facts_from(engine, list(feed.iterate()))
    saved = json.loads(json.dumps(engine.snapshot(), allow_nan=False))
    other = engine_of(feed)
    other.restore(saved)
    assert other.stream.books.count() == engine.stream.books.count() > 0
    assert {**other.snapshot(), "now": saved["now"]} == saved
