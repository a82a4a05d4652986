"""`replay --learn`: the whole learning loop in tape time, at the instants of the live schedule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.columns.block import Block
from engine.columns.replaying import Command
from engine.decision.policy import ANY_BOOK, Policy
from engine.decision.tick import Tick
from engine.learning.cadence import cuts_between, looks_between, taken_at
from engine.learning.learner import Learner
from engine.learning.past import Conclusion
from engine.learning.shadow import Shadow
from engine.learning.table import Floats, Ints
from engine.market.events import PolicyTaken


class ReplayLearning:
    """Hears everything that is told, learns at each data cut, and lets policies take effect at their instants.

    `least` is c* of the sensitivity; `first` and `last` (ms) bound the tape. `closes` of each pair: when its bars
    closed (ms) and at which price, of which only what is over is read.
    """

    def __init__(self, least: float, first: int, last: int, closes: Mapping[str, tuple[Ints, Floats]]) -> None:
        self.learner = Learner(least)
        self.learner.history.closes = closes
        self._least = least
        cuts = cuts_between(first, last)
        self._cuts, looks = frozenset(cuts), looks_between(first, last)
        self._looks = frozenset(looks)
        self.instants = sorted({ts for cut in (*cuts, *looks) for ts in (cut, taken_at(cut)) if ts <= last})
        self.nights: list[Conclusion] = []
        self.concluded: list[Conclusion] = []
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
        """At one of `instants`: learn or look where its time has come, and hand over the policy that is due."""
        if ts in self._cuts:
            night = self.learner.night(ts)
            self.nights.append(night)
            self._conclude(night)
        elif ts in self._looks and (found := self.learner.look(ts)) is not None:
            self._conclude(found)
        due = [one for one in self._waiting if one.effective <= ts]
        self._waiting = [one for one in self._waiting if one.effective > ts]
        return [PolicyTaken(ts, dict(one.policies[one.version])) for one in due if one.version is not None]

    def _conclude(self, found: Conclusion) -> None:
        self.concluded.append(found)
        if found.version is not None:
            self._waiting.append(found)

    def document(self) -> dict[str, Any]:
        """`learning.json`: every night in short, what happened, and how it stood at the end (moves: in the last week).

        `looks`: in how many looks between nights anything happened.
        `rule`: of the setups since the first policy that a rule could decide on and whose market was over, how many
        the policies in force would have published, and how many at the lower bound of p everywhere.
        """
        last = self.nights[-1] if self.nights else None
        trained = [night for night in self.nights if night.version is not None]
        final = dict(last.status) if last else {}
        final |= next(({"moves": one.status["moves"]} for one in reversed(self.nights) if "moves" in one.status), {})
        return {
            "nights": [_short(night) for night in self.nights],
            "events": [event.document() for one in self.concluded for event in one.events],
            "promotions": sum(event.kind == "promoted" for one in self.concluded for event in one.events),
            "looks": sum(one.kind == "watch" and bool(one.events) for one in self.concluded),
            "champion": self.learner.past.champion,
            "paper_share": _paper_shares(trained),
            "books": _books(trained, final.get("books", {})),
            "rule": self._rule([one for one in self.concluded if one.version is not None]),
            "final": final,
        }

    def _rule(self, trained: Sequence[Conclusion]) -> dict[str, int]:
        in_force = Shadow("in force", self._least)
        for night in trained:
            assert night.version is not None
            in_force.turn(night.effective, Policy.from_document(night.policies[night.version]))
        history = self.learner.history
        in_force.hear(history.table)
        ended = history.ended_by(self.nights[-1].cut, in_force.begun or 0) if trained else np.zeros(0, dtype=np.int64)
        said = in_force.said(ended)
        said = said.only(said.known)
        return {"setups": len(said.p), "takes": int(said.takes.sum()), "surely": int(said.surely.sum())}


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


def _books(trained: Sequence[Conclusion], proofs: Mapping[str, Any]) -> dict[str, Any]:
    """Each book as the last policy has it, with the proof of what its rule would have published (E 1: none yet)."""
    last = trained[-1] if trained else None
    if last is None or last.version is None:
        return {}
    rows = last.policies[last.version]["books"]
    return {
        name: {
            "n_eff": row["n_eff"],
            "mode": row["mode"],
            "e_edge": proofs.get(name, {}).get("e", 1.0),
            "would_publish": proofs.get(name, {}).get("setups", 0),
        }
        for name, row in sorted(rows.items())
        if name != ANY_BOOK
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
