"""What is kept with a signal is enough to make it again, and the evidence of a verdict says what refused with what."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.decision.evidence import evidence
from engine.decision.guardrails import ORDER
from engine.decision.rebuild import Basis, rebuild
from engine.decision.tick import Decided, Published, Tick
from engine.params import Params, engine_version
from tests.engine.runs import feed_over, live_ticks

SILENT = {"no_anchor", "side_order", "paused", "open_signal", "regime", "location", "order_flow", "trigger"}


@pytest.fixture(scope="module")
def ticks(simulated: Path) -> list[Tick]:
    return live_ticks(feed_over(simulated))


def test_every_signal_is_made_again_from_its_basis_as_stored(ticks: list[Tick]) -> None:
    made = [fact for tick in ticks for fact in tick.facts if isinstance(fact, Published)]
    assert len(made) > 3
    for fact in made:
        assert fact.basis is not None
        stored = json.loads(json.dumps(fact.basis.document()))
        assert rebuild(Basis.from_document(stored), None, Params(), engine_version(Params())) == fact.signal
    assert {fact.signal.hedge is None for fact in made} == {True, False}


def test_another_reading_gives_another_signal(ticks: list[Tick]) -> None:
    fact = next(fact for tick in ticks for fact in tick.facts if isinstance(fact, Published))
    assert fact.basis is not None
    moved = replace(fact.basis, pulse=replace(fact.basis.pulse, price=fact.basis.pulse.price * 1.001))
    assert rebuild(moved, None, Params(), fact.signal.engine_version) != fact.signal


def test_a_verdict_says_what_it_was_taken_from(ticks: list[Tick]) -> None:
    verdicts = [fact for tick in ticks for fact in tick.facts if isinstance(fact, Decided)]
    seen: set[str] = set()
    for one in verdicts:
        assert one.judged is not None
        told = json.loads(json.dumps(evidence(one.judged, one.reasons), allow_nan=False))
        assert set(one.reasons) - set(told["refused"]) <= SILENT
        for name, (score, weight, state) in told["layers"].items():
            assert (score is None) == (state in ("stale", "unavailable"))
            assert score is None or score == pytest.approx(one.features[f"score_{name}"], abs=1e-4)
            assert weight > 0.0
        assert bool(told["anchors"]) == (one.plan is not None)
        seen.update(one.reasons)
    assert {"cooldown", "regime"} <= seen <= set(ORDER)
