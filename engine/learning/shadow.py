"""What a procedure said of every setup, with the policy it had then, and whether it would have published it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from engine.decision.guardrails import EPSILON
from engine.decision.policy import Policy
from engine.learning.arm import chosen
from engine.learning.bandit import Choice, no_choices
from engine.learning.forecast import forecast
from engine.learning.labels import COLUMNS
from engine.learning.table import FIRST_ROOM, Floats, Ints, Mask, Table

Rows = np.ndarray[tuple[int], np.dtype[np.void]]
CONFLUENCE = COLUMNS.index("confluence")
FLAGS = ("shown", "takes", "surely", "paper")
SAID = np.dtype([*((name, float) for name in ("p", "low", "tau")), *((name, bool) for name in FLAGS)])


@dataclass(frozen=True, slots=True)
class Said:
    """Of some setups: `p` and its lower bound (NaN before the procedure's first policy), tau, whether p has support.

    `takes`: whether its rule would publish, held to the lower bound where the book was live then; `surely`: whether it
    would at the lower bound everywhere; `paper`: that the book was not live.
    """

    p: Floats
    low: Floats
    tau: Floats
    shown: Mask
    takes: Mask
    surely: Mask
    paper: Mask

    @classmethod
    def of(cls, rows: Rows) -> Said:
        """Rows of SAID."""
        return cls(*(rows[name] for name in SAID.names or ()))

    @property
    def known(self) -> Mask:
        """Where the procedure had a policy."""
        return ~np.isnan(self.p)

    def only(self, which: Mask) -> Said:
        """Some of them."""
        return Said(*(getattr(self, name)[which] for name in SAID.names or ()))


class Shadow:
    """One procedure over time. Setups are scored once, in order: what was said stays said."""

    def __init__(self, name: str, least: float) -> None:
        self.name = name
        self._least = least
        self._since: list[int] = []
        self._policies: list[Policy] = []
        self._said = np.zeros(FIRST_ROOM, dtype=SAID)
        self._heard = 0
        self._arm = no_choices(0)

    @property
    def begun(self) -> int | None:
        """When its first policy took effect (ms), None before."""
        return self._since[0] if self._since else None

    @property
    def newest(self) -> Policy | None:
        """The policy it has now."""
        return self._policies[-1] if self._policies else None

    @property
    def policies(self) -> Sequence[Policy]:
        """Every policy that it had, in order."""
        return self._policies

    def turn(self, since: int, policy: Policy) -> None:
        """From `since` on setups are scored with `policy`. Raises ValueError for a turn back in time."""
        if self._since and since < self._since[-1]:
            raise ValueError(f"{self.name} cannot take a policy at {since}, before the one it has")
        self._since.append(since)
        self._policies.append(policy)

    def hear(self, table: Table) -> None:
        """Score the setups told since the last time, each as of when it was judged first."""
        begin, end = self._heard, len(table)
        if end == begin:
            return
        if end > len(self._said):
            self._said = np.concatenate([self._said, np.zeros(end, dtype=SAID)])
        fresh = self._said[begin:end]
        for name in ("p", "low", "tau"):
            fresh[name] = np.nan
        for policy, rows in self.by_policy(table, np.arange(begin, end)):
            fresh[rows] = self._score(table, begin + rows, policy)
        self._heard = end

    def said(self, places: Ints) -> Said:
        """What it said of the setups at `places` of the table; all of them must have been heard."""
        return Said.of(self._said[: self._heard][places])

    def arm(self, table: Table) -> Choice:
        """What the paper arm did with every setup heard, under the policy that was in force when it was judged.

        Of setups that are not the paper arm's own (engine/learning/arm.py) it means nothing.
        """
        begin, had = len(self._arm.taken), asdict(self._arm)
        fresh = no_choices(self._heard - begin)
        for policy, rows in self.by_policy(table, np.arange(begin, self._heard)):
            at = begin + rows
            books, raw = table.ints("book")[at], table.floats("features")[at]
            one = chosen(policy.document, table.books.words, books, raw, [table.ids[i] for i in at])
            for column, values in asdict(one).items():
                getattr(fresh, column)[rows] = values
        self._arm = Choice(**{column: np.concatenate([had[column], new]) for column, new in asdict(fresh).items()})
        return self._arm

    def now(self, table: Table, places: Ints) -> Said:
        """What it would say of setups with the policy it has now, which it must have."""
        return Said.of(self._score(table, places, self._policies[-1]))

    def by_policy(self, table: Table, places: Ints) -> Iterator[tuple[Policy, Ints]]:
        """Each policy with the setups (numbers into `places`) that it was asked for when they were judged."""
        with_policy = np.searchsorted(self._since, table.ints("judged_at")[places], side="right") - 1
        for at in np.unique(with_policy[with_policy >= 0]):
            yield self._policies[at], np.flatnonzero(with_policy == at)

    def _score(self, table: Table, places: Ints, policy: Policy) -> Rows:
        raw, out = table.floats("features")[places], np.zeros(len(places), dtype=SAID)
        found = forecast(policy.document, table.books.words, table.ints("book")[places], raw)
        held = np.where(found.live, found.low, found.p) >= found.tau - EPSILON
        agreed = np.nan_to_num(raw[:, CONFLUENCE]) >= self._least - EPSILON
        out["p"], out["low"], out["tau"], out["shown"] = found.p, found.low, found.tau, found.shown
        out["takes"] = np.where(found.shown, held, agreed)
        out["paper"] = ~found.live
        out["surely"] = found.shown & (found.low >= found.tau - EPSILON)
        return out
