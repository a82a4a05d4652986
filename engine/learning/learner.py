"""The whole loop: what was decided and how it ended goes in, policies and what was found about them come out.

One class for the live store and for a replay. Nothing here knows the time of day: a night is asked for at its data cut,
and the same setups, ends and earlier conclusions give the same night again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.decision.policy import Policy, sealed
from engine.learning.between import look
from engine.learning.cadence import DAY, effective_at, weekly
from engine.learning.conditions import changed, conditions, settle
from engine.learning.evaluation import FEW_LABELS
from engine.learning.exploring import arm_status
from engine.learning.feedback import NOBODY, fit_heard, hear, raters_status
from engine.learning.fit import NO_CARE, fingerprint, fit_policy
from engine.learning.labels import Labels
from engine.learning.lookout import look as look_out
from engine.learning.memory import Memory
from engine.learning.move_status import moves_status
from engine.learning.night import Night
from engine.learning.nightwatch import tripped
from engine.learning.past import Conclusion, Kind, Turn
from engine.learning.procedures import BY_NAME, FIRST
from engine.learning.realised import realised_status
from engine.learning.rivals import contest, due, live, mint, probation_until, prove
from engine.learning.safety import jump
from engine.learning.shadow import Shadow
from engine.learning.status import Measured, night_status
from engine.learning.table import Floats, Ints
from engine.learning.waited import fit_waited, timing_status
from engine.learning.watch import care, marks, watch
from engine.readings import PRIOR_WEIGHTS


class Learner(Memory):
    """Everything that was heard and concluded, and what follows.

    Where `identity` is another than before, evidence begins anew; what was shown stays on record.
    """

    feedback = NOBODY

    def night(self, cut: int, kind: Kind = "night") -> Conclusion:
        """Learn from what was known at `cut` (ms UTC), and remember what came of it.

        `history` must have heard everything before `cut`, and nothing later.
        """
        effective = max(effective_at(cut), self.past.settled)
        night = Night(cut, effective, self.past.champion, labels=self.history.labels(cut))
        reason = _lacking(night.labels)
        if reason:
            status = {"reason": reason, "labels": len(night.labels.y), "n_eff": night.labels.n_eff}
            return self.remember(Conclusion(kind, cut, night.effective, night.champion, status=status), {})
        self.hear()
        self._identify(night)
        night.heard = hear(night.labels, self.history.timed_out(night.labels.at), self.feedback, cut)
        night.marks = marks(self, night, night.labels)
        self._watch(night)
        contest(self, night)
        self._look(night)
        night.waited = fit_waited(self.history, cut)
        mint(self, night, avoids=bool(self._avoided(night)), timed=night.waited is not None and night.waited.leaves)
        prove(self, night)
        print_of = fingerprint(night.labels)
        fitted = {name: self._fit(night, name, print_of) for name in due(self, night)}
        turns = tuple(Turn(name, policy.version, night.effective) for name, policy in fitted.items() if policy)
        known = {policy.version: policy for policy in fitted.values() if policy}
        status = night_status(night.labels, night.contests, night.everything, night.books, self._measured(night))
        status |= {"identity": self.identity, "raters": raters_status(night.heard, night.fitted)}
        status |= {"watch": dict(night.marks), "warnings": self.warnings(night), **night.conditions}
        status["exploration"] = arm_status(self, night)
        if night.waited is not None:
            status["timing"] = timing_status(night.waited)
        if weekly(cut):
            before = self.before("moves").get("moves", {})
            moves = moves_status(self.history.table, night.labels, cut, before)
            status["moves"] = {**moves, "after": realised_status(self.history, cut, before.get("after", {}))}
        if night.found is not None:
            status |= {"insights": night.found.insights, "avoid": night.found.avoid}
        conclusion = Conclusion(
            kind, cut, night.effective, night.champion, turns, tuple(night.events), status,
            {version: policy.document for version, policy in known.items()},
        )  # fmt: skip
        return self.remember(conclusion, known)

    def look(self, cut: int) -> Conclusion | None:
        """Look between nights at what was known at `cut` (ms UTC), and remember what came of it, if anything did."""
        return look(self, cut)

    def _watch(self, night: Night) -> None:
        """What went off, what is off, and what is over."""
        if night.champion not in self.shadows:
            return
        alarm = changed(self, night, night.labels)
        warned = watch(self, night, night.marks, [] if alarm is None else [alarm])
        off, night.conditions = conditions(self, night)
        settle(self, night, {**warned, **off})

    def _identify(self, night: Night) -> None:
        """Another engine, sensitivity or set of pairs than in the night before is another procedure."""
        before = self.past.newest()
        was = self.identity if before is None else str(before.status.get("identity", self.identity))
        if was != self.identity:
            night.tell("restarted", night.champion, was=was, now=self.identity)

    # --- insights

    def _look(self, night: Night) -> None:
        """What kinds of setups did better or worse, and what to stay out of."""
        before = self.before("avoid")
        speaker, plain = self.shadows.get(night.champion), self.shadows.get(FIRST)
        night.found = look_out(self.history, night.labels, night.cut, night.effective, before, speaker, plain)

    def _avoided(self, night: Night) -> list[dict[str, Any]]:
        """Rules of a policy that avoids."""
        return [] if night.found is None else [rule.policy() for rule in night.found.rules]

    # --- fitting

    def _fit(self, night: Night, name: str, print_of: str) -> Policy | None:
        """Tonight's policy of a procedure; None where the one it has stays for now.

        It stays where the fit jumped far, and where no finite numbers came of it.
        """
        shadow = self.shadows.get(name)
        before = None if shadow is None else shadow.newest
        ours = name == night.champion
        proved = live(night) if ours else frozenset()
        try:
            policy = self._fitted(night, name, print_of, before, proved)
        except ValueError as error:
            night.tell("blocked", name, unusable=str(error))
            return None
        held = self._held_back(night, policy, shadow if ours and name == self.past.champion else None)
        if held is not None:
            night.tell("blocked", name, version=policy.version, **held)
            return None
        if ours and shadow is not None and before is not None:
            self._told_of_proof(night, before, proved)
        return policy

    def _fitted(
        self, night: Night, name: str, print_of: str, before: Policy | None, proved: frozenset[str]
    ) -> Policy:  # fmt: skip
        """The fit, sealed. Raises ValueError where it is no policy."""
        weights = {} if before is None else _weights_of(before, night.labels)
        procedure, careful = BY_NAME[name], care(self, night, name)
        done = fit_heard(
            night.labels,
            night.heard,
            lambda told: fit_policy(told, night.cut, weights, PRIOR_WEIGHTS, procedure, careful),
        )
        content = done.content
        for book, row in content["books"].items():
            row["mode"] = "live" if book in proved else "paper"
        content["probation_until"] = probation_until(self, night) if name == night.champion else 0
        content["avoid"] = self._avoided(night) if procedure.avoids else []
        part = night.waited.content(self.history.table.books.words) if procedure.timed and night.waited else None
        content |= {} if part is None else {"timing": part}
        used = print_of if done.labels is night.labels else fingerprint(done.labels)
        policy = Policy.from_document(sealed({**content, "training_sha256": used}))
        night.fitted.append(done)
        return policy

    def _held_back(self, night: Night, policy: Policy, shadow: Shadow | None) -> dict[str, Any] | None:
        """Why a fitted policy may not come into force, None where it may; `shadow` of a champion that goes on.

        An impossible p never passes. A leap is an accident only in its first night, and the night of an alarm is meant
        to change much.
        """
        name, table = str(policy.document["procedure"]), self.history.table
        careful = care(self, night, name) is not NO_CARE
        cut = {one.name: one.numbers for one in tripped(policy, shadow, table, night.cut, careful)}
        if "p_range" in cut:
            return {"tripwire": "p_range", **cut["p_range"]}
        before = None if shadow is None else shadow.newest
        if before is None or self.alarmed(night, name) == night.cut or self._jumped_before(name, night.cut):
            return None
        if cut:
            return {"tripwire": "publish_rate", **cut["publish_rate"]}
        return jump(before, policy, table)

    def _jumped_before(self, name: str, cut: int) -> bool:
        """Whether the last night held a policy of this procedure back: two nights in a row are no accident."""
        told = [one for one in self.past.events("blocked") if one.procedure == name and "unusable" not in one.detail]
        return any(event.at == cut - DAY for event in told)

    def _told_of_proof(self, night: Night, before: Policy, proved: frozenset[str]) -> None:
        was = {name for name, row in before.document["books"].items() if row["mode"] == "live"}
        for book in sorted(proved - was):
            night.tell("proven", night.champion, book=book, e=night.books[book].e)
        for book in sorted(was - proved):
            night.tell("unproven", night.champion, book=book)

    def _measured(self, night: Night) -> Measured:
        """What the champion forecast of the setups that were filled, as it was said then, and how they ended."""
        shadow, labels = self.shadows.get(night.champion), night.labels
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
