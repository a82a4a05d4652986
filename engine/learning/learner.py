"""The whole loop: what was decided and how it ended goes in, policies and what was found about them come out.

One class for the live store and for a replay. Nothing here knows the time of day: a night is asked for at its data cut,
and the same setups, ends and earlier conclusions give the same night again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.decision.policy import Policy, sealed
from engine.learning.cadence import DAY, effective_at
from engine.learning.contest import Paired, Standing, standing
from engine.learning.drift import REACTION, REACTION_DAYS
from engine.learning.feedback import NOBODY, NOTHING, Fitted, Heard, fit_heard, hear, raters_status
from engine.learning.fit import NO_CARE, Care, fingerprint, fit_policy
from engine.learning.history import History
from engine.learning.labels import Labels
from engine.learning.lookout import Found, look
from engine.learning.move_status import moves_status
from engine.learning.nightwatch import fallen_short, probation, tripped
from engine.learning.past import CROWNED, Conclusion, Event, Kind, Past, Turn
from engine.learning.procedures import BY_NAME, FIRST, PROCEDURES
from engine.learning.proof import Proof, Would, proof, proven
from engine.learning.rollback import HALF_SIZE_HOURS, worse_than_old
from engine.learning.safety import jump
from engine.learning.shadow import Shadow
from engine.learning.status import Measured, night_status
from engine.learning.table import Floats, Ints
from engine.learning.train import FEW_LABELS
from engine.readings import PRIOR_WEIGHTS

HOUR = DAY // 24
MOST_RIVALS = 3
WEEK = 7  # days
MINT_EVERY = WEEK * DAY


@dataclass(slots=True)
class Night:
    """What a night works with: everything known at its cut."""

    cut: int
    effective: int
    labels: Labels
    champion: str
    events: list[Event] = field(default_factory=list)
    contests: dict[str, Standing] = field(default_factory=dict)
    everything: Proof | None = None
    books: dict[str, Proof] = field(default_factory=dict)
    found: Found | None = None
    heard: Heard = NOTHING
    fitted: list[Fitted] = field(default_factory=list)

    def tell(self, kind: str, procedure: str, **detail: Any) -> None:
        """Something happened to a procedure."""
        self.events.append(Event(self.cut, kind, procedure, detail))


class Learner:
    """`least` is c* of the sensitivity, `past` what was concluded before, with the policies that it names.

    `identity` says what is learned about: engine, sensitivity, pairs. Where it is another than before, evidence begins
    anew; what was shown stays on record.
    """

    def __init__(
        self,
        least: float,
        past: Past | None = None,
        policies: Mapping[str, Policy] | None = None,
        identity: str = "",
    ) -> None:
        self.history = History()
        self.feedback = NOBODY
        self.identity = identity
        self.past = Past() if past is None else past
        self._least = least
        self._shadows: dict[str, Shadow] = {}
        for turn in self.past.turns():
            self._turn(turn, (policies or {})[turn.version])

    @property
    def champion(self) -> Policy | None:
        """The policy in force; None before the first."""
        shadow = self._shadows.get(self.past.champion)
        return None if shadow is None else shadow.newest

    def night(self, cut: int, kind: Kind = "night") -> Conclusion:
        """Learn from what was known at `cut` (ms UTC), and remember what came of it.

        `history` must have heard everything before `cut`, and nothing later.
        """
        night = Night(cut, effective_at(cut), self.history.labels(cut), self.past.champion)
        reason = _lacking(night.labels)
        if reason:
            status = {"reason": reason, "labels": len(night.labels.y), "n_eff": night.labels.n_eff}
            return self._remember(Conclusion(kind, cut, night.effective, night.champion, status=status), {})
        for shadow in self._shadows.values():
            shadow.hear(self.history.table)
        self._identify(night)
        night.heard = hear(night.labels, self.history.timed_out(night.labels.at), self.feedback, cut)
        self._watch(night)
        self._contest(night)
        self._look(night)
        self._mint(night)
        self._prove(night)
        print_of = fingerprint(night.labels)
        fitted = {name: self._fit(night, name, print_of) for name in self._due(night)}
        turns = tuple(Turn(name, policy.version, night.effective) for name, policy in fitted.items() if policy)
        known = {policy.version: policy for policy in fitted.values() if policy}
        status = night_status(night.labels, night.contests, night.everything, night.books, self._measured(night))
        status |= {"identity": self.identity, "raters": raters_status(night.heard, night.fitted)}
        before = self._before("moves").get("moves", {})
        status["moves"] = moves_status(self.history.table, night.labels, cut, before)
        if night.found is not None:
            status |= {"insights": night.found.insights, "avoid": night.found.avoid}
        conclusion = Conclusion(
            kind, cut, night.effective, night.champion, turns, tuple(night.events), status,
            {version: policy.document for version, policy in known.items()},
        )  # fmt: skip
        return self._remember(conclusion, known)

    # --- alarms

    def _watch(self, night: Night) -> None:
        """Whether the champion fell short of what it said, and whether the one before it was better."""
        shadow = self._shadows.get(night.champion)
        if shadow is None or shadow.begun is None:
            return
        since = max(shadow.begun, self._anew(night), self._alarmed(night, night.champion))
        alarm = fallen_short(shadow.said(night.labels.at), night.labels, since, night.cut)
        if alarm is not None:
            night.tell("alarm", night.champion, **alarm.numbers)
        trial = probation(self.past.events(*CROWNED), night.champion, night.cut)
        old = None if trial is None else self._shadows.get(str(trial.detail.get("instead_of")))
        if trial is None or old is None:
            return
        better = worse_than_old(self._paired(shadow, old, night), trial.at, night.cut)
        if better is not None:
            night.tell("rolled_back", old.name, instead_of=night.champion, **better.numbers)
            night.champion = old.name

    def _alarmed(self, night: Night, name: str) -> int:
        """When the newest alarm of a procedure was (ms), 0 without one."""
        return self._newest(night, "alarm", of=name)

    # --- contests

    def _contest(self, night: Night) -> None:
        """Hold every challenger against the champion; the first that has earned it takes its place."""
        champion = self._shadows.get(night.champion)
        if champion is None:
            return
        rivals = [name for name in self._minted() if name != night.champion and name in self._shadows]
        for name in rivals:
            paired = self._paired(champion, self._shadows[name], night)
            night.contests[name] = standing(paired, night.cut, len(rivals))
        for name in rivals:
            found = night.contests[name]
            if found.verdict == "promote":
                night.tell("promoted", name, e=found.e, needed=found.needed, instead_of=night.champion)
                night.champion = name
                return

    def _paired(self, champion: Shadow, rival: Shadow, night: Night) -> Paired:
        """The setups that both judged since the contest began, whose markets were over by now."""
        begun = max(champion.begun or 0, rival.begun or 0, self._anew(night))
        table, places = self.history.table, self.history.ended_by(night.cut, begun)
        ours, theirs = champion.said(places), rival.said(places)
        both = ours.known & theirs.known
        places, ours, theirs = places[both], ours.only(both), theirs.only(both)
        return Paired(
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
            pending=self.history.pending(night.cut),
        )

    def _mint(self, night: Night) -> None:
        """A new challenger, at most one a week and three at once."""
        minted = self._minted()
        alive = [name for name in minted if name != night.champion]
        soon = night.cut - self._newest(night, "minted") < MINT_EVERY
        if len(alive) >= MOST_RIVALS or soon or night.champion not in self._shadows:
            return
        for one in PROCEDURES:
            idle = one.avoids and not self._avoided(night)
            if one.name != night.champion and one.name not in minted and not idle:
                night.tell("minted", one.name, against=night.champion)
                return

    def _minted(self) -> list[str]:
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

    def _due(self, night: Night) -> list[str]:
        """The procedures to be refitted: the champion every night, its challengers once a week, new ones at once."""
        fresh = [event.procedure for event in night.events if event.kind == "minted"]
        weekly = [self.past.champion, *self._minted()] if night.cut // DAY % WEEK == 0 else []
        return [name for name in dict.fromkeys([night.champion, *fresh, *weekly]) if name in BY_NAME]

    def _identify(self, night: Night) -> None:
        """Another engine, sensitivity or set of pairs than in the night before is another procedure."""
        before = self.past.newest()
        was = self.identity if before is None else str(before.status.get("identity", self.identity))
        if was != self.identity:
            night.tell("restarted", night.champion, was=was, now=self.identity)

    def _anew(self, night: Night) -> int:
        """Since when evidence counts (ms): the champion's crowning, or another identity."""
        return self._newest(night, *CROWNED, "restarted")

    # --- insights

    def _look(self, night: Night) -> None:
        """What kinds of setups did better or worse, and what to stay out of."""
        before = self._before("avoid")
        speaker, plain = self._shadows.get(night.champion), self._shadows.get(FIRST)
        night.found = look(self.history, night.labels, night.cut, night.effective, before, speaker, plain)

    def _before(self, part: str) -> Mapping[str, Any]:
        """The newest status that has a part; {} where it was about something else."""
        last = next((one.status for one in reversed(list(self.past)) if part in one.status), {})
        return last if last.get("identity") == self.identity else {}

    def _avoided(self, night: Night) -> list[dict[str, Any]]:
        """Rules of a policy that avoids."""
        return [] if night.found is None else [rule.policy() for rule in night.found.rules]

    # --- proof

    def _prove(self, night: Night) -> None:
        """How far the proof of edge of the champion's rule has come, held to its lower bound."""
        shadow = self._shadows.get(night.champion)
        if shadow is None or shadow.begun is None:
            return
        begun = max(shadow.begun, self._newest(night, "restarted"), self._alarmed(night, night.champion))
        table, places = self.history.table, self.history.ended_by(night.cut, begun)
        places = places[shadow.said(places).surely]
        would = Would(
            table.ints("ts")[places],
            table.ints("closed")[places],
            self.history.net(places),
            self.history.feature("cost_r", places),
            self.history.pending(night.cut),
        )
        night.everything = proof(would, begun, night.cut)
        book = table.ints("book")[places]
        names = {table.books.words[code]: np.flatnonzero(book == code) for code in np.unique(book)}
        night.books = {name: proof(would.take(names[name]), begun, night.cut) for name in sorted(names)}

    def _live(self, night: Night) -> frozenset[str]:
        return frozenset() if night.everything is None else proven(night.everything, night.books)

    # --- fitting

    def _fit(self, night: Night, name: str, print_of: str) -> Policy | None:
        """Tonight's policy of a procedure; None where it jumped so far that the one it has stays for now."""
        shadow = self._shadows.get(name)
        before = None if shadow is None else shadow.newest
        weights = {} if before is None else _weights_of(before, night.labels)
        procedure, care = BY_NAME[name], self._care(night, name)
        done = fit_heard(
            night.labels, night.heard, lambda told: fit_policy(told, night.cut, weights, PRIOR_WEIGHTS, procedure, care)
        )
        night.fitted.append(done)
        content = done.content
        ours = name == night.champion
        live = self._live(night) if ours else frozenset()
        for book, row in content["books"].items():
            row["mode"] = "live" if book in live else "paper"
        content["probation_until"] = self._probation(night) if ours else 0
        content["avoid"] = self._avoided(night) if procedure.avoids else []
        used = print_of if done.labels is night.labels else fingerprint(done.labels)
        policy = Policy.from_document(sealed({**content, "training_sha256": used}))
        held = self._held_back(night, policy, shadow if ours and name == self.past.champion else None)
        if held is not None:
            night.tell("blocked", name, version=policy.version, **held)
            return None
        if ours and shadow is not None and before is not None:
            self._told_of_proof(night, before, live)
        return policy

    def _held_back(self, night: Night, policy: Policy, shadow: Shadow | None) -> dict[str, Any] | None:
        """Why a fitted policy may not come into force, None where it may; `shadow` of a champion that goes on.

        An impossible p never passes. A leap is an accident only in its first night, and the night of an alarm is meant
        to change much.
        """
        name, table = str(policy.document["procedure"]), self.history.table
        careful = self._care(night, name) is not NO_CARE
        cut = {one.name: one.numbers for one in tripped(policy, shadow, table, night.cut, careful)}
        if "p_range" in cut:
            return {"tripwire": "p_range", **cut["p_range"]}
        before = None if shadow is None else shadow.newest
        if before is None or self._alarmed(night, name) == night.cut or self._jumped_before(name, night.cut):
            return None
        if cut:
            return {"tripwire": "publish_rate", **cut["publish_rate"]}
        return jump(before, policy, table)

    def _care(self, night: Night, name: str) -> Care:
        """What an alarm asks of the fits of two weeks."""
        alarmed = self._alarmed(night, name)
        return REACTION if alarmed and night.cut - alarmed < REACTION_DAYS * DAY else NO_CARE

    def _probation(self, night: Night) -> int:
        """Until when signals are half the size: 48 h from the promotion on."""
        promoted = self._newest(night, "promoted")
        return effective_at(promoted) + HALF_SIZE_HOURS * HOUR if promoted else 0

    def _jumped_before(self, name: str, cut: int) -> bool:
        """Whether the last night held a policy of this procedure back: two nights in a row are no accident."""
        return any(event.procedure == name and event.at == cut - DAY for event in self.past.events("blocked"))

    def _told_of_proof(self, night: Night, before: Policy, live: frozenset[str]) -> None:
        was = {name for name, row in before.document["books"].items() if row["mode"] == "live"}
        for book in sorted(live - was):
            night.tell("proven", night.champion, book=book, e=night.books[book].e)
        for book in sorted(was - live):
            night.tell("unproven", night.champion, book=book)

    # --- memory

    def _newest(self, night: Night, *kinds: str, of: str | None = None) -> int:
        """When something of these kinds happened last (ms), tonight included; 0 where nothing did. `of` a procedure."""
        told = [*self.past.events(*kinds), *(event for event in night.events if event.kind in kinds)]
        return max((event.at for event in told if of in (None, event.procedure)), default=0)

    def _turn(self, turn: Turn, policy: Policy) -> None:
        self._shadows.setdefault(turn.procedure, Shadow(turn.procedure, self._least)).turn(turn.since, policy)

    def _remember(self, conclusion: Conclusion, policies: Mapping[str, Policy]) -> Conclusion:
        for turn in conclusion.turns:
            self._turn(turn, policies[turn.version])
        self.past.add(conclusion)
        return conclusion

    def _measured(self, night: Night) -> Measured:
        """What the champion forecast of the setups that were filled, as it was said then, and how they ended."""
        shadow, labels = self._shadows.get(night.champion), night.labels
        if shadow is None:
            return Measured.nothing()
        said = shadow.said(labels.at)
        told = np.flatnonzero(said.known)
        base = self._base_rates(self.history.table.ints("judged_at")[labels.at[told]])
        return Measured(said.p[told], labels.y[told], labels.opened[told] // DAY, base)

    def _base_rates(self, judged: Ints) -> Floats | None:
        """The base rate that the night before knew, for each instant (ms); None where no night knew one."""
        nights = [one for one in self.past if one.kind == "night" and "base_rate" in one.status]
        if not nights:
            return None
        newest = np.searchsorted([one.effective for one in nights], judged, side="right") - 1
        return np.array([float(one.status["base_rate"]) for one in nights])[np.maximum(newest, 0)]


def _lacking(labels: Labels) -> str:
    """Why nothing can be learned from these labels; empty where something can."""
    if labels.n_eff < FEW_LABELS:
        return "too_few_labels"
    return "one_class" if float(labels.y.min()) == float(labels.y.max()) else ""


def _weights_of(policy: Policy, labels: Labels) -> dict[str, Mapping[str, float]]:
    """The weights a policy has of each book."""
    found = {name: policy.weights(*name.split("/")) for name in labels.books()}
    return {name: weights for name, weights in found.items() if weights is not None}
