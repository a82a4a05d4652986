"""A seeded world of setups that wait: what each way of entering them made, with a known truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from engine.learning.labels import DAY
from engine.learning.learner import Learner
from engine.learning.table import Decision
from engine.learning.timing import DEFAULT, OTHERS
from tests.learning.world import HOUR, T0, World


@dataclass(frozen=True)
class Waiting:
    """The setups of a small world, of which `share` wait; `better` is what a way makes more than the default (R)."""

    seed: int
    days: int = 60
    a_day: int = 30
    better: dict[str, float] = field(default_factory=dict)
    share: float = 1.0

    def rows(self) -> list[Decision]:
        """Every setup with its end, in order of time."""
        rows = World(self.seed, days=self.days, a_day=self.a_day, edge=1.0).rows()
        return sorted(rows, key=lambda row: (row.ts, row.decision_id))

    def made(self) -> Iterator[tuple[Decision, tuple[float, float], dict[str, float]]]:
        """Each setup that waits, what was read of it, and R by way: what all share, and each way's own luck."""
        rng = np.random.default_rng(self.seed + 1000)
        for row in self.rows():
            luck = 0.5 * rng.standard_normal(len(OTHERS) + 1)
            inputs = (float(rng.normal()), float(rng.normal()))
            whole = row.rr or 0.0
            if rng.random() < self.share:
                ways = {name: whole + self.better.get(name, 0.0) + luck[at] for at, name in enumerate(OTHERS)}
                yield row, inputs, {DEFAULT: whole + luck[-1], **ways}

    def tell(self, learner: Learner, since: int, cut: int) -> None:
        """Tell a learner what was judged from `since` on and before `cut`, with all ends."""
        for row in self.rows():
            if since <= row.ts < cut:
                learner.history.stored(row)
        for row, inputs, made in self.made():
            if since <= row.ts < cut:
                learner.history.waits.begin(row.decision_id, inputs)
                for way, r in made.items():
                    learner.history.waits.end(row.decision_id, way, (row.closed_at or 0) + HOUR, r)

    @property
    def end(self) -> int:
        return T0 + (self.days + 1) * DAY
