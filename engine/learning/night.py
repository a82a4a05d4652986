"""What a night, and a look between nights, works with: what is known at its cut, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.learning.contest import Standing
from engine.learning.feedback import NOTHING, Fitted, Heard
from engine.learning.labels import Labels
from engine.learning.lookout import Found
from engine.learning.past import Event
from engine.learning.proof import Proof
from engine.learning.waited import Fitted as WaitedFit


@dataclass(slots=True)
class Review:
    """Everything concluded at `cut` (ms), in force from `effective` on; `champion` as it stands by now."""

    cut: int
    effective: int
    champion: str
    events: list[Event] = field(default_factory=list)
    contests: dict[str, Standing] = field(default_factory=dict)
    everything: Proof | None = None
    books: dict[str, Proof] = field(default_factory=dict)

    def tell(self, kind: str, procedure: str, **detail: Any) -> None:
        """Something happened to a procedure."""
        self.events.append(Event(self.cut, kind, procedure, detail))


@dataclass(slots=True)
class Night(Review):
    """A night: its labels, what people said of them, and the fits that it made."""

    labels: Labels = field(kw_only=True)
    marks: Mapping[str, float | None] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    found: Found | None = None
    heard: Heard = NOTHING
    fitted: list[Fitted] = field(default_factory=list)
    waited: WaitedFit | None = None
