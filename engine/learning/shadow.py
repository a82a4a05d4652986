"""What a procedure said of every setup, with the policy it had then, and whether it would have published it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from engine.decision.guardrails import EPSILON
from engine.decision.policy import Policy
from engine.learning.history import History, Mask
from engine.learning.labels import Decision, Floats, Ints

UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Said:
    """Of some setups: `p` and its lower bound (NaN before the procedure's first policy), tau, whether p has support.

    `takes`: whether its rule would publish, held to the lower bound where the book was live then; `surely`: whether it
    would at the lower bound everywhere.
    """

    p: Floats
    low: Floats
    tau: Floats
    shown: Mask
    takes: Mask
    surely: Mask

    @property
    def known(self) -> Mask:
        """Where the procedure had a policy."""
        return ~np.isnan(self.p)


class Shadow:
    """One procedure over time. Setups are scored once, in order: what was said stays said."""

    def __init__(self, name: str, least: float) -> None:
        self.name = name
        self._least = least
        self._since: list[int] = []
        self._policies: list[Policy] = []
        self._rows: list[tuple[float, float, float, bool, bool, bool]] = []

    @property
    def begun(self) -> int | None:
        """When its first policy took effect (ms), None before."""
        return self._since[0] if self._since else None

    @property
    def newest(self) -> Policy | None:
        """The policy it has now."""
        return self._policies[-1] if self._policies else None

    def turn(self, since: int, policy: Policy) -> None:
        """From `since` on setups are scored with `policy`. Raises ValueError for a turn back in time."""
        if self._since and since < self._since[-1]:
            raise ValueError(f"{self.name} cannot take a policy at {since}, before the one it has")
        self._since.append(since)
        self._policies.append(policy)

    def hear(self, history: History) -> None:
        """Score the setups told since the last time."""
        for at in range(len(self._rows), len(history)):
            self._rows.append(self._score(history[at], history.judged_at(at)))

    def said(self, places: Ints) -> Said:
        """What it said of the setups at `places` of the history; all of them must have been heard."""
        columns = np.array([self._rows[at] for at in places], dtype=np.float64).reshape(len(places), 6)
        p, low, tau = (np.ascontiguousarray(columns[:, at]) for at in range(3))
        shown, takes, surely = (columns[:, at] > 0.5 for at in range(3, 6))
        return Said(p, low, tau, shown, takes, surely)

    def _score(self, row: Decision, judged_at: int) -> tuple[float, float, float, bool, bool, bool]:
        at = bisect_right(self._since, judged_at) - 1
        if at < 0:
            return UNKNOWN, UNKNOWN, UNKNOWN, False, False, False
        policy, book = self._policies[at], (row.timeframe, row.regime)
        p, low, _ = policy.forecast(*book, row.features)
        estimate = policy.estimate(*book, row.features)
        tau = policy.tau(*book, row.features.get("cost_r") or 0.0, row.features.get("rr_tp1") or 0.0)
        if policy.avoids(*book, row.features):
            tau = 1.0
        if estimate.held is None:
            return p, low, tau, False, (row.features.get("confluence") or 0.0) >= self._least - EPSILON, False
        return p, low, tau, True, estimate.held >= tau - EPSILON, low >= tau - EPSILON
