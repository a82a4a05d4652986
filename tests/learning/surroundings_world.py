"""A world whose setups have surroundings, of which some can be made worse; its layers have no edge unless asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.learning.cells import Dimension, dimensions
from engine.learning.insights import Filled
from engine.learning.labels import DAY, labels_of
from engine.learning.table import Decision, Table
from tests.learning.world import HOUR, World

ASIA, LONDON, NEW_YORK = range(7), range(7, 16), range(13, 20)


@dataclass(frozen=True)
class Surroundings:
    """`lost` of the wins of Asia's hours are losses instead; `unfilled` of high volatility are never filled."""

    seed: int
    days: int = 60
    lost: float = 0.0
    unfilled: float = 0.0
    shock: float = 0.2
    edge: float = 0.0

    @property
    def end(self) -> int:
        return self._world.end

    @property
    def _world(self) -> World:
        return World(self.seed, days=self.days, edge=self.edge, shock=self.shock)

    def decisions(self) -> Iterator[Decision]:
        rng = np.random.default_rng(10_000 + self.seed)
        for row in self._world.rows():
            yield self._placed(row, rng)

    def _placed(self, row: Decision, rng: np.random.Generator) -> Decision:
        hour = row.ts // HOUR % 24
        volatility = float(rng.uniform(0.0, 100.0))
        around = {
            "asia_open": float(hour in ASIA),
            "london_open": float(hour in LONDON),
            "new_york_open": float(hour in NEW_YORK),
            "trend_agrees": float(rng.integers(-1, 2)),
            "bias_1d": float(rng.uniform(-1.0, 1.0)),
            "volatility_percentile": volatility,
        }
        setup = "mean_reversion" if rng.random() < 0.5 else "trend_continuation"
        placed = replace(row, features={**row.features, **around}, setup_model=setup, result="lose", exit_reason="sl")
        if row.win == 1:
            worse = hour in ASIA and rng.random() < self.lost
            placed = replace(placed, win=0, rr=-1.08) if worse else replace(placed, result="win", exit_reason="tp1")
        if volatility > 70.0 and rng.random() < self.unfilled:
            placed = replace(placed, win=None, rr=None, result="expire", exit_reason="expired")
        return placed

    def filled(self) -> tuple[Filled, list[Dimension]]:
        """As the insights want it; what is said of each setup means nothing."""
        table = Table(self.decisions())
        labels = labels_of(table, self.end)
        p = np.clip(np.random.default_rng(self.seed).normal(0.45, 0.08, len(labels.y)), 0.0, 1.0)
        side = table.ints("side")[labels.at]
        rows = Filled(labels.opened // DAY, side, labels.weight, labels.y, labels.net)
        return rows, dimensions(table, labels.at, p)
