"""What the paper arm does with verdicts as they are taken: kept beside them, never sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.decision.tick import Decided

if TYPE_CHECKING:
    from engine.learning.arm import Drawn


def paper_draws(verdicts: Sequence[Decided], document: Mapping[str, Any]) -> dict[str, Drawn]:
    """The arm's choice of each verdict that it has a say in, by `decision_id`; the learner's code is loaded then."""
    if not verdicts:
        return {}
    from engine.learning.arm import drawn
    from engine.learning.history import decision_of

    told = {one.decision_id: drawn(decision_of(one), document) for one in verdicts}
    return {name: one for name, one in told.items() if one is not None}
