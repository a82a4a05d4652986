"""What the learner heard and what it concluded before, and the questions that nights and looks ask of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.decision.policy import Policy
from engine.learning.contest import Paired
from engine.learning.entering import enters, with_ways
from engine.learning.history import History
from engine.learning.night import Review
from engine.learning.past import CROWNED, Conclusion, Past
from engine.learning.shadow import Shadow


class Memory:
    """`least` is c* of the sensitivity, `past` what was concluded before, with the policies that it names.

    `identity` says what is learned about: engine, sensitivity, pairs.
    """

    def __init__(
        self,
        least: float,
        past: Past | None = None,
        policies: Mapping[str, Policy] | None = None,
        identity: str = "",
    ) -> None:
        self.history = History()
        self.identity = identity
        self.past = Past() if past is None else past
        self.shadows: dict[str, Shadow] = {}
        self._least = least
        self._take_turns(Conclusion("night", 0, 0, self.past.champion, tuple(self.past.turns())), policies or {})

    @property
    def champion(self) -> Policy | None:
        """The policy in force; None before the first."""
        shadow = self.shadows.get(self.past.champion)
        return None if shadow is None else shadow.newest

    def hear(self) -> None:
        """Let every procedure judge what was told since the last time."""
        for shadow in self.shadows.values():
            shadow.hear(self.history.table)

    def remember(self, conclusion: Conclusion, policies: Mapping[str, Policy]) -> Conclusion:
        """Keep what was concluded; `policies` are those of its turns."""
        self._take_turns(conclusion, policies)
        self.past.add(conclusion)
        return conclusion

    def newest(self, review: Review, *kinds: str, of: str | None = None) -> int:
        """When something of these kinds happened last (ms), now included; 0 where nothing did. `of` a procedure."""
        told = [*self.past.events(*kinds), *(event for event in review.events if event.kind in kinds)]
        return max((event.at for event in told if of in (None, event.procedure)), default=0)

    def alarmed(self, review: Review, name: str) -> int:
        """When the newest alarm of a procedure was (ms), 0 without one."""
        return self.newest(review, "alarm", of=name)

    def anew(self, review: Review) -> int:
        """Since when evidence counts (ms): the champion's crowning, or another identity."""
        return self.newest(review, *CROWNED, "restarted")

    def before(self, part: str) -> Mapping[str, Any]:
        """The newest status that has a part; {} where it was about something else."""
        last = next((one.status for one in reversed(list(self.past)) if part in one.status), {})
        return last if last.get("identity") == self.identity else {}

    def warnings(self, review: Review) -> dict[str, int]:
        """What went off and is not over: names (a sign, and what it is about), since when (ms)."""
        found: dict[str, int] = {}
        told = [*self.past.events("tripped", "cleared"), *review.events]
        for event in told:
            name = "/".join(str(event.detail[part]) for part in ("sign", "about") if part in event.detail)
            if event.kind == "tripped":
                found[name] = event.at
            elif event.kind == "cleared":
                found.pop(name, None)
        return found

    def minted(self) -> list[str]:
        """Challengers alive, in the order they came; whoever was champion before stays as one."""
        alive: dict[str, None] = {}
        for event in self.past.events("minted", "retired", *CROWNED):
            if event.kind == "retired":
                alive.pop(event.procedure, None)
            else:
                alive[event.procedure] = None
                if "instead_of" in event.detail:
                    alive[str(event.detail["instead_of"])] = None
        return list(alive)

    def paired(self, champion: Shadow, rival: Shadow, review: Review) -> Paired:
        """The setups that both judged since the contest began, whose markets were over by now."""
        begun = max(champion.begun or 0, rival.begun or 0, self.anew(review))
        table, places = self.history.table, self.history.ended_by(review.cut, begun)
        ours, theirs = champion.said(places), rival.said(places)
        both = ours.known & theirs.known
        places, ours, theirs = places[both], ours.only(both), theirs.only(both)
        paired = Paired(
            opened=table.ints("ts")[places],
            closed=table.ints("closed")[places],
            y=table.floats("win")[places],
            net=self.history.net(places),
            cost=self.history.feature("cost_r", places),
            most=self.history.feature("rr_target", places),
            takes_champion=ours.takes.astype(np.float64),
            takes_challenger=theirs.takes.astype(np.float64),
            p_champion=ours.p,
            p_challenger=theirs.p,
            pending=self.history.pending(review.cut),
        )
        if not (enters(champion) or enters(rival)):
            return paired
        return with_ways(paired, places, self.history, champion, rival, begun, review.cut)

    def _take_turns(self, conclusion: Conclusion, policies: Mapping[str, Policy]) -> None:
        for turn in conclusion.turns:
            shadow = self.shadows.setdefault(turn.procedure, Shadow(turn.procedure, self._least))
            shadow.turn(turn.since, policies[turn.version])
