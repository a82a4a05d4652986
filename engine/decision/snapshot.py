"""Stage 2 as JSON-able data, and back: what survives a restart."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine.decision.book import Followed, Monitor
from engine.decision.judge import judge
from engine.decision.lifecycle import Life
from engine.decision.row import Row
from engine.decision.signal import Costs, Plan
from engine.decision.stream import DecisionStream


def plan_state(plan: Plan) -> dict[str, Any]:
    """A plan as plain data."""
    return dataclasses.asdict(plan)


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
        "policy": None if stream.policy is None else dict(stream.policy.document),
        "followed": [
            {
                "plan": plan_state(f.life.plan),
                "life": f.life.to_state(),
                "decision_id": f.decision_id,
                "signal_id": f.signal_id,
                "number": f.number,
            }
            for pair in sorted(stream.books.followed)
            for f in stream.books.followed[pair]
        ],
        "monitors": [
            {
                "decision_id": m.decision_id,
                "pair": pair,
                "side": m.candidate.side,
                "row": m.candidate.row.values,
                "until": m.until,
                "touched": m.touched,
            }
            for pair in sorted(stream.books.monitors)
            for m in stream.books.monitors[pair]
        ],
    }


def load_stream(stream: DecisionStream, state: Mapping[str, Any]) -> None:
    """Put a dumped state into a fresh stream. Lives and monitors of pairs no longer configured are left out."""
    stream.number = int(state["number"])
    stream.paused_until = state["paused_until"]
    stream.pause_reason = str(state["pause_reason"])
    stream.risk.restore(dict(state["risk"]))
    if state["policy"] is not None:
        stream.take_policy(0, state["policy"])
    for item in state["followed"]:
        plan = plan_of(item["plan"])
        if plan.pair in stream.books.base_ms:
            life = Life.from_state(plan, stream.base_ms(plan.pair), item["life"])
            stream.books.follow(Followed(life, item["decision_id"], item["signal_id"], int(item["number"])))
    for item in state["monitors"]:
        pair = item["pair"]
        if pair in stream.books.base_ms:
            candidate = judge(
                Row(pair, item["row"]),
                item["side"],
                stream.instruments[pair],
                stream.policy,
                stream.rules.least_confluence,
                stream.params,
            )
            monitor = Monitor(item["decision_id"], candidate, int(item["until"]), bool(item["touched"]))
            stream.books.monitors.setdefault(pair, []).append(monitor)
