"""Every fact and every anchor of a layer stands in docs/engine.md under its own name."""

from __future__ import annotations

import re

from engine.layers import LAYERS
from engine.layers.base import KINDS
from tests.checks.room import Room, random_rows
from tests.conftest import ROOT

DOCUMENTED = re.compile(r"^\| `(\w+)` \| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PAGE = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
VOUCHED = {
    "smc": {"order_block", "breaker_block", "fair_value_gap", "equal_highs", "equal_lows", "swept_level"},
    "structure": {"swing_high", "swing_low"},
    "fibo": {"ote", "extension"},
}


def test_the_facts_of_every_layer_are_documented_in_their_order() -> None:
    written = [(layer, fact) for layer, fact, _, _ in DOCUMENTED.findall(PAGE)]
    assert written == [(layer.NAME, fact) for layer in LAYERS for fact in layer.FACTS]


def test_every_layer_vouches_for_its_own_kinds_only() -> None:
    """Each layer alone with the anchors, over a random tape."""
    room, seen = Room(), {layer.NAME: set[str]() for layer in LAYERS}
    for row in random_rows(900, 5):
        room.step(row)
        for layer in LAYERS:
            room.a.n = 0
            layer.read(getattr(room.states, layer.NAME), room.f, room.x, room.k, room.readings.smc, room.a)
            seen[layer.NAME] |= {KINDS[room.a.kind[i]] for i in range(room.a.n)}
    assert {name: kinds for name, kinds in seen.items() if kinds} == VOUCHED


def test_a_swept_or_visited_price_in_the_facts_is_that_of_an_anchor() -> None:
    """The midpoint of a gap is the middle of a vouched gap; OTE and extremes are those of the vouched zones."""
    room = Room()
    gaps = otes = 0
    for row in random_rows(900, 5):
        said = room.step(row)
        smc = dict(zip(LAYERS[0].FACTS, said["smc"].facts))
        if smc["fair_value_gap"]:
            middles = [(low + high) / 2.0 for _, _, low, high in room.anchors(KINDS.index("fair_value_gap"))]
            assert smc["gap_midpoint"] in middles
            gaps += 1
        fibo = dict(zip(LAYERS[-1].FACTS, said["fibo"].facts))
        for _, _, low, high in room.anchors(KINDS.index("ote")):
            assert (low, high) == (fibo["ote_low"], fibo["ote_high"])
            otes += 1
    assert gaps > 20 and otes > 100
