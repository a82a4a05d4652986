"""What a signal was made of, kept with it, and the same signal made of that again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.decision.advice import on_opinion
from engine.decision.candidate import judged
from engine.decision.policy import Policy
from engine.decision.publishing import make_signal
from engine.decision.pulse import Pulse
from engine.decision.row import Row
from engine.decision.signal import Side, Signal
from engine.decision.verdict import contract_of
from engine.market.instrument import Instrument
from engine.params import Params


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a signal follows from, besides the policy (by version) and the parameters (in `engine_version`).

    `row` are the readings of the setup's bar, `pulse` is the bar at which it was published, `least_confluence` c* then,
    `day_below` whether the day stood below its limit, `source` who decided.
    """

    pair: str
    side: Side
    row: list[float]
    instrument: Instrument
    least_confluence: float
    policy_version: str
    number: int
    pulse: Pulse
    day_below: bool = False
    source: str = "rule_based"

    def document(self) -> dict[str, Any]:
        """As JSON-able data; doubles come back as they were."""
        told = _flat(self)
        return {**told, "row": list(self.row), "instrument": _flat(self.instrument), "pulse": _flat(self.pulse)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Basis:
        """The basis that `document` described."""
        instrument, pulse = Instrument(**document["instrument"]), Pulse(**document["pulse"])
        return cls(**{**document, "instrument": instrument, "pulse": pulse})


def _flat(value: Basis | Instrument | Pulse) -> dict[str, Any]:
    """The fields by name, as they are."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def rebuild(basis: Basis, policy: Policy | None, params: Params, version: str) -> Signal:
    """Judge the row again and make the signal. Raises ValueError where the row has no levels any more."""
    row = Row(basis.pair, basis.row)
    contract = contract_of(basis.instrument, params)
    candidate = judged(row, basis.side, contract, policy, basis.least_confluence, params)
    plan = candidate.plan
    if plan is None:
        raise ValueError("judged again, the setup has no levels")
    candidate = on_opinion(candidate) if basis.source == "openai" else replace(candidate, source=basis.source)
    plan = replace(plan, ts=basis.pulse.ts)
    return make_signal(candidate, plan, basis.number, basis.instrument, basis.pulse, params, version, basis.day_below)
