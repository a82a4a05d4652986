"""The ways of learning that compete. A procedure is refitted every night; only a contest replaces one by another.

`linear` is where everyone starts: the eight layers and the odds of TP1's distance. The others are its challengers: one
that also reads the surroundings of a setup, one that forgets faster, one that enters setups by other ways, one that
stays out of what went badly.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.learning.labels import DECAY


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a policy is fitted: the features it reads besides the layers, and how fast it forgets (a day's share).

    `avoids`: it stays out of what the evidence speaks against (engine/learning/avoid.py). `timed`: it chooses the way
    to enter (engine/learning/timing.py).
    """

    name: str
    surroundings: tuple[str, ...] = ()
    gamma: float = DECAY
    avoids: bool = False
    timed: bool = False


SURROUNDINGS = (
    "trend_agrees",
    "trend_4h_agrees",
    "bias_1d",
    "volatility_percentile",
    "efficiency_ratio",
    "asia_open",
    "london_open",
    "new_york_open",
    "flow_agrees",
    "risk_atr",
    "distance_atr",
)
FIRST = "linear"
PROCEDURES: tuple[Procedure, ...] = (
    Procedure(FIRST),
    Procedure("surroundings", SURROUNDINGS),
    Procedure("recent", gamma=0.97),
    Procedure("timed", timed=True),
    Procedure("avoiding", avoids=True),
)
BY_NAME = {one.name: one for one in PROCEDURES}
