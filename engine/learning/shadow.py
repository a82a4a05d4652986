"""What a procedure said of every setup, with the policy it had then, and whether it would have published it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.decision.guardrails import EPSILON
from engine.decision.policy import Policy
from engine.learning.forecast import forecast
from engine.learning.labels import COLUMNS
from engine.learning.table import Floats, Ints, Mask, Table

CONFLUENCE = COLUMNS.index("confluence")
SAID = np.dtype([("p", float), ("low", float), ("tau", float), ("shown", bool), ("takes", bool), ("surely", bool)])


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

    def only(self, which: Mask) -> Said:
        """Some of them."""
        return Said(
            self.p[which], self.low[which], self.tau[which], self.shown[which], self.takes[which], self.surely[which]
        )


class Shadow:
    """One procedure over time. Setups are scored once, in order: what was said stays said."""

    def __init__(self, name: str, least: float) -> None:
        self.name = name
        self._least = least
        self._since: list[int] = []
        self._policies: list[Policy] = []
        self._said = np.zeros(0, dtype=SAID)

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

    def hear(self, table: Table) -> None:
        """Score the setups told since the last time, each as of when it was judged first."""
        begin = len(self._said)
        fresh = np.zeros(len(table) - begin, dtype=SAID)
        for name in ("p", "low", "tau"):
            fresh[name] = np.nan
        with_policy = np.searchsorted(self._since, table.ints("judged_at")[begin:], side="right") - 1
        for at in np.unique(with_policy[with_policy >= 0]):
            rows = np.flatnonzero(with_policy == at)
            fresh[rows] = self._score(table, begin + rows, self._policies[at])
        self._said = np.concatenate([self._said, fresh])

    def said(self, places: Ints) -> Said:
        """What it said of the setups at `places` of the table; all of them must have been heard."""
        rows = self._said[places]
        return Said(rows["p"], rows["low"], rows["tau"], rows["shown"], rows["takes"], rows["surely"])

    def _score(self, table: Table, places: Ints, policy: Policy) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        raw, out = table.floats("features")[places], np.zeros(len(places), dtype=SAID)
        found = forecast(policy.document, table.books.words, table.ints("book")[places], raw)
        held = np.where(found.live, found.low, found.p) >= found.tau - EPSILON
        agreed = np.nan_to_num(raw[:, CONFLUENCE]) >= self._least - EPSILON
        out["p"], out["low"], out["tau"], out["shown"] = found.p, found.low, found.tau, found.shown
        out["takes"] = np.where(found.shown, held, agreed)
        out["surely"] = found.shown & (found.low >= found.tau - EPSILON)
        return out
