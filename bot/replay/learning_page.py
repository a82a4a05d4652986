"""What was learned, as a section of the report: how good the forecasts were, what is proven, who competes, what came.

`learned` is what `learning.json` holds (bot/replay/learning.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Any

from bot.replay.learning_pictures import evidence_picture, reliability_picture
from bot.replay.tables import coloured, none, percent, plain, r, share_text, soft, table
from bot.replay.words import GATES, LEARNED_EVENTS, NOTHING_LEARNED, WAYS

NEEDED = 20.0
LISTED = 60

Learned = Mapping[str, Any]


def learned_section(learned: Learned, zone: tzinfo) -> str:
    """All of it; a run that learned nothing says why."""
    nights = learned["nights"]
    if not nights:
        return none("The data hold no night (02:00 UTC): nothing could be learned.")
    final = learned["final"]
    if not any(night["policy_version"] for night in nights):
        reason = NOTHING_LEARNED.get(final["reason"], final["reason"])
        return none(f"In {len(nights):,} nights nothing was learned: {reason} ({final['n_eff']:.0f} effective labels).")
    evidence = [(night["cut"], night["e_edge"]) for night in nights if night["e_edge"] is not None]
    parts = [
        _intro(learned, zone),
        "<h3>Were the forecasts any good?</h3>" + _forecasts(final["forecasts"]),
        "<h3>Said and happened</h3>" + _reliability((final["forecasts"] or {}).get("bins", ())),
        "<h3>Proof of edge, night by night</h3>" + soft(_EVIDENCE + _stakes(final)),
        evidence_picture(evidence, NEEDED, zone),
        "<h3>By book</h3>" + _books(learned),
        "<h3>Contests</h3>" + _contests(final["contests"]),
        "<h3>When to enter</h3>" + _timing(final.get("timing")),
        "<h3>What happened</h3>" + _events(learned["events"], zone),
    ]
    return "".join(parts)


_EVIDENCE = (
    "A gambler bets that what the rule would publish earns money after costs. Without an edge the wealth reaches 20 in "
    "at most one run of twenty, however often one looks. The scale is logarithmic."
)
_BINS = "Across: what was said. Up: what happened, with its 90 % interval. On the dashed line both are the same."


def verdict(forecasts: Mapping[str, Any] | None) -> str:
    """Whether the forecasts beat the base rate, in one honest sentence."""
    skill = (forecasts or {}).get("skill")
    if forecasts is None or skill is None or skill["low"] is None:
        return "No edge shown: too few forecasts have ended to tell."
    if skill["low"] > 0:
        return (
            "Out of sample the forecasts were better than the base rate known then. Nearer targets are reached more "
            "often, so that alone is no edge: whether it pays is the proof below."
        )
    if skill["high"] < 0:
        return "Out of sample the forecasts were worse than the base rate known then."
    return "No edge shown: the interval of the skill holds zero."


def _intro(learned: Learned, zone: tzinfo) -> str:
    nights = learned["nights"]
    trained = sum(night["policy_version"] is not None for night in nights)
    ends = " to ".join(_day(nights[at]["cut"], zone) for at in (0, -1))
    live = [name for name, row in learned["books"].items() if row["mode"] == "live"]
    said = "Proven at the end: " + ", ".join(live) if live else "No book is proven: all are PAPER"
    rule = learned["rule"]
    share = f" ({share_text(rule['surely'], rule['setups'])})" if rule["setups"] else ""
    labels, n_eff = nights[-1]["labels"], nights[-1]["n_eff"]
    return soft(
        f"{len(nights):,} nights, {ends}; {trained:,} of them made a policy. At the end {labels:,} labels of the last "
        f"year were known, worth {n_eff:,.0f}. Champion: <b>{escape(learned['champion'])}</b>, "
        f"{learned['promotions']} promotions. {escape(said)}."
    ) + soft(
        f"<b>{verdict(learned['final']['forecasts'])}</b> Held to the lower bound of p, {rule['surely']:,} of "
        f"{rule['setups']:,} setups that a rule could decide on would have been published{share}."
    )


def _forecasts(found: Mapping[str, Any] | None) -> str:
    if not found or found["brier"] is None:
        return none("No forecast has ended yet.")
    skill, ece = found["skill"] or {}, found["ece"] or {}
    auc, lift = found["pr_auc"], found["pr_auc_lift"]
    rows = [
        ["Brier score", plain(found["brier"], 4), f"base rate {plain(found['brier_base_rate'], 4)}"],
        ["skill over the base rate", _signed(skill.get("value")), _between(skill, "+")],
        ["calibration error, debiased", plain(ece.get("value"), 4), _between(ece, "")],
        ["area under precision-recall", plain(auc, 4), "" if lift is None else f"base rate {auc / (1 + lift):.4f}"],
    ]
    note = soft(
        f"{found['rows']:,} forecasts of the champion, each said before its market was known. Intervals are 90 %, over "
        "whole days. The base rate is what the night before knew, so nothing is compared with hindsight."
    )
    return note + table(["", "value"], [[name, f"{value}<small>{beside}</small>"] for name, value, beside in rows])


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+z.4f}"


def _between(one: Mapping[str, Any], sign: str) -> str:
    low, high = one.get("low"), one.get("high")
    return "interval unknown" if low is None or high is None else f"{low:{sign}.4f} to {high:{sign}.4f}"


def _reliability(bins: Sequence[Mapping[str, Any]]) -> str:
    return (soft(_BINS) if bins else "") + reliability_picture(bins)


def _stakes(final: Mapping[str, Any]) -> str:
    """What the bets were about."""
    proof = final["proof"]
    if proof is None or not proof["setups"]:
        return " Nothing was surely worth publishing, so there was nothing to bet on."
    return f" Since it began, {proof['setups']:,} setups would have been published, {proof['mean']:+z.2f} R each."


def _books(learned: Learned) -> str:
    cells = [
        [
            escape(name),
            f"{row['n_eff']:,.0f}",
            percent(learned["paper_share"].get(name)),
            row["mode"].upper(),
            f"{row['would_publish']:,}",
            f"{row['e_edge']:.2f}",
        ]
        for name, row in learned["books"].items()
    ]
    return table(["book", "n_eff", "nights PAPER", "at the end", "would publish", "E"], cells)


def _contests(contests: Mapping[str, Any]) -> str:
    if not contests:
        return none("No challenger has been compared with the champion yet.")
    cells = []
    for name, one in contests.items():
        left = "–" if one["days_left"] is None else f"{one['days_left']:,.0f}"
        missing = ", ".join(GATES.get(gate, gate) for gate in one["failed"]) or "nothing"
        difference = (
            f"{_difference(one)}<small>{one['low']:+z.2f} to {one['high']:+z.2f}, {one['setups']:,} setups, "
            f"{one['disagreements']:,} differ</small>"
        )
        evidence = f"{one['e']:.2f}<small>of {one['needed']:.0f}</small>"
        cells.append([escape(name), evidence, difference, left, f"<small>{escape(missing)}</small>"])
    note = soft("R a setup that the challenger would have earned more, with an interval that holds at every look.")
    return note + table(["challenger", "E", "difference", "days left", "missing"], cells)


def _timing(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return none("No setup waited for a 5m trigger.")
    cells = []
    for name, one in found["ways"].items():
        known = one["mean"] is not None
        interval = f"{one['low']:+z.2f} to {one['high']:+z.2f}" if known else "too few to tell"
        shown = "no difference shown yet" if not known or one["low"] <= 0.0 <= one["high"] else interval
        mean = r(one["mean"]) if known else "–"
        cells.append([WAYS[name], f"{one['setups']:,}", f"{mean}<small>{interval}</small>", f"<small>{shown}</small>"])
    note = soft(
        f"{found['setups']:,} setups waited and are over by every way. R a setup that another way to enter made more "
        "than the full trigger, a way that never came or was never filled being 0 R; 90 % intervals of all three at "
        "once, over whole days."
    )
    return note + table(["way", "setups", "more than the full trigger", "shown"], cells)


def _difference(one: Mapping[str, Any]) -> str:
    """Coloured where its interval leaves zero out."""
    return r(one["difference"]) if one["low"] <= 0.0 <= one["high"] else coloured(one["difference"])


def _events(events: Sequence[Mapping[str, Any]], zone: tzinfo) -> str:
    if not events:
        return none("Nothing: no challenger joined, none was promoted, no alarm.")
    shown = list(reversed(events))[:LISTED]
    cells = [
        [
            _day(event["at"], zone),
            f"{escape(event['procedure'])}<small>{LEARNED_EVENTS.get(event['kind'], event['kind'])}</small>",
            plain(event["detail"].get("e")),
            f"<small>{escape(_detail(event['detail']))}</small>",
        ]
        for event in shown
    ]
    note = soft(f"The newest {LISTED} of {len(events):,}; all are in learning.json.") if len(events) > LISTED else ""
    return note + table(["when", "what", "E", "detail"], cells)


def _short(value: float) -> str:
    """Three figures, or a whole number with its thousands.

    >>> _short(70.42), _short(11_412.0)
    ('70.4', '11,412')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _detail(detail: Mapping[str, Any]) -> str:
    """The plain values, each with its name; hashes in short."""
    told = {name: value for name, value in detail.items() if name != "e" and isinstance(value, str | int | float)}
    words = (_short(value) if isinstance(value, float) else str(value)[:24] for value in told.values())
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in zip(told, words))


def _day(ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(ms // 1000, tz=zone).date().isoformat()
