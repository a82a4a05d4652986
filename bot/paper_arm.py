"""What the paper arm does with verdicts as they are taken: kept beside them, never sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.decision.tick import Decided

if TYPE_CHECKING:
    from engine.decision.policy import Policy
    from engine.learning.arm import Drawn, DrawnWay


def paper_draws(verdicts: Sequence[Decided], document: Mapping[str, Any]) -> dict[str, Drawn]:
    """The arm's choice of each verdict that it has a say in, by `decision_id`; the learner's code is loaded then."""
    if not verdicts:
        return {}
    from engine.learning.arm import drawn
    from engine.learning.history import decision_of

    told = {one.decision_id: drawn(decision_of(one), document) for one in verdicts}
    return {name: one for name, one in told.items() if one is not None}


def paper_ways(verdicts: Sequence[Decided], policy: Policy | None) -> dict[str, DrawnWay]:
    """The arm's way of each setup that begins to wait, by `decision_id`; none without a policy that chooses ways."""
    if not verdicts or policy is None or policy.timing is None:
        return {}
    from engine.learning.arm import way_drawn

    told = {one.decision_id: way_drawn(one, policy) for one in verdicts}
    return {name: one for name, one in told.items() if one is not None}
