"""A policy may ask for another way of entering than the full trigger: the gate, every other way's facts, both paths."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.decision.policy import Policy, sealed
from engine.decision.rebuild import Basis, rebuild
from engine.decision.tick import Decided, Fact, Published, Tick
from engine.decision.triggers import FULL, OTHERS, comes, met
from engine.market.events import PolicyTaken, Settle, merge_key
from engine.params import Params, engine_version
from tests.engine.runs import batch_ticks, engine_of, feed_over, live_ticks
from tests.engine.test_ways import WHOLE, facts_of, ways_of
from tests.engine.timing_policy import timed


def taken(folder: Path, document: dict[str, object]) -> PolicyTaken:
    return PolicyTaken(min(int(tape.candles.ts[0]) for tape in feed_over(folder).tapes().values()), document)


def signals(facts: Sequence[Fact]) -> list[Published]:
    return [fact for fact in facts if isinstance(fact, Published)]


@pytest.mark.parametrize("way", OTHERS)
def test_the_way_asked_for_is_published_and_all_others_are_followed(simulated: Path, compiled: str, way: str) -> None:
    document = timed(way)
    command = taken(simulated, document)
    live = live_ticks(feed_over(simulated), None, [command])
    assert live == batch_ticks(feed_over(simulated), compiled, None, [command])
    facts = facts_of(live)
    told, ways = [fact for fact in facts if isinstance(fact, Decided)], ways_of(facts)
    last = max(fact.ts for fact in told)
    early = 0
    for fact in signals(facts):
        basis = fact.basis
        assert basis is not None and comes(basis.pulse.trigger, basis.side, way)
        basis = Basis.from_document(json.loads(json.dumps(basis.document())))
        assert rebuild(basis, Policy.from_document(document), Params(), engine_version(Params())) == fact.signal
        (verdict,) = (one for one in told if one.signal_id == fact.signal.signal_id)
        if met(basis.pulse.trigger, basis.side):
            assert fact.signal.triggers_text is not None and "+" in fact.signal.triggers_text
            continue
        early += 1
        expected = {"now": (None,), "choch": ("CHOCH/HL", "CHOCH/LH"), "reclaim": ("reclaim EMA50",)}[way]
        assert fact.signal.triggers_text in expected
        if verdict.ts < last - WHOLE:
            assert ways[verdict.decision_id].keys() == {FULL, *OTHERS}
            assert ways[verdict.decision_id][way].plan == fact.signal.plan
    assert early >= 2


def test_where_no_way_is_surely_better_everything_is_as_without_timing(simulated: Path, compiled: str) -> None:
    plain = Policy.from_document(timed("now")).document
    bare = {key: value for key, value in plain.items() if key not in ("timing", "version")}
    unsure, none = (
        _without_versions(batch_ticks(feed_over(simulated), compiled, None, [taken(simulated, document)]))
        for document in (timed("now", sure=False), sealed(bare))
    )
    assert unsure == none


def _without_versions(ticks: Sequence[Tick]) -> list[tuple[object, ...]]:
    return [
        (fact.decision_id, fact.ts, fact.verdict, fact.reasons) for fact in facts_of(ticks) if isinstance(fact, Decided)
    ]


def test_a_restart_while_other_ways_are_open_changes_nothing(simulated: Path) -> None:
    feed = feed_over(simulated)
    command = taken(simulated, timed("now"))
    events = sorted([command, *feed.iterate()], key=merge_key)
    one = engine_of(feed)
    at = next(
        i
        for i, event in enumerate(events)
        if one.process(event)
        and isinstance(event, Settle)
        and any(m.published for waiting in one.stream.books.monitors.values() for m in waiting)
    )
    saved = json.loads(json.dumps(one.snapshot()))
    whole = [fact for event in events[at + 1 :] for fact in one.process(event).facts]
    other = engine_of(feed)
    other.restore(saved)
    early = [fact for event in events[: at + 1] if event is not command for fact in other.process(event).facts]
    again = [fact for event in events[at + 1 :] for fact in other.process(event).facts]
    assert early == [] and again == whole and ways_of(whole)
