"""SHARPSIGNAL_PUBLISH=proven: what would be published is held back at that very moment, and followed all the same."""

from __future__ import annotations

from pathlib import Path

from engine.decision.stream import Rules
from engine.decision.tick import Closed, Decided, Published, ShadowClosed
from tests.engine.runs import LEAST, engine_of, feed_over


def test_nothing_is_published_and_everything_is_followed(simulated: Path) -> None:
    open_to_all = [
        f for t in map(engine_of(feed_over(simulated)).process, feed_over(simulated).iterate()) for f in t.facts
    ]
    engine = engine_of(feed_over(simulated), Rules(LEAST, proven_only=True))
    facts = [fact for tick in map(engine.process, feed_over(simulated).iterate()) for fact in tick.facts]
    assert not any(isinstance(fact, Published | Closed) for fact in facts)
    held = [fact for fact in facts if isinstance(fact, Decided) and fact.reasons == ("unproven",)]
    first = next(fact.signal.plan.ts for fact in open_to_all if isinstance(fact, Published))
    assert held and held[0].ts == first and held[0].verdict == "refuse"
    assert engine.stream.number == 1
    followed = {fact.decision_id for fact in facts if isinstance(fact, ShadowClosed)}
    assert held[0].decision_id in followed
    assert any(isinstance(fact, Decided) and fact.verdict == "monitor" for fact in facts)
