"""Why a signal was given: which layers agree, which do not, which had no data; where the levels come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.grade import grade
from bot.messages.markup import plain
from bot.messages.reader import Reader
from bot.messages.view import SignalView
from bot.messages.width import PHONE, columns, packed
from engine.decision.documents import session_name
from engine.decision.signal import LAYER_NAMES

_SIGN = {"long": 1, "short": -1}
_STREAM = {"book": "book", "oi": "open_interest", "funding": "funding"}


def summary(document: Mapping[str, Any], reader: Reader) -> list[str]:
    """How many of the eight layers agree, and how much."""
    agree, layers = str(len(grouped(document)["agree"])), str(len(LAYER_NAMES))
    return packed(
        [
            reader.html("reasons-summary", agree=agree, layers=layers),
            reader.html("reasons-score", score=reader.number(document["confluence_score"], 2)),
            reader.html("reasons-coverage", coverage=reader.percent(document["coverage"])),
        ]
    )


def grouped(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Layer names by what they say: agree, neutral, against, stale, unavailable."""
    groups: dict[str, list[str]] = {"agree": [], "neutral": [], "against": [], "stale": [], "unavailable": []}
    sign = _SIGN[document["side"]]
    for layer in LAYER_NAMES:
        state, score = document["layers_state"][layer], document["layers_score"][layer]
        if state in ("stale", "unavailable") or score is None:
            groups["stale" if state == "stale" else "unavailable"].append(layer)
        elif document["layers_match"][layer] == 1:
            groups["agree"].append(layer)
        else:
            groups["against" if sign * score < -0.2 else "neutral"].append(layer)
    return groups


def detail(view: SignalView, reader: Reader) -> list[str]:
    """The folded part of the post, a line each."""
    document = view.document
    return [
        *_layers(document, reader),
        reader.html("reasons-setup", setup=document["setup_15m"], model=document["setup_model"]),
        _triggers(document, reader),
        reader.html("reasons-market", state=document["market_state"]),
        reader.html("reasons-location", location=document["location"]),
        reader.html("reasons-flow", confirmed=_three(document["order_flow_confirmed"])),
        *_anchors(document, reader),
        *_hedge(document, reader),
        *packed(
            [
                reader.html("reasons-regime", regime=document["regime"]),
                reader.html("reasons-session", session=document["venue_session"], part=_part(view, reader)),
            ]
        ),
        reader.html("reasons-grade", grade=grade(document)),
        *_snapshot(document, reader),
        *_ages(view, reader),
        *packed(
            [
                reader.html("reasons-policy", policy=document["policy_version"][:12] or "–"),
                reader.html("reasons-engine", engine=document["engine_version"]),
            ]
        ),
    ]


def _layers(document: Mapping[str, Any], reader: Reader) -> list[str]:
    """All eight by what they say, each with its score for the signal's side (the document's is a long's)."""
    sign, found = _SIGN[document["side"]], []
    for group, layers in grouped(document).items():
        for layer in layers:
            score = document["layers_score"][layer]
            words = reader.html("reasons-layer", group=group, layer=reader.plain("layer", name=layer))
            parts = [words if score is None else f"{words} {reader.signed(score * sign)}"]
            if document["layers_state"][layer] == "rebuilt":
                parts.append(reader.html("reasons-rebuilt"))
            found += packed(parts)
    return found


def _triggers(document: Mapping[str, Any], reader: Reader) -> str:
    triggers = document["triggers_5m"]
    if document["source"] == "openai":
        return reader.html("signal-triggers-opinion")
    if triggers is None:
        return reader.html("signal-triggers-none")
    told = reader.html("signal-triggers", triggers=triggers)
    return told if columns(plain(told)) <= PHONE else told.replace(": ", ":\n", 1)


def _anchors(document: Mapping[str, Any], reader: Reader) -> list[str]:
    found = []
    for anchor in document["anchors"]:
        if anchor["used_for"] != "invalidation":
            head = reader.html(
                "reasons-anchor",
                use=anchor["used_for"],
                kind=reader.plain("anchor-kind", kind=anchor["kind"], words=anchor["kind"].replace("_", " ")),
                timeframe=anchor["timeframe"],
            )
            found += packed([head, area(anchor["low"], anchor["high"], reader)])
    return found


def _hedge(document: Mapping[str, Any], reader: Reader) -> list[str]:
    """The mirror scenario where the idea fails, as the idea that it is."""
    hedge = document["hedge"]
    if hedge is None:
        return []
    targets = [f"TP {reader.number(price)}" for price in dict.fromkeys(hedge["tp"])]
    return [
        *packed([reader.html("reasons-hedge", side=hedge["side"]), reader.number(hedge["entry"])]),
        *packed([f"SL {reader.number(hedge['sl'])}", *targets, f"RR {reader.number(hedge['rr'], 2)}"]),
        reader.html("reasons-hedge-idea"),
    ]


def area(low: str, high: str, reader: Reader) -> str:
    """A price area, or the one price where it has no height."""
    return reader.number(low) if low == high else f"{reader.number(low)} – {reader.number(high)}"


def _three(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def _part(view: SignalView, reader: Reader) -> str:
    return session_name(view.ts, reader.zone, "").removeprefix("-")


def _snapshot(document: Mapping[str, Any], reader: Reader) -> list[str]:
    market = document["market"]
    coin = str(document["pair"]).split("-")[0]
    parts = [reader.html("snapshot-price", price=reader.number(market["price"]))]
    if market["spread"] is not None:
        parts.append(reader.html("snapshot-spread", spread=reader.number(market["spread"])))
    if market["oi"] is not None:
        parts.append(reader.html("snapshot-oi", oi=reader.number(market["oi"]), coin=coin))
    if market["funding"] is not None:
        parts.append(reader.html("snapshot-funding", funding=reader.percent(float(market["funding"]), 4)))
    return packed([reader.html("reasons-snapshot"), *parts])


def _ages(view: SignalView, reader: Reader) -> list[str]:
    """How old the data beside the candles was."""
    if view.context is None or not view.context.ages:
        return []
    ages = [f"{reader.plain('stream', stream=_STREAM[name])} {reader.span(age)}" for name, age in view.context.ages]
    return packed([reader.html("reasons-ages"), *ages])
