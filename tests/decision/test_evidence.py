"""The numbers a refusal is told with: each beside the limit it was held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.decision.candidate import judged
from engine.decision.evidence import TOLD, Judged, evidence
from engine.decision.guardrails import Surroundings, reasons_of
from engine.decision.heat import Heat
from engine.decision.row import Row
from engine.layers import LAYERS
from engine.params import Params
from tests.decision.rows import ANCHORS, CONTRACT, TS, setup_row

CALM = Surroundings(
    now=TS, price=1000.0, bid=999.95, ask=1000.05, book_ts=TS, candle_lost=False, cooldown_until=0, heat=None,
    breaker_until=0, paused=False, pair_open=False, trigger=4 | 64 | 128,
)  # fmt: skip


def sound(score: float = 0.6, anchors: Sequence[tuple[str, int, float, float]] = ANCHORS, **numbers: float) -> Row:
    """A row that no market guardrail refuses, but for `numbers`."""
    return setup_row(15, score, None, anchors, **{"complete": 1.0, "volume_quote": 1e6, **numbers})


def told(row: Row, around: Surroundings = CALM, side: int = 1, least: float = 0.5) -> dict[str, dict[str, object]]:
    params = Params()
    candidate = judged(row, side, CONTRACT, None, least, params)
    reasons = reasons_of(candidate.refusals(around, params))
    return dict(evidence(Judged(candidate, around, None, params), reasons)["refused"])


@pytest.mark.parametrize(
    ("reason", "row", "around", "numbers"),
    [
        ("coverage", sound(), CALM, None),
        ("confluence", sound(0.3), CALM, {"value": 0.5, "limit": 0.6}),
        ("liquidity", sound(volume_quote=4e4), CALM, {"value": 4e4, "limit": 5e4}),
        ("volatility", sound(atr_h1=50.0), CALM, {"value": 0.05, "limit": 0.04}),
        ("spread", sound(), replace(CALM, bid=998.0, ask=1000.0), {"value": 0.002, "limit": 0.001}),
        ("cooldown", sound(), replace(CALM, cooldown_until=TS + 5), {"until": TS + 5}),
        ("breaker", sound(), replace(CALM, breaker_until=TS + 7), {"until": TS + 7}),
        ("heat", sound(), replace(CALM, heat=Heat(3, 3.0)), {"value": 3, "limit": 3}),
    ],
)
def test_a_refusal_is_told_with_its_number_and_its_limit(
    reason: str, row: Row, around: Surroundings, numbers: dict[str, object] | None
) -> None:
    found = told(row, around, least=0.6)
    if numbers is None:
        assert reason not in found
    else:
        assert found[reason] == pytest.approx(numbers)


def test_costs_and_targets_are_told_in_r() -> None:
    near = (("order_block", 1, 999.2, 999.8), ("swing_low", 1, 999.0, 999.0), ("swing_high", -1, 1000.3, 1000.3))
    found = told(sound(anchors=near, atr=1.0))
    assert set(found) >= {"costs", "rr"}
    costs, rr = found["costs"], found["rr"]
    assert isinstance(costs["value"], float) and costs["limit"] == 0.25 and costs["value"] > 0.25
    assert isinstance(rr["value"], float) and (rr["limit"], rr["tp1_limit"]) == (1.5, 1.0) and rr["value"] < 1.5


@pytest.mark.parametrize(
    ("how", "row", "around"),
    [
        ("lost", sound(), replace(CALM, candle_lost=True)),
        ("incomplete", sound(complete=0.0), CALM),
        ("moved", sound(), replace(CALM, price=1010.0)),
    ],
)
def test_stale_says_in_which_way(how: str, row: Row, around: Surroundings) -> None:
    assert told(row, around)["stale"]["how"] == how


def test_scores_are_signed_to_the_side_and_the_missing_triggers_are_named() -> None:
    row = sound(-0.5, [(k, -s, 2000.0 - h, 2000.0 - l) for k, s, l, h in ANCHORS])
    candidate = judged(row, -1, CONTRACT, None, 0.5, Params())
    document = evidence(Judged(candidate, CALM, {"smc": 0.7}, Params()), ())
    assert document["layers"]["smc"] == [0.5, 0.7, "live"]
    assert document["layers"]["cvd"] == [0.5, 0.0, "live"]
    assert document["triggers"] == ("structure", "reclaim", "delta")
    assert [anchor[-1] for anchor in document["anchors"]] == ["entry", "sl", "tp1", "tp2", "invalidation"]


def test_the_facts_that_are_told_are_facts_of_their_layers() -> None:
    listed = {layer.NAME: layer.FACTS for layer in LAYERS}
    assert set(TOLD) == set(listed)
    assert [(name, fact) for name, facts in TOLD.items() for fact in facts if fact not in listed[name]] == []
