"""What the evidence says to stay out of, and what that would have saved or cost since.

A rule is minted where a cell's net R is below 0 at a false discovery rate of 10 % over all cells that a rule can name,
its whole 90 % interval is, the cell is worse than the rest, and it has 50 effective labels. A rule stays while its cell
is estimated below 0 and below the rest. It is judged only by setups judged after it was minted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.learning.cells import rule_of
from engine.learning.effects import discoveries
from engine.learning.forecast import avoided
from engine.learning.history import History
from engine.learning.insights import Insight, Insights
from engine.learning.labels import DAY
from engine.learning.scores import day_block_interval
from engine.learning.shadow import Shadow
from engine.learning.table import Floats, Ints

MOST_RULES = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """A cell to stay out of, since when (ms), with what spoke for it then: n_eff and the upper end of its net R."""

    dimension: str
    name: str
    since: int
    n_eff: float
    net_r: float
    high: float

    def policy(self) -> dict[str, Any]:
        """As a policy document has it; `cell` and `since` are for people."""
        found = rule_of(self.dimension, self.name)
        assert found is not None
        return {**found, "cell": [self.dimension, self.name], "since": self.since}

    def document(self) -> dict[str, Any]:
        """As a night's status has it."""
        numbers = {"n_eff": round(self.n_eff, 1), "net_r": round(self.net_r, 4), "high": round(self.high, 4)}
        return {"dimension": self.dimension, "name": self.name, "since": self.since, **numbers}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Rule:
        """Raises KeyError, TypeError or ValueError on anything else."""
        n_eff, net_r, high = (float(row[name]) for name in ("n_eff", "net_r", "high"))
        return cls(str(row["dimension"]), str(row["name"]), int(row["since"]), n_eff, net_r, high)


def rules(found: Insights, before: Sequence[Rule], since: int) -> tuple[Rule, ...]:
    """The rules of a night: those before that still hold, then new ones (from `since` on), the surest first."""
    judged = [one for one in found.cells if one.net_r is not None and rule_of(one.dimension, one.name) is not None]
    known = {(one.dimension, one.name): one for one in judged}
    kept = [rule for rule in before if _holds(known.get((rule.dimension, rule.name)))]
    named = {(rule.dimension, rule.name) for rule in kept}
    claimed = discoveries(np.array([one.below for one in judged]))
    new = [one for one, held in zip(judged, claimed) if held and _clear(one) and (one.dimension, one.name) not in named]
    new.sort(key=lambda one: one.below)
    minted = [_minted(one, since) for one in new]
    return tuple([*kept, *minted][:MOST_RULES])


def _clear(one: Insight) -> bool:
    assert one.net_r is not None and one.difference is not None
    return one.net_r[2] < 0.0 and one.difference[2] < 0.0


def _holds(one: Insight | None) -> bool:
    """A cell of which too little is known by now is no longer avoided."""
    return one is not None and one.net_r is not None and one.difference is not None and (
        one.net_r[0] < 0.0 and one.difference[0] < 0.0
    )  # fmt: skip


def _minted(one: Insight, since: int) -> Rule:
    assert one.net_r is not None
    return Rule(one.dimension, one.name, since, one.n_eff, one.net_r[0], one.net_r[2])


def kept_account(rule: Rule, history: History, cut: int, plain: Shadow | None) -> dict[str, Any]:
    """What staying out would have come to since, out of sample.

    `setups`, `net_r`: all that ended in the cell, and their mean. `taken`, `saved_r`: those that a procedure which
    avoids nothing would have published, and minus the sum of their net R (negative: it cost); `low`, `high` its 90 %
    interval by days, None below two days.
    """
    table, places = history.table, history.ended_by(cut, rule.since)
    inside = avoided(rule.policy(), table.books.words, table.ints("book")[places], table.floats("features")[places])
    places = places[inside]
    net = history.net(places)
    takes = np.zeros(len(places), dtype=bool) if plain is None else plain.said(places).takes
    return {
        "setups": len(places),
        "net_r": round(float(net.mean()), 4) if len(places) else None,
        "taken": int(takes.sum()),
        **_saved(table.ints("ts")[places[takes]] // DAY, net[takes]),
    }


def _saved(day: Ints, net: Floats) -> dict[str, float | None]:
    found = day_block_interval(day, -net)
    low, high = (None, None) if found is None else (round(end * len(net), 4) for end in found)
    return {"saved_r": round(-float(net.sum()), 4) + 0.0, "low": low, "high": high}
