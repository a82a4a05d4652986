"""`replay --learn`: the whole learning loop in tape time, at the instants of the live schedule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine.columns.block import Block
from engine.columns.replaying import Command
from engine.decision.policy import ANY_BOOK
from engine.decision.tick import Tick
from engine.learning.cadence import cuts_between, effective_at
from engine.learning.learner import Learner
from engine.learning.past import Conclusion
from engine.market.events import PolicyTaken


class ReplayLearning:
    """Hears everything that is told, learns at each data cut, and lets policies take effect at their instants.

    `least` is c* of the sensitivity; `first` and `last` (ms) bound the tape.
    """

    def __init__(self, least: float, first: int, last: int) -> None:
        self.learner = Learner(least)
        cuts = cuts_between(first, last)
        self._cuts = frozenset(cuts)
        self.instants = sorted({ts for cut in cuts for ts in (cut, effective_at(cut)) if ts <= last})
        self.nights: list[Conclusion] = []
        self._waiting: list[Conclusion] = []

    def hear(self, block: Block) -> None:
        """Take in a block of a replay over columns."""
        for told in block.told():
            self.learner.history.take(told.fact)

    def hear_tick(self, tick: Tick) -> None:
        """Take in one tick."""
        for fact in tick.facts:
            self.learner.history.take(fact)

    def decide(self, ts: int) -> Sequence[Command]:
        """At one of `instants`: learn where it is a data cut, and hand over the policy whose time has come."""
        if ts in self._cuts:
            night = self.learner.night(ts)
            self.nights.append(night)
            if night.version is not None:
                self._waiting.append(night)
        due = [night for night in self._waiting if night.effective <= ts]
        self._waiting = [night for night in self._waiting if night.effective > ts]
        return [PolicyTaken(ts, dict(night.policies[night.version])) for night in due if night.version is not None]

    def document(self) -> dict[str, Any]:
        """`learning.json`: every night in short, what happened, and how things stood at the end."""
        last = self.nights[-1] if self.nights else None
        trained = [night for night in self.nights if night.version is not None]
        return {
            "nights": [_short(night) for night in self.nights],
            "events": [event.document() for night in self.nights for event in night.events],
            "promotions": sum(event.kind == "promoted" for night in self.nights for event in night.events),
            "champion": last.champion if last else self.learner.past.champion,
            "paper_share": _paper_shares(trained),
            "final": dict(last.status) if last else {},
        }


def _short(night: Conclusion) -> dict[str, Any]:
    status = night.status
    forecasts, proof = status.get("forecasts") or {}, status.get("proof") or {}
    return {
        "cut": night.cut,
        "champion": night.champion,
        "policy_version": night.version,
        "reason": status["reason"],
        "labels": status["labels"],
        "n_eff": status["n_eff"],
        "base_rate": status.get("base_rate"),
        "brier": forecasts.get("brier"),
        "e_edge": proof.get("e"),
        "would_publish": proof.get("setups"),
        "contests": {name: one["e"] for name, one in status.get("contests", {}).items()},
    }


def _paper_shares(nights: Sequence[Conclusion]) -> dict[str, float]:
    """How large a part of the nights with a policy each book was paper."""
    seen: Counter[str] = Counter()
    paper: Counter[str] = Counter()
    for night in nights:
        assert night.version is not None
        for name, row in night.policies[night.version]["books"].items():
            if name != ANY_BOOK:
                seen[name] += 1
                paper[name] += row["mode"] == "paper"
    return {name: paper[name] / seen[name] for name in sorted(seen)}
