"""Stage 2 as JSON-able data, and back: what survives a restart."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine.decision.book import Followed, Monitor
from engine.decision.candidate import Candidate, judged
from engine.decision.lifecycle import Life
from engine.decision.policy import Estimate
from engine.decision.pulse import Pulse
from engine.decision.row import Row
from engine.decision.signal import Costs, Plan, plan_state
from engine.decision.stream import DecisionStream
from engine.decision.triggers import FULL, NONE_ASKED
from engine.market.events import TIMEFRAMES, Opinion

UNSEEN = dataclasses.asdict(Pulse(0, 0.0, NONE_ASKED, 0.0, 0.0, 0))  # how an older store's monitor was last seen


def plan_of(state: Mapping[str, Any]) -> Plan:
    """The plan that `plan_state` described."""
    values = dict(state)
    values["costs"] = Costs(**values["costs"])
    return Plan(**values)


def dump_stream(stream: DecisionStream) -> dict[str, Any]:
    """Everything stage 2 remembers between events; a monitor is its row and side (its levels follow from them)."""
    return {
        "number": stream.number,
        "paused_until": stream.paused_until,
        "pause_reason": stream.pause_reason,
        "risk": stream.risk.to_state(),
        "adviser": stream.advice.document,
        "policy": None if stream.policy is None else dict(stream.policy.document),
        "followed": [
            *(_followed_state(f) for pair in sorted(stream.books.followed) for f in stream.books.followed[pair]),
            *map(_followed_state, stream.aside),
        ],
        "monitors": [
            {
                "pair": pair,
                "side": m.candidate.side,
                "row": m.candidate.row.values.tolist(),
                "until": m.until,
                "touched": m.touched,
                "seen": dataclasses.asdict(m.seen),
                "held": m.held,
                "opinion": None if m.opinion is None else dataclasses.asdict(m.opinion),
                "ways": list(m.ways),
                "published": m.published,
                "judged": _judged_state(m.candidate),
            }
            for pair in sorted(stream.books.monitors)
            for m in stream.books.monitors[pair]
        ],
    }


def _followed_state(f: Followed) -> dict[str, Any]:
    return {
        "plan": plan_state(f.life.plan),
        "life": f.life.to_state(),
        "decision_id": f.decision_id,
        "signal_id": f.signal_id,
        "number": f.number,
        "way": f.way,
        "alone": f.alone,
    }


def _judged_state(c: Candidate) -> dict[str, Any]:
    """What a monitored setup owes to the policy in force when it was judged: it keeps that."""
    estimate = None if c.estimate is None else dataclasses.asdict(c.estimate)
    return {
        "estimate": estimate,
        "threshold": c.threshold,
        "policy_version": c.policy_version,
        "mode": c.mode,
        "gross_r": c.gross_r,
        "probation_until": c.probation_until,
        "way": c.way,
        "confluence": c.verdict.confluence,
    }


def load_stream(stream: DecisionStream, state: Mapping[str, Any]) -> None:
    """Put a dumped state into a fresh stream.

    Lives of pairs that are not followed now are kept aside for their return; their monitors end.
    """
    stream.number = int(state["number"])
    stream.paused_until = state["paused_until"]
    stream.pause_reason = str(state["pause_reason"])
    stream.risk.restore(dict(state["risk"]))
    stream.advice.take(state.get("adviser", {}))
    if state["policy"] is not None:
        stream.take_policy(0, state["policy"])
    base_ms = stream.books.base_ms
    for item in state["followed"]:
        plan = plan_of(item["plan"])
        followed = plan.pair in base_ms
        base = base_ms[plan.pair] if followed else max(base_ms.values(), default=TIMEFRAMES["5m"])
        life = Life.from_state(plan, base, item["life"])
        keep = stream.books.follow if followed else stream.aside.keep
        way, alone = str(item.get("way", "")), bool(item.get("alone"))
        keep(Followed(life, item["decision_id"], item["signal_id"], int(item["number"]), way, alone))
    for item in state["monitors"]:
        pair = item["pair"]
        if pair in stream.books.base_ms:
            candidate = _judged_again(stream, Row(pair, item["row"]), int(item["side"]), item["judged"])
            seen = Pulse(**item.get("seen", UNSEEN))
            said = item.get("opinion")
            monitor = Monitor(
                candidate, int(item["until"]), seen, bool(item["touched"]), bool(item.get("held")),
                None if said is None else Opinion(**said), list(item.get("ways", ())),
                bool(item.get("published")),
            )  # fmt: skip
            stream.books.monitors.setdefault(pair, []).append(monitor)


def _judged_again(stream: DecisionStream, row: Row, side: int, was: Mapping[str, Any]) -> Candidate:
    """The candidate of a monitored row, with the confluence, estimate and threshold it had."""
    contract, least = stream.contracts[row.pair], stream.rules.least_confluence
    candidate = judged(row, side, contract, stream.policy, least, stream.params, float(was["confluence"]))
    return dataclasses.replace(
        candidate,
        estimate=None if was["estimate"] is None else Estimate(**was["estimate"]),
        threshold=float(was["threshold"]),
        policy_version=str(was["policy_version"]),
        mode=str(was["mode"]),
        gross_r=float(was["gross_r"]),
        probation_until=int(was.get("probation_until", 0)),
        way=str(was.get("way", FULL)),
    )
