"""What a training says: for people (plain lines), for scripts (JSON) and for a chat's notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.decision.policy import MIN_N_EFF
from engine.learning.train import FEW_DAYS, FEW_LABELS, TrainReport

_VERDICTS = {
    "trained": "A new policy: out of sample it beats the base rate. It takes effect at its instant.",
    "too_few_labels": "Too few labels to learn from: {labels:.0f} effective ones are needed. Nothing changes.",
    "one_class": "All labels are the same, so there is nothing to tell apart. Nothing changes.",
    "too_short": "Too few days to test out of sample (at least {days} are needed). Nothing changes.",
    "no_edge": "Out of sample the forecast does not surely beat the base rate: no edge shown. Nothing changes.",
}
_NOTICES = {"trained": "new", "too_few_labels": "few"}


def report_document(report: TrainReport, *, whole: bool = False) -> dict[str, Any]:
    """The report as JSON-able values; `whole` with the policy document, else its version only."""
    document = report.policy_document
    return {
        "reason": report.reason,
        "trained": document is not None,
        "policy_version": None if document is None else document["version"],
        "cut": _moment(report.cut),
        "cut_ms": report.cut,
        "n": report.n,
        "n_eff": report.n_eff,
        "metrics": dict(report.metrics),
        "books": dict(report.books),
        **({"policy_document": document} if whole else {}),
    }


def report_from(document: Mapping[str, Any]) -> TrainReport:
    """The report that `report_document(whole=True)` wrote. Raises KeyError or TypeError on anything else."""
    report = TrainReport(None, document["reason"], document["cut_ms"], document["n"], document["n_eff"])
    return replace(
        report,
        policy_document=document["policy_document"],
        metrics=document["metrics"],
        books=document["books"],
    )


def report_text(report: TrainReport) -> str:
    """A few plain lines: labels, the test out of sample, the verdict, the books."""
    lines = [f"Labels known at {_moment(report.cut)}: {report.n} (effective {report.n_eff:.0f})"]
    found = report.metrics
    if found.get("brier") is not None and found.get("brier_base_rate") is not None:
        lines.append(
            f"Out of sample, {found['tested']:.0f} labels on {found['days']:.0f} days: "
            f"Brier {found['brier']:.4f} against {found['brier_base_rate']:.4f} of the base rate"
            f" (win rate {100 * (found['base_rate'] or 0.0):.1f} %)"
        )
    if found.get("gain") is not None and found.get("gain_low") is not None:
        lines.append(f"Gain a label {found['gain']:+.4f}, at least {found['gain_low']:+.4f} with 90 % certainty")
    lines.append(_VERDICTS[report.reason].format(labels=FEW_LABELS, days=FEW_DAYS))
    if report.policy_document is not None:
        lines.append(f"Policy {report.policy_document['version'][:12]}")
    for book, n_eff in sorted(report.books.items()):
        shown = "p shown" if n_eff >= MIN_N_EFF else "too few labels for p"
        lines.append(f"  {book}: {n_eff:.0f} effective labels, {shown}")
    return "\n".join(lines)


def notice_payload(report: TrainReport) -> dict[str, Any]:
    """The payload of a `trained` notice."""
    return {
        "result": _NOTICES.get(report.reason, "same"),
        "labels": int(report.n_eff),
        "needed": int(FEW_LABELS),
        "version": "" if report.policy_document is None else report.policy_document["version"],
    }


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="seconds")
