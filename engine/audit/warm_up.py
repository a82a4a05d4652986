"""How much history a reading needs: a run that began later, held against one that has run all along.

Votes (score and state where the layer votes) must be equal, to TOLERANCE, once a warm-up of WARM_DAYS is over, as after
a restart, and no layer may speak before its WARMUP. The facts of a vote must be equal, too, but for those that count
from the tape's beginning (a layer names them in FROM_START), and to FACT_TOLERANCE. A recursive mean never forgets
quite: an EMA 200 of 1h bars holds (1 - 2 / 201)^720 = 8e-4 of its seed then, and where it decides between two votes
a few bars differ; a layer says on what share of them in TAIL (0 unless it does). What the daily bias is built on has no
tail: it must be the same bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audit.faults import Fault
from engine.audit.layout import COLUMNS, DAILY, MINUTES, PARTS, TS
from engine.audit.walk import Floats
from engine.layers import LAYERS, NAMES
from engine.layers.base import LIVE, REBUILT
from engine.readings import LAYER_AT, LAYER_WIDTH

WARM_DAYS = 30
AFTER_DAYS = 10  # how long the two are compared once warm
TOLERANCE = 1e-9
FACT_TOLERANCE = 1e-3
TIMEFRAMES = (15, 60)
VOTES = (float(LIVE), float(REBUILT))
CHECK = "not warm in time"
SOONER = "speaks before its warm-up"


@dataclass(frozen=True, slots=True)
class Warmth:
    """Bars a layer took on a timeframe: to its first word, to votes that stay equal, to facts that do."""

    layer: str
    minutes: int
    declared: int
    first: int | None  # None: it never spoke
    votes: int
    facts: int


def compare(old: Floats, late: Floats, pair: str) -> tuple[list[Warmth], list[Fault]]:
    """The rows of a run that began long before and of one that began at the first of these bars, bar by bar."""
    warmth, faults = [], []
    for minutes in TIMEFRAMES:
        a, b = old[old[:, MINUTES] == minutes], late[late[:, MINUTES] == minutes]
        shared = np.isin(a[:, TS], b[:, TS])
        a, b = a[shared], b[np.isin(b[:, TS], a[:, TS])]
        for j in range(len(LAYERS)):
            one, found = _layer(a, b, j, minutes, pair)
            warmth.append(one)
            faults += found
        faults += _daily(a, b, minutes, pair)
    return warmth, faults


def _layer(a: Floats, b: Floats, j: int, minutes: int, pair: str) -> tuple[Warmth, list[Fault]]:
    layer, name = LAYERS[j], NAMES[j]
    at = LAYER_AT + LAYER_WIDTH * j
    counted = getattr(layer, "FROM_START", ())
    facts = [at + 2 + i for i, fact in enumerate(layer.FACTS) if fact not in counted]
    voted = [np.isin(rows[:, at + 1], VOTES) for rows in (a, b)]
    votes = _apart(a[:, [at, at + 1]], b[:, [at, at + 1]], TOLERANCE) & (voted[0] | voted[1])[:, None]
    told = _apart(a[:, facts], b[:, facts], FACT_TOLERANCE) & (voted[0] & voted[1])[:, None]
    spoke = np.flatnonzero(b[:, at + 1] != 0.0)
    first = int(spoke[0]) + 1 if len(spoke) else None
    warmth = Warmth(name, minutes, layer.WARMUP, first, _last(votes.any(axis=1)), _last(told.any(axis=1)))
    faults = []
    if first is not None and first < layer.WARMUP:
        faults.append(Fault(SOONER, pair, name, int(b[first - 1, TS]), minutes, "state", layer.WARMUP, first))
    warm = _warm(b)
    for columns, apart in (((at, at + 1), votes), (tuple(facts), told)):
        rows = np.flatnonzero(apart.any(axis=1) & warm)
        if len(rows) > getattr(layer, "TAIL", 0.0) * warm.sum():
            column = columns[int(np.flatnonzero(apart[rows[0]])[0])]
            faults.append(_cold(a, b, rows, column, minutes, pair, name))
    return warmth, faults


def _daily(a: Floats, b: Floats, minutes: int, pair: str) -> list[Fault]:
    faults = []
    for column in PARTS[DAILY]:
        rows = np.flatnonzero((a[:, column] != b[:, column]) & _warm(b))
        if len(rows):
            faults.append(_cold(a, b, rows, column, minutes, pair, DAILY))
    return faults


def _warm(late: Floats) -> NDArray[np.bool_]:
    """The rows once the warm-up is over."""
    since = late[:1, TS].sum()
    return np.asarray(late[:, TS] - since >= WARM_DAYS * 86_400_000, dtype=np.bool_)


def _cold(a: Floats, b: Floats, rows: Any, column: int, minutes: int, pair: str, part: str) -> Fault:
    row = rows[0]
    values = float(a[row, column]), float(b[row, column])
    return Fault(CHECK, pair, part, int(b[row, TS]), minutes, COLUMNS[column], *values, len(rows))


def _apart(a: Floats, b: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Where two tables differ by more than the tolerance, seen against the larger of both (1 at least for scores)."""
    size = np.maximum(np.abs(a), np.abs(b))
    return np.asarray(np.abs(a - b) > tolerance * size, dtype=np.bool_)


def _last(differ: Any) -> int:
    """Rows up to the last one that differs."""
    at = np.flatnonzero(differ)
    return int(at[-1]) + 1 if len(at) else 0


def unsettled(old: Floats, late: Floats) -> dict[str, float]:
    """What is no layer's and still differs after the warm-up: its part, and on what share of the bars."""
    warm = _warm(late)
    judged = {}
    for name, columns in PARTS.items():
        if name not in (*NAMES, DAILY):
            apart = _apart(old[warm][:, columns], late[warm][:, columns], FACT_TOLERANCE)
            for i, column in enumerate(columns):
                if apart[:, i].any() and not COLUMNS[column].startswith("bars_"):
                    judged[COLUMNS[column]] = float(apart[:, i].mean())
    return judged
