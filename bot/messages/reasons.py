"""Why a signal was given: which layers agree, which do not, which had no data; where the levels come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.reader import Reader
from bot.messages.view import SignalView
from engine.decision.documents import session_name
from engine.decision.signal import LAYER_NAMES

_SIGN = {"long": 1, "short": -1}


def summary(document: Mapping[str, Any], reader: Reader) -> str:
    """How many of the eight layers agree, and the confluence."""
    return reader.html(
        "reasons-summary",
        agree=str(len(grouped(document)["agree"])),
        layers=str(len(LAYER_NAMES)),
        score=reader.number(document["confluence_score"], 2),
        coverage=reader.percent(document["coverage"]),
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
        reader.html("reasons-setup", setup=document["setup_15m"], model=document["setup_model"]),
        *_layers(document, reader),
        reader.html("reasons-market", state=document["market_state"]),
        reader.html("reasons-location", location=document["location"]),
        reader.html("reasons-flow", confirmed=_three(document["order_flow_confirmed"])),
        *_anchors(document, reader),
        *_hedge(document, reader),
        reader.html(
            "reasons-regime", regime=document["regime"], session=document["venue_session"], part=_part(view, reader)
        ),
        _snapshot(document, reader),
        reader.html(
            "reasons-version", policy=document["policy_version"][:12] or "–", engine=document["engine_version"]
        ),
    ]


def _layers(document: Mapping[str, Any], reader: Reader) -> list[str]:
    found = []
    for group, layers in grouped(document).items():
        if layers:
            parts = [_layer(layer, document, reader) for layer in layers]
            found.append(reader.html("reasons-group", group=group, layers=", ".join(parts)))
    rebuilt = [layer for layer in LAYER_NAMES if document["layers_state"][layer] == "rebuilt"]
    if rebuilt:
        parts = [reader.plain("layer", name=layer) for layer in rebuilt]
        found.append(reader.html("reasons-group", group="rebuilt", layers=", ".join(parts)))
    return found


def _layer(layer: str, document: Mapping[str, Any], reader: Reader) -> str:
    """A layer with its score for the signal's side (the document's is positive for a long)."""
    words = reader.plain("layer", name=layer)
    score = document["layers_score"][layer]
    return words if score is None else f"{words} {reader.signed(score * _SIGN[document['side']])}"


def _anchors(document: Mapping[str, Any], reader: Reader) -> list[str]:
    return [
        reader.html(
            "reasons-anchor",
            use=anchor["used_for"],
            kind=reader.plain("anchor-kind", kind=anchor["kind"], words=anchor["kind"].replace("_", " ")),
            timeframe=anchor["timeframe"],
            area=area(anchor["low"], anchor["high"], reader),
        )
        for anchor in document["anchors"]
        if anchor["used_for"] != "invalidation"
    ]


def _hedge(document: Mapping[str, Any], reader: Reader) -> list[str]:
    """The mirror scenario where the idea fails, as the idea that it is."""
    hedge = document["hedge"]
    if hedge is None:
        return []
    return [
        reader.html(
            "reasons-hedge",
            side=hedge["side"],
            entry=reader.number(hedge["entry"]),
            sl=reader.number(hedge["sl"]),
            tp=" / ".join(reader.number(price) for price in dict.fromkeys(hedge["tp"])),
            rr=reader.number(hedge["rr"], 2),
        )
    ]


def area(low: str, high: str, reader: Reader) -> str:
    """A price area, or the one price where it has no height."""
    return reader.number(low) if low == high else f"{reader.number(low)} – {reader.number(high)}"


def _three(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def _part(view: SignalView, reader: Reader) -> str:
    return session_name(view.ts, reader.zone, "").removeprefix("-")


def _snapshot(document: Mapping[str, Any], reader: Reader) -> str:
    market = document["market"]
    coin = str(document["pair"]).split("-")[0]
    parts = [reader.plain("snapshot-price", price=reader.number(market["price"]))]
    if market["spread"] is not None:
        parts.append(reader.plain("snapshot-spread", spread=reader.number(market["spread"])))
    if market["oi"] is not None:
        parts.append(reader.plain("snapshot-oi", oi=reader.number(market["oi"]), coin=coin))
    if market["funding"] is not None:
        parts.append(reader.plain("snapshot-funding", funding=reader.percent(float(market["funding"]), 4)))
    return reader.html("reasons-snapshot", parts=" · ".join(parts))
