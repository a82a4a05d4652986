"""Scalps where they are allowed: alike both ways, made again from their basis, tracked by their own clocks."""

from __future__ import annotations

import json
from pathlib import Path

from engine.decision.rebuild import Basis, rebuild
from engine.decision.tick import Published
from engine.params import Params, engine_version
from tests.engine.runs import columns_over, engine_of, feed_over

ALLOWED = Params.build(scalp=1, cooldown_minutes=0, rr_min=2.5)  # what falls short of 2.5 may be one


def test_scalps_are_alike_both_ways_and_made_again_from_what_is_kept(simulated: Path, compiled: str) -> None:
    feed = feed_over(simulated)
    live = [tick for tick in map(engine_of(feed, params=ALLOWED).process, feed.iterate()) if tick.facts]
    assert live == list(engine_of(feed, params=ALLOWED).replay_columns(columns_over(feed), compiled))
    made = [fact for tick in live for fact in tick.facts if isinstance(fact, Published)]
    scalps = [fact for fact in made if fact.signal.plan.expiry_minutes == 15]
    assert 0 < len(scalps) < len(made)
    for fact in scalps:
        signal, basis = fact.signal, fact.basis
        assert basis is not None and signal.plan.limit_minutes == 240
        assert 1.2 <= signal.rr_target < 2.5 and signal.rr_tp1 >= 1.0 and signal.cost_r <= 0.25
        assert signal.confluence_score >= signal.threshold == basis.least_confluence + ALLOWED.scalp_margin
        stored = Basis.from_document(json.loads(json.dumps(basis.document())))
        assert rebuild(stored, None, ALLOWED, engine_version(ALLOWED)) == signal
