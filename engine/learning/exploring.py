"""What the paper arm (engine/learning/arm.py) came to since a champion is in force, for a night's status."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from engine.learning.bandit import Choice, Logged, doubly_robust, snips
from engine.learning.memory import Memory
from engine.learning.night import Review

LEAST_ROWS = 50
TAKEN = 1


def arm_status(memory: Memory, review: Review) -> dict[str, Any]:
    """What the paper arm did since the champion is in force, and what it says of the mean rule off policy.

    `setups`, `explored`, `taken`; `mean_rule` what the rule really made, R a setup (every market was followed, so this
    is known), `snips` and `doubly_robust` what the logged choices alone say of it, each with its error.
    """
    shadow = memory.shadows.get(review.champion)
    if shadow is None or shadow.begun is None:
        return {}
    history = memory.history
    places = history.ended_by(review.cut, max(shadow.begun, memory.anew(review)))
    said = shadow.said(places)
    places = places[said.shown & said.paper]
    if len(places) < LEAST_ROWS:
        return {"setups": len(places)}
    arm = asdict(shadow.arm(history.table))
    told = Choice(**{column: values[places] for column, values in arm.items()})
    net = history.net(places)
    logged = Logged(
        x=np.column_stack([shadow.said(places).p]),
        action=told.taken,
        chance=np.where(told.taken == TAKEN, told.propensity, 1.0 - told.propensity),
        reward=net * told.taken,
        wanted=told.mean_rule,
    )
    estimates = {"snips": snips(logged), "doubly_robust": doubly_robust(logged, 2)}
    return {
        "setups": len(places),
        "explored": int(told.explored.sum()),
        "taken": int(told.taken.sum()),
        "mean_rule": float(np.mean(net * told.mean_rule)),
        **{name: None if one is None else asdict(one) for name, one in estimates.items()},
    }
