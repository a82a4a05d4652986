"""What a night concluded, said: for people (plain lines), for scripts (JSON) and for a chat's notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.decision.policy import ANY_BOOK, MIN_N_EFF
from engine.learning.evaluation import FEW_LABELS
from engine.learning.past import Conclusion, Event

_VERDICTS = {
    "trained": "A new policy. It takes effect at its instant.",
    "held": "A new policy would have jumped too far from the one in force, which stays for now.",
    "too_few_labels": "Too few labels to learn from: {labels:.0f} effective ones are needed. Nothing changes.",
    "one_class": "All labels are the same, so there is nothing to tell apart. Nothing changes.",
}
_RESULTS = {"trained": "new", "too_few_labels": "few"}
# What the chats of the signals hear of, besides owners: the rest is the owners' business.
PUBLIC = ("promoted", "rolled_back", "chosen", "proven", "unproven")
OWNERS = (
    "alarm",
    "tripped",
    "cleared",
    "restarted",
)  # told to owners one by one; what else happened is told as a night


def report_document(found: Conclusion) -> dict[str, Any]:
    """A conclusion as JSON-able values, with its moment in words of a machine."""
    return {
        "reason": found.reason,
        "trained": found.version is not None,
        "policy_version": found.version,
        "cut": moment(found.cut),
        "cut_ms": found.cut,
        "champion": found.champion,
        "policies": {turn.procedure: turn.version for turn in found.turns},
        "events": [event.document() for event in found.events],
        **{key: value for key, value in found.status.items() if key != "reason"},
    }


def report_text(found: Conclusion) -> str:
    """A few plain lines: labels, how good the forecasts were, the verdict, proof, contests, books."""
    status = found.status
    lines = [f"Labels known at {moment(found.cut)}: {status['labels']} (effective {status['n_eff']:.0f})"]
    lines += _forecasts(status.get("forecasts"), status.get("base_rate"))
    verdict = "held" if found.reason == "trained" and found.version is None else found.reason
    lines.append(_VERDICTS[verdict].format(labels=FEW_LABELS))
    if found.version is not None:
        lines.append(f"Policy {found.version[:12]} of {found.champion}")
    if status.get("proof") is not None:
        lines.append(_proof(status["proof"]))
    lines += [_contest(name, one) for name, one in status.get("contests", {}).items()]
    lines += [event_text(event) for event in found.events]
    lines += _books(found)
    return "\n".join(lines)


def _forecasts(found: Mapping[str, Any] | None, base_rate: float | None) -> list[str]:
    if not found or found["brier"] is None or base_rate is None:
        return ["No forecast has ended yet, so there is nothing to measure it by."]
    skill = found["skill"]
    lines = [f"Forecasts as they were made, {found['rows']} ended: Brier {found['brier']:.4f}"]
    if skill is not None and skill["low"] is not None:
        shown = (
            "better than"
            if skill["low"] > 0
            else "worse than"
            if skill["high"] < 0
            else "no different, as far as shown, from"
        )
        lines.append(
            f"That is {shown} the base rate of {100 * base_rate:.1f} % wins"
            f" (skill {skill['value']:+.4f}, 90 % interval {skill['low']:+.4f} to {skill['high']:+.4f})"
        )
    return lines


def _proof(one: Mapping[str, Any]) -> str:
    return (
        f"Proof of edge: E {one['e']:.2f} of {one['needed']:.0f} from {one['setups']} setups it would surely have"
        f" published; every book is paper until then"
    )


def _contest(name: str, one: Mapping[str, Any]) -> str:
    missing = ", ".join(one["failed"]) or "nothing"
    return (
        f"Challenger {name}: E {one['e']:.2f} of {one['needed']:.0f}, {one['difference']:+.3f} R a setup"
        f" ({one['low']:+.2f} to {one['high']:+.2f}), still missing: {missing}"
    )


def event_text(event: Event) -> str:
    """What happened to a procedure, in plain words."""
    numbers = ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in event.detail.items()
    )
    return f"{event.kind.replace('_', ' ')}: {event.procedure}" + (f" ({numbers})" if numbers else "")


def _books(found: Conclusion) -> list[str]:
    if found.version is None or found.version not in found.policies:
        return []
    books = found.policies[found.version]["books"]
    return [
        f"  {name}: {row['n_eff']:.0f} effective labels, "
        f"{row['mode'] if row['n_eff'] >= MIN_N_EFF else 'too few labels for p'}"
        for name, row in sorted(books.items())
        if name != ANY_BOOK
    ]


def notice_payload(found: Conclusion) -> dict[str, Any]:
    """The payload of a `trained` notice."""
    return {
        "result": _RESULTS.get(found.reason, "same")
        if found.version is not None or found.reason != "trained"
        else "held",
        "labels": int(found.status["n_eff"]),
        "needed": int(FEW_LABELS),
        "version": found.version or "",
    }


def card_payload(found: Conclusion, event: Event) -> dict[str, Any]:
    """The payload of a `learned` notice: the model card of something that happened."""
    contest = found.status.get("contests", {}).get(event.procedure, {})
    return {
        "kind": event.kind,
        "procedure": event.procedure,
        "detail": dict(event.detail),
        "setups": contest.get("setups"),
        "days": contest.get("days"),
        "difference": contest.get("difference"),
        "low": contest.get("low"),
        "high": contest.get("high"),
        "labels": int(found.status.get("n_eff", 0)),
    }


def moment(ms: int) -> str:
    """An instant (ms) as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="seconds")
