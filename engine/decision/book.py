"""What is being followed: published signals, shadows of refused setups, and monitors that wait for a trigger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.decision.candidate import Candidate
from engine.decision.heat import AtRisk
from engine.decision.lifecycle import Life
from engine.decision.pulse import Pulse
from engine.decision.signal import Plan
from engine.market.events import Opinion


@dataclass(slots=True, eq=False)
class Followed:
    """A life and whose it is; `number` 0 is a shadow. One is another than any other.

    `way`: how a setup that waited was entered ("": it did not wait). `alone`: this is followed for the way's sake only
    and no label of the setup.
    """

    life: Life
    decision_id: str
    signal_id: str
    number: int
    way: str = ""
    alone: bool = False


@dataclass(slots=True)
class Monitor:
    """A setup that passed everything but its triggers; its levels are frozen, it lives until `until` (ms).

    `seen` is its pair when it was last looked at. `held`: its triggers are met, and it waits for a second opinion;
    `opinion` is what that said. `ways` of entering have not come yet. `published`: it is out, and only ways are left.
    """

    candidate: Candidate
    until: int
    seen: Pulse
    touched: bool = False  # TP1 or the stop was touched since
    held: bool = False
    opinion: Opinion | None = None
    ways: list[str] = field(default_factory=list)
    published: bool = False

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
        self._open: Counter[str] = Counter()  # published signals by pair
        self.risky: dict[int, AtRisk] = {}  # those that can still lose, by number

    def of(self, pair: str) -> Sequence[Followed]:
        """A copy: lives may end while it is walked."""
        return tuple(self.followed.get(pair, ()))

    def follow(self, f: Followed) -> None:
        """Follow a plan to its end."""
        plan = f.life.plan
        self.followed.setdefault(plan.pair, []).append(f)
        if f.number:
            self._open[plan.pair] += 1
            if f.life.at_risk:
                self.risky[f.number] = AtRisk(plan.pair, plan.side)

    def shadow(self, plan: Plan, decision_id: str) -> None:
        """Follow a setup that was not published."""
        self.follow(Followed(Life(plan, self.base_ms[plan.pair]), decision_id, decision_id, 0))

    def drop(self, f: Followed) -> None:
        plan = f.life.plan
        self.followed[plan.pair].remove(f)
        if f.number:
            self._open[plan.pair] -= 1
            self.secure(f)

    def secure(self, f: Followed) -> None:
        """A published signal cannot lose any more: half is banked, or its followable track ended."""
        self.risky.pop(f.number, None)

    def forget_shadow(self, pair: str, decision_id: str, now: int) -> None:
        """A monitor was published at `now`: its shadow goes, the signal is followed instead."""
        kept = [f for f in self.followed.get(pair, ()) if f.number or f.alone or f.decision_id != decision_id]
        self.followed[pair] = kept

    def any_open(self) -> bool:
        """Whether a published signal of any pair is followed."""
        return any(self._open.values())

    def is_open(self, pair: str) -> bool:
        return self._open[pair] > 0

    def pairs_open(self) -> list[str]:
        """Pairs with an open published signal, in order."""
        return sorted(pair for pair, count in self._open.items() if count)

    def busy(self) -> bool:
        """Whether anything is followed or waits for a trigger."""
        return any(self.followed.values()) or any(self.monitors.values())

    def count(self) -> int:
        """Lives followed, shadows included."""
        return sum(len(lives) for lives in self.followed.values())
