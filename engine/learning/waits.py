"""Setups that waited for their 5m triggers: what was read of them, and what every way of entering came to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decision.signal import Outcome
from engine.learning.timing import DEFAULT, OTHERS

NAMES = (DEFAULT, *OTHERS)
VOID = "void"


def made_of(outcome: Outcome | None) -> float:
    """The followable net R of a way: 0 where it never came or was never filled, NaN where it is void."""
    return 0.0 if outcome is None else made(outcome.followable.result, outcome.followable.rr)


def made(result: str | None, rr: float | None) -> float:
    """The same of what was kept.

    >>> made("win", 1.4), made("expire", None), made(None, None), made("void", None)
    (1.4, 0.0, 0.0, nan)
    """
    return math.nan if result == VOID else 0.0 if rr is None else rr


@dataclass(slots=True)
class Wait:
    """`inputs` as engine/decision/ways.py names them; R of each of NAMES, and since when that is known (ms, 0: not)."""

    inputs: tuple[float, float]
    made: list[float] = field(default_factory=lambda: [math.nan] * len(NAMES))
    known: list[int] = field(default_factory=lambda: [0] * len(NAMES))


class Waits:
    """By `decision_id`, in the order in which they began."""

    def __init__(self, begun: Mapping[str, tuple[float, float]] | None = None) -> None:
        self._all = {name: Wait(inputs) for name, inputs in (begun or {}).items()}

    def begin(self, decision_id: str, inputs: tuple[float, float]) -> None:
        """A setup waits from now on."""
        self._all.setdefault(decision_id, Wait(inputs))

    def end(self, decision_id: str, way: str, at: int, r: float) -> None:
        """What a way came to is known from `at` (ms) on; of a setup whose beginning was not told nothing is kept."""
        one = self._all.get(decision_id)
        if one is not None:
            place = NAMES.index(way)
            one.made[place], one.known[place] = r, at

    def over(self, cut: int, since: int) -> dict[str, Wait]:
        """Those of which every way was known at `cut` (ms), and the last not before `since`."""
        return {name: one for name, one in self._all.items() if min(one.known) > 0 and since <= max(one.known) <= cut}

    def open(self, cut: int) -> list[str]:
        """Those of which not every way was known at `cut` (ms)."""
        return [name for name, one in self._all.items() if min(one.known) == 0 or max(one.known) > cut]

    def inputs(self, decision_id: str) -> tuple[float, float]:
        """What was read of one. Raises KeyError where it never waited."""
        return self._all[decision_id].inputs

    def __contains__(self, decision_id: str) -> bool:
        return decision_id in self._all

    def __len__(self) -> int:
        return len(self._all)
