"""A policy that chooses how to enter setups that wait."""

from __future__ import annotations

from typing import Any

from engine.decision.policy import sealed
from tests.learning.world import World, policy_document


def timed(*ways: str, sure: bool = True) -> dict[str, Any]:
    """A policy without p (too few labels) that is sure of each of `ways` in their order, the first the most."""
    world = World(3, days=3)
    doubt = 0.0 if sure else 9.0
    cov = [[doubt, 0.0], [0.0, doubt]]
    parts = {way: {"*": {"mean": [1.0 / at, 0.0], "cov": cov}} for at, way in enumerate(ways, start=1)}
    inputs = [{"feature": "ema50_atr", "center": 0.0, "scale": 1.0}]
    document = policy_document(world.rows(), world.end)
    return sealed({**document, "timing": {"inputs": inputs, "ways": parts}})
