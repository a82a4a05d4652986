"""What the engine answers to an event: a numbered tick with facts. Readers check that `seq` grows by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.decision.evidence import Judged
from engine.decision.rebuild import Basis
from engine.decision.signal import Outcome, Plan, Signal


@dataclass(frozen=True, slots=True)
class Decided:
    """A setup was judged, or a MONITOR ended. `verdict` is publish, monitor or refuse; reasons: first refuser first.

    `decision_id` is the setup's `setup_uuid` (the same for a MONITOR and its end); `plan` is None where no levels were
    found; `features` is the whole vector, None where a value is unknown; `regime` and `timeframe` name the book;
    `judged` is what it was taken from, for `evidence`.
    """

    decision_id: str
    ts: int
    pair: str
    timeframe: str
    side: int
    setup_model: str
    verdict: str
    reasons: tuple[str, ...]
    features: Mapping[str, float | None]
    regime: str
    signal_id: str | None
    plan: Plan | None
    judged: Judged | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Published:
    """A signal goes out; `basis` is all that it was made of, enough to make it again."""

    signal: Signal
    basis: Basis | None = None


UNFILLED = ("missed", "touched", "expired", "invalidated", "cancelled", "reported")
"""Why an entry was not had: the exit reasons of a track without a fill; `reported` takes back one that was told."""
EXITED = "exited"
"""The followable track left its position while the theoretical one goes on."""
OVER = (*UNFILLED, EXITED)
"""The states in which the followable track is over ahead of the theoretical one."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A published signal changed state on the followable track.

    `state`: filled, tp1, or one of OVER where it ended while the theoretical track goes on: EXITED out of a position,
    one of UNFILLED without a fill. (How both ended is told by Closed.) `price` is the fill, TP1, the exit, or the edge
    of the zone that was not had; `r` the R so far; `reason` the exit reason of EXITED, "" else.
    """

    signal_id: str
    number: int
    pair: str
    state: str
    ts: int
    price: float
    r: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """A published signal ended on both tracks."""

    outcome: Outcome
    plan: Plan
    decimals: int
    decision_id: str = ""


class ShadowClosed(NamedTuple):
    """A setup that was not published was followed to its end (learning only, never shown as a signal)."""

    decision_id: str
    outcome: Outcome
    plan: Plan


class WayClosed(NamedTuple):
    """What a way of entering a setup that waited for its triggers came to (learning only, never a label of the setup).

    `way`: full, now, choch, reclaim. `outcome` is None where it never came while the setup waited, which was known at
    `ts` (ms); else `plan` is the setup's from where the way came, and `ts` when both of its tracks had ended.
    """

    decision_id: str
    way: str
    ts: int
    outcome: Outcome | None
    plan: Plan


@dataclass(frozen=True, slots=True)
class Halted:
    """What holds back until `until` (ms; None: until a person lifts it). `kind`: breaker and pause (no new signals),
    best (only the best setups), daily (half the size)."""

    kind: str
    ts: int
    until: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """What was held back goes on."""

    kind: str
    ts: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event was refused and used nowhere: `reason` is malformed, duplicate, out_of_order, late, unknown_pair."""

    kind: str
    pair: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class PolicySet:
    """A policy took effect, or was refused (`reason`)."""

    version: str
    ts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A second opinion on a setup is wanted; `waits`: it is published or withheld once an `Opinion` on it is heard."""

    decision_id: str
    ts: int
    pair: str
    waits: bool
    judged: Judged = field(compare=False)


Fact = (
    Decided | Published | Progress | Closed | ShadowClosed | WayClosed | Halted | Lifted | Rejected | PolicySet | Asked
)


class Tick(NamedTuple):
    """The answer to one event."""

    seq: int
    ts: int
    kind: str
    pair: str
    facts: tuple[Fact, ...]
