"""What people are told of the second opinion: one line in a post, one in /why, its scoreboard in /model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.reader import Reader
from engine.decision.advice import WORDS
from engine.decision.pool import LEAST_PAIRS
from storage.opinions import StoredOpinion


def stance(document: Mapping[str, Any], said: StoredOpinion | None) -> str | None:
    """How it stood to a signal when that was published: agrees, decides (in place of the triggers), against or silent.

    None where nobody was asked. Who spoke too late was silent.
    """
    if document["source"] != "rule_based":
        return "agrees" if document["source"] == "hybrid" else "decides"
    if said is None:
        return None
    return "against" if said.decision and said.decision != WORDS[said.side] else "silent"


def post_lines(stood: str | None, reader: Reader) -> list[str]:
    """One plain line; none where nobody was asked."""
    return [] if stood is None else [reader.html("opinion-post", stance=stood)]


def why_lines(said: StoredOpinion | None, reader: Reader) -> list[str]:
    """What it said of a setup: its word and its chance, never its sentence."""
    if said is None:
        return []
    if said.p is None:
        return [reader.html("opinion-why-silent", why=said.silence)]
    return [reader.html("opinion-why", word=said.decision, p=reader.percent(said.p))]


def board_lines(board: Mapping[str, Any] | None, reader: Reader) -> list[str]:
    """The scoreboard (engine/learning/scoreboard.py): what agreeing and disagreeing was worth, and what it may do."""
    if board is None:
        return []
    one = board["prompts"][board["acting"]]
    pairs, most = reader.number(one["pairs"]), reader.number(LEAST_PAIRS)
    rows = [
        "",
        reader.html("opinion-title"),
        reader.html("opinion-model", model=board["model"][:24], prompt=board["acting"].partition(".")[0]),
        reader.html("opinion-state", state=board["state"], pairs=pairs, needed=most),
        reader.html("opinion-answered", answered=reader.number(one["answered"]), asked=reader.number(one["asked"])),
    ]
    if board["state"] != "learning":
        e, needed = reader.number(round(one["uplift"], 1), 1), reader.number(round(board["needed"]))
        rows.append(reader.html("opinion-uplift", e=e, needed=needed))
    return [*rows, *_worth("agreed", one["agreed"], reader), *_worth("against", one["against"], reader)]


def _worth(which: str, found: Mapping[str, Any], reader: Reader) -> list[str]:
    """The mean of the filled setups that it agreed with, or was against, with its range."""
    if not found["filled"]:
        return []
    n, mean = reader.number(found["filled"]), reader.r(found["mean_r"])
    rows = [reader.html("opinion-worth", which=which, n=n, mean=mean)]
    if found["low"] is not None:
        rows.append(reader.html("opinion-range", low=reader.r(found["low"]), high=reader.r(found["high"])))
    return rows
