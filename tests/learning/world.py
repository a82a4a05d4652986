"""A small seeded world with a known truth: scores -> true p -> labels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.decision.policy import Policy, sealed
from engine.decision.signal import LAYER_NAMES
from engine.learning.fit import fingerprint, fit_policy
from engine.learning.labels import labelled
from engine.learning.table import Decision
from engine.readings import PRIOR_WEIGHTS

HOUR = 3_600_000
DAY = 24 * HOUR
T0 = 1_767_225_600_000
REGIMES = ("TRENDING", "RANGING", "VOLATILE", "QUIET")
SLOPES = {"smc": 0.5, "structure": 0.45, "rsi_ema_macd": 0.25, "cvd": 0.3, "fibo": 0.1}


@dataclass(frozen=True)
class World:
    """`edge` scales how much the scores tell; `a_day` labels a day; `shock` is the market's common push of a day."""

    seed: int
    days: int = 60
    a_day: int = 30
    edge: float = 1.0
    shock: float = 0.2
    missing: float = 0.1
    regimes: tuple[str, ...] = REGIMES[:2]

    def rows(self) -> list[Decision]:
        rng = np.random.default_rng(self.seed)
        rows = []
        for day in range(self.days):
            push = rng.normal(0.0, self.shock)
            for number in range(self.a_day):
                rows.append(self._row(rng, day, number, push))
        return rows

    def _row(self, rng: np.random.Generator, day: int, number: int, push: float) -> Decision:
        scores = np.clip(rng.normal(0.2, 0.45, len(LAYER_NAMES)) + rng.normal(0.0, 0.25), -1.0, 1.0)
        rr = float(rng.uniform(1.0, 1.8))
        told = sum(SLOPES.get(name, 0.0) * (score - 0.2) / 0.5 for name, score in zip(LAYER_NAMES, scores))
        p = 1.0 / (1.0 + math.exp(-(-math.log(rr) + self.edge * told + push)))
        win = int(rng.random() < p)
        ts = T0 + day * DAY + int(rng.integers(0, 96)) * HOUR // 4
        features: dict[str, float | None] = {
            f"score_{name}": None if name == "cvd" and rng.random() < self.missing else float(score)
            for name, score in zip(LAYER_NAMES, scores)
        }
        features |= {"rr_tp1": rr, "rr_target": rr * 1.5, "cost_r": 0.08, "true_p": p}
        return Decision(
            decision_id=f"{self.seed}-{day}-{number}",
            ts=ts,
            pair=("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP")[number % 3],
            timeframe="15m" if number % 4 else "1h",
            regime=self.regimes[day // 3 % len(self.regimes)],
            side=1 if rng.random() < 0.5 else -1,
            features=features,
            win=win,
            rr=(rr if win else -1.0) - 0.08,
            closed_at=ts + int(rng.integers(1, 24)) * HOUR // 4,
            resolution="5m",
        )

    @property
    def end(self) -> int:
        return T0 + (self.days + 1) * DAY


def policy_document(rows: Iterable[Decision], cut: int, current: Policy | None = None) -> dict[str, Any]:
    """The document of the policy fitted to every label known at `cut`; `current`: whose weights it moves from."""
    labels = labelled(rows, cut)
    old = {} if current is None else {name: current.weights(*name.split("/")) for name in labels.books()}
    before = {name: weights for name, weights in old.items() if weights is not None}
    content = fit_policy(labels, cut, before, PRIOR_WEIGHTS)
    return sealed({**content, "training_sha256": fingerprint(labels)})
