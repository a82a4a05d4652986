"""What a night knows of ways to enter setups that waited: rows for the fit, and what people are shown of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.decision.ways import INPUTS
from engine.learning.history import History
from engine.learning.labels import COLUMNS, DAY, DECAY, OLDEST, design_effect, effective, trusted, uniqueness
from engine.learning.model import Posterior
from engine.learning.table import Floats, Ints
from engine.learning.timing import DEFAULT, OTHERS, Timing, Waited, fit_timing
from engine.learning.timing import LEAST as LEAST_WAY

AROUND = ("spread_bp", "asia_open", "london_open", "new_york_open")
READ = (*INPUTS, *AROUND)
Z = 2.128  # two-sided 90 % of three ways at once
NEWEST = 500  # setups on which the rule is tried
LEAST = 30.0  # effective setups before a mean is told


@dataclass(frozen=True, slots=True)
class Fitted:
    """`setups` that every way is known of, with their places; how READ is standardised; and the fit."""

    told: Waited
    places: Ints
    center: Floats
    scale: Floats
    timing: Timing

    def chosen(self) -> list[str]:
        """The ways that the rule would choose for the newest setups."""
        told = self.told
        newest = np.argsort(told.opened, kind="stable")[-NEWEST:].tolist()
        return [self.timing.choose(told.x[at], int(told.book[at])) for at in newest]

    @property
    def leaves(self) -> bool:
        """Whether the rule would leave the full trigger for any of the newest setups."""
        return any(way != DEFAULT for way in self.chosen())

    def content(self, books: Sequence[str]) -> dict[str, Any] | None:
        """The timing part of a policy (engine/decision/policy_timing.py); None where no way has enough setups."""
        present = np.unique(self.told.book).tolist()
        ways = {
            name: {"*": _coefficients(way.top), **{books[at]: _coefficients(way.books[at]) for at in present}}
            for name, way in self.timing.ways.items()
            if way.n_eff >= LEAST_WAY
        }
        inputs = zip(READ, self.center.tolist(), self.scale.tolist())
        read = [{"feature": name, "center": center, "scale": scale} for name, center, scale in inputs]
        return {"inputs": read, "ways": ways} if ways else None


def _coefficients(one: Posterior) -> dict[str, Any]:
    return {"mean": one.mean.tolist(), "cov": one.cov.tolist()}


def fit_waited(history: History, cut: int) -> Fitted | None:
    """Fit what was known at `cut` (ms UTC); None where no setup waited that all is known of."""
    known = history.waits.over(cut, cut - OLDEST)
    waits = {name: known[name] for name in sorted(filter(history.knows, known), key=history.place)}
    if not waits:
        return None
    table = history.table
    places = np.array([history.place(name) for name in waits], dtype=np.int64)
    read = np.array([one.inputs for one in waits.values()])
    raw = np.column_stack([read, *(table.floats("features")[places, COLUMNS.index(name)] for name in AROUND)])
    made, opened = np.array([one.made for one in waits.values()]), table.ints("judged_at")[places]
    closed = np.array([max(one.known) for one in waits.values()], dtype=np.int64)
    closed = np.maximum(closed, opened + 1)
    trust = np.array([trusted(word) for word in table.resolutions.words])[table.ints("resolution")[places]]
    pair, side = table.ints("pair")[places], table.ints("side")[places]
    weight = uniqueness(opened, closed, pair, side) * DECAY ** ((cut - closed) / DAY) * trust
    center, scale = _standards(raw)
    x = np.nan_to_num((raw - center) / scale)
    told = Waited(x, table.ints("book")[places], opened, weight, made)
    return Fitted(told, places, center, scale, fit_timing(told, len(table.books.words)))


def _standards(raw: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of each column where it is known; 0 and 1 where nothing is, or nothing varies."""
    known = np.isfinite(raw)
    count = np.maximum(known.sum(axis=0), 1)
    center = np.where(known, raw, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (raw - center) ** 2, 0.0).sum(axis=0) / count)
    return center, np.where(spread > 1e-9, spread, 1.0)


def timing_status(found: Fitted) -> dict[str, Any]:
    """The part `timing` of a night: of each way how many setups, its mean advantage (R) with a 90 % interval of all
    three at once, and how often the rule would choose it of the newest setups.
    """
    told = found.told
    chosen = found.chosen()
    return {
        "setups": len(told.opened),
        "n_eff": effective(told.weight),
        "ways": {name: advantage(told, at) for at, name in enumerate(OTHERS, start=1)},
        "chosen": {name: chosen.count(name) / len(chosen) for name in (DEFAULT, *OTHERS)},
    }


def advantage(told: Waited, way: int) -> Mapping[str, Any]:
    """Of a way (its column) over the default: setups, n_eff, mean and interval (None below 30 effective ones).

    Setups of one day that move together count as fewer.
    """
    gained = told.made[:, way] - told.made[:, 0]
    rows = np.flatnonzero(np.isfinite(gained) & (told.weight > 0.0))
    weight, y = told.weight[rows], gained[rows]
    n_eff = effective(weight)
    if n_eff < LEAST:
        return {"setups": len(rows), "n_eff": n_eff, "mean": None, "low": None, "high": None}
    mean = float(np.average(y, weights=weight))
    left = weight * (y - mean)
    together = design_effect(left, told.opened[rows] // DAY)
    error = math.sqrt(together * float(np.sum(left * left))) / float(np.sum(weight))
    return {"setups": len(rows), "n_eff": n_eff, "mean": mean, "low": mean - Z * error, "high": mean + Z * error}
