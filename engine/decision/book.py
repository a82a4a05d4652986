"""What is being followed: published signals, shadows of refused setups, and monitors that wait for a trigger."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decision.judge import Candidate
from engine.decision.lifecycle import Life


@dataclass(slots=True)
class Followed:
    """A life and whose it is; `number` 0 is a shadow."""

    life: Life
    decision_id: str
    signal_id: str
    number: int


@dataclass(slots=True)
class Monitor:
    """A setup that passed everything but its triggers; its levels are frozen, it lives until `until` (ms)."""

    decision_id: str
    candidate: Candidate
    until: int
    touched: bool = False  # TP1 or the stop was touched since

    def touch(self, high: float, low: float) -> None:
        """A bar since the setup reached TP1 or the stop: the idea is over."""
        plan = self.candidate.plan
        if plan is None:
            return
        top, bottom = (high, low) if plan.side > 0 else (-low, -high)
        if top >= plan.tp1 * plan.side or bottom <= plan.sl * plan.side:
            self.touched = True


class Books:
    """All of it, by pair."""

    def __init__(self) -> None:
        self.base_ms: dict[str, int] = {}
        self.followed: dict[str, list[Followed]] = {}
        self.monitors: dict[str, list[Monitor]] = {}

    def of(self, pair: str) -> list[Followed]:
        """A copy: lives may end while it is walked."""
        return list(self.followed.get(pair, ()))

    def follow(self, f: Followed) -> None:
        self.followed.setdefault(f.life.plan.pair, []).append(f)

    def drop(self, f: Followed) -> None:
        self.followed[f.life.plan.pair].remove(f)

    def forget_shadow(self, pair: str, decision_id: str) -> None:
        """A monitor was published: its shadow goes, the signal is followed instead."""
        kept = [f for f in self.followed.get(pair, ()) if f.number or f.decision_id != decision_id]
        self.followed[pair] = kept

    def is_open(self, pair: str) -> bool:
        return any(f.number for f in self.followed.get(pair, ()))

    def pairs_open(self) -> list[str]:
        """Pairs with an open published signal, in order."""
        return sorted(pair for pair in self.followed if self.is_open(pair))

    def busy(self) -> bool:
        """Whether anything is followed or waits for a trigger."""
        return any(self.followed.values()) or any(self.monitors.values())

    def count(self) -> int:
        """Lives followed, shadows included."""
        return sum(len(lives) for lives in self.followed.values())

    def open_count(self, side: int) -> int:
        """Published signals open on one side, all pairs."""
        return sum(1 for fs in self.followed.values() for f in fs if f.number and f.life.plan.side == side)
