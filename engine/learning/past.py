"""What the learner concluded before: JSON in, JSON out. Nights, looks between them, and people's choices, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from engine.learning.procedures import FIRST

Kind = Literal["night", "watch", "hand"]
# What may happen to a procedure. The first three change the champion.
CROWNED = ("promoted", "rolled_back", "chosen")
EVENTS = (
    *CROWNED, "minted", "retired", "blocked", "alarm", "restarted", "proven", "unproven", "tripped", "cleared",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A procedure scores with this policy from `since` (ms) on; the champion's is the one in force."""

    procedure: str
    version: str
    since: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a procedure at `at` (ms). `detail` holds the numbers that speak for it."""

    at: int
    kind: str
    procedure: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As JSON-able values."""
        return {"at": self.at, "kind": self.kind, "procedure": self.procedure, "detail": dict(self.detail)}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Event:
        """Raises ValueError, KeyError or TypeError on anything else."""
        if document["kind"] not in EVENTS:
            raise ValueError(f"an event of an unknown kind: {document['kind']!r}")
        return cls(int(document["at"]), document["kind"], str(document["procedure"]), dict(document["detail"]))


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One night, look or choice: what was known at `cut` (ms), what follows from `effective` on.

    `policies`: documents by version, of the turns; not part of the stored document. `status` is what people are shown:
    evidence, contests, metrics.
    """

    kind: Kind
    cut: int
    effective: int
    champion: str
    turns: tuple[Turn, ...] = ()
    events: tuple[Event, ...] = ()
    status: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """`trained`, or why there was nothing to learn from (too_few_labels, one_class)."""
        return str(self.status.get("reason", ""))

    @property
    def version(self) -> str | None:
        """The policy that comes into force, None where nothing changes."""
        return next((turn.version for turn in self.turns if turn.procedure == self.champion), None)

    def at(self, effective: int) -> Conclusion:
        """The same, but from another instant on."""
        turns = tuple(replace(turn, since=effective) for turn in self.turns)
        return replace(self, effective=effective, turns=turns)

    def document(self) -> dict[str, Any]:
        """As stored."""
        return {
            "kind": self.kind,
            "cut": self.cut,
            "effective": self.effective,
            "champion": self.champion,
            "turns": [[turn.procedure, turn.version, turn.since] for turn in self.turns],
            "events": [event.document() for event in self.events],
            "status": dict(self.status),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]] | None = None) -> Conclusion:
        """Raises ValueError, KeyError or TypeError on anything else."""
        if document["kind"] not in ("night", "watch", "hand"):
            raise ValueError(f"a conclusion of an unknown kind: {document['kind']!r}")
        turns = tuple(Turn(str(name), str(version), int(since)) for name, version, since in document["turns"])
        return cls(
            kind=document["kind"],
            cut=int(document["cut"]),
            effective=int(document["effective"]),
            champion=str(document["champion"]),
            turns=turns,
            events=tuple(Event.of(one) for one in document["events"]),
            status=dict(document["status"]),
            policies={turn.version: policies[turn.version] for turn in turns} if policies is not None else {},
        )


class Past:
    """Conclusions in order."""

    def __init__(self, conclusions: Sequence[Conclusion] = ()) -> None:
        self._all = list(conclusions)
        self._events = [event for one in self._all for event in one.events]

    def __iter__(self) -> Iterator[Conclusion]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, conclusion: Conclusion) -> None:
        """The newest."""
        self._all.append(conclusion)
        self._events += conclusion.events

    @property
    def champion(self) -> str:
        """The procedure whose policies are in force."""
        return self._all[-1].champion if self._all else FIRST

    @property
    def settled(self) -> int:
        """When everything concluded so far is in force (ms): nothing that comes later takes effect before it."""
        return self._all[-1].effective if self._all else 0

    def turns(self) -> list[Turn]:
        """Every policy a procedure had, in order."""
        return [turn for one in self._all for turn in one.turns]

    def events(self, *kinds: str) -> list[Event]:
        """What happened, in order; all kinds without any named."""
        return [event for event in self._events if not kinds or event.kind in kinds]

    def choice(self, procedure: str, kind: str, now: int, policies: Mapping[str, Mapping[str, Any]]) -> Conclusion:
        """A person makes `procedure` the champion at `now` (ms); without a policy of its own it has no turn."""
        newest = next((turn.version for turn in reversed(self.turns()) if turn.procedure == procedure), None)
        turns = () if newest is None else (Turn(procedure, newest, now),)
        event = Event(now, kind, procedure, {"instead_of": self.champion, "by": "hand"})
        known = {} if newest is None else {newest: policies[newest]}
        return Conclusion("hand", now, now, procedure, turns, (event,), {"reason": "trained"}, known)

    def newest(self, kind: Kind = "night") -> Conclusion | None:
        """The last conclusion of a kind."""
        return next((one for one in reversed(self._all) if one.kind == kind), None)
