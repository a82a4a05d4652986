"""Why a setup was or was not published: the verdict, what stood in the way, and all that it was taken from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.layer_facts import facts_text
from bot.messages.markup import fold, lines
from bot.messages.opinion import why_lines
from bot.messages.reader import Reader, ticker
from bot.messages.reasons import area
from bot.messages.refusals import refusal_text
from bot.messages.width import packed
from engine.decision.signal import SIDE_NAMES
from storage.evidence import Verdict
from storage.opinions import StoredOpinion

AGREES = 0.2
PRICES = {"invalidation": "invalidation_price"}
_THREE = {True: "yes", False: "no", None: "unknown"}


def why_text(v: Verdict, number: int | None, reader: Reader, said: StoredOpinion | None = None) -> str:
    """One verdict; `number` is the signal's where it was published, `said` the second opinion where one was asked.

    What only experts ask for is folded away.
    """
    title = reader.html("why-title", ticker=ticker(v.pair), side=SIDE_NAMES[v.side], timeframe=v.timeframe)
    return lines(
        *packed([title, reader.moment(v.ts)]), _verdict(v, number, reader), *_others(v, reader),
        *_agreement(v, reader), *why_lines(said, reader), _detail(v, reader),
    )  # fmt: skip


def _verdict(v: Verdict, number: int | None, reader: Reader) -> str:
    if v.verdict == "publish":
        return reader.html("why-published", number=str(number or 0))
    if v.verdict == "monitor":
        until = v.evidence.get("until")
        waits = reader.html("why-waits", until="none" if until is None else reader.until(int(until), v.ts))
        return lines(waits, *_triggers(v.evidence.get("triggers"), reader)) if v.evidence else waits
    first = v.reasons[0] if v.reasons else ""
    return reader.html("why-refused", reason=_reason(v, first, reader))


def _others(v: Verdict, reader: Reader) -> list[str]:
    """All that would have refused, too."""
    others = v.reasons[1:] if v.verdict == "refuse" else ()
    if not others:
        return []
    return [reader.html("why-others"), *(f"• {reader.html('why-other', reason=_reason(v, r, reader))}" for r in others)]


def _reason(v: Verdict, reason: str, reader: Reader) -> str:
    return refusal_text(reason, v.evidence.get("refused", {}).get(reason, {}), v.ts, reader)


def _agreement(v: Verdict, reader: Reader) -> list[str]:
    """Agreement (or win chance) against its threshold, and how much of the data there was."""
    score, threshold, p = v.features.get("confluence"), v.evidence.get("threshold"), v.evidence.get("p_win")
    found = []
    if score is not None and threshold is not None and p is None:
        found.append(_distance("score", score, threshold, reader))
    elif score is not None:
        found.append(reader.html("why-score", score=reader.number(round(score, 4), 2)))
    if p is not None and threshold is not None:
        found.append(_distance("chance", p, threshold, reader))
    coverage = v.features.get("coverage")
    if coverage is not None:
        found.append(reader.html("why-coverage", coverage=reader.percent(coverage)))
    return ["", *found]


def _distance(what: str, value: float, needed: float, reader: Reader) -> str:
    def form(number: float) -> str:
        return reader.percent(number) if what == "chance" else reader.number(round(number, 4), 2)

    met = "yes" if value >= needed - 1e-9 else "no"
    gap = form(abs(value - needed))
    return reader.html("why-distance", what=what, value=form(value), needed=form(needed), met=met, gap=gap)


def _detail(v: Verdict, reader: Reader) -> str:
    e = v.evidence
    if not e:
        return reader.html("why-no-evidence")
    bias = e["bias_1d"]
    return fold(
        [
            reader.html("why-layers"),
            *(_layer(name, vote, e["facts"].get(name, {}), reader) for name, vote in e["layers"].items()),
            "",
            *packed([reader.html("why-setup", model=v.setup_model), reader.html("reasons-regime", regime=v.regime)]),
            reader.html("reasons-market", state=e["market_state"]),
            reader.html("reasons-location", location=e["location"]),
            *([reader.html("why-failed-break")] if e["failed_break"] else []),
            reader.html("reasons-flow", confirmed=_THREE[e["order_flow"]]),
            reader.html("signal-structure", state=e["structure_4h"]),
            reader.html("signal-bias-none")
            if bias is None
            else reader.html("signal-bias", side=bias[0], strength=reader.percent(bias[1])),
            *([] if v.verdict == "monitor" else _triggers(e["triggers"], reader)),
            "",
            *_anchors(v, reader),
        ]
    )


def _layer(name: str, vote: tuple[float | None, float, str], facts: Mapping[str, float], reader: Reader) -> str:
    """Score for this side, weight, and what the layer saw; or why it did not vote."""
    score, weight, state = vote
    mark = state if score is None else "agree" if score > AGREES else "against" if score < -AGREES else "neutral"
    said = facts_text(name, facts, reader)
    return reader.html(
        "why-layer",
        mark=mark,
        layer=reader.plain("layer", name=name),
        score="–" if score is None else reader.signed(score),
        weight=reader.percent(weight),
        state=state,
        facts=f": {said}" if said else "",
    )


def _triggers(missing: list[str] | None, reader: Reader) -> list[str]:
    if missing is None:
        return [reader.html("signal-triggers-none")]
    return [
        reader.html("why-triggers-met") if not missing else reader.html("why-triggers", parts=parts(missing, reader))
    ]


def parts(missing: list[str] | tuple[str, ...], reader: Reader) -> str:
    """The 5m trigger parts that are missing."""
    return ", ".join(reader.plain("trigger-part", part=part) for part in missing)


def _anchors(v: Verdict, reader: Reader) -> list[str]:
    """Which level hangs on what, and since when that was known."""
    plan: dict[str, Any] = v.plan or {}
    if not plan:
        return [reader.html("why-no-levels")]
    places = max(0, len(f"{plan['tick']:.12f}".rstrip("0").partition(".")[2]))

    def span(low: float, high: float) -> str:
        return area(f"{low:.{places}f}", f"{high:.{places}f}", reader).replace(" ", "\u00a0")  # stays on one line

    found = []
    for kind, timeframe, low, high, known_at, use in v.evidence["anchors"]:
        ends = (plan["entry_low"], plan["entry_high"]) if use == "entry" else (plan[PRICES.get(use, use)],) * 2
        found.append(
            reader.html(
                "why-anchor",
                use=use,
                price=span(*ends),
                kind=reader.plain("anchor-kind", kind=kind, words=kind.replace("_", " ")),
                timeframe=timeframe,
                area=span(low, high),
                known=reader.moment(int(known_at)),
            )
        )
    return found
