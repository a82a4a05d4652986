"""What a night found out about kinds of setups: insights, failures, what to avoid and what that was worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.learning.avoid import Rule, kept_account, rules
from engine.learning.cells import dimensions
from engine.learning.failures import failures
from engine.learning.history import History
from engine.learning.insights import Filled, Insights, insights, whole_of
from engine.learning.labels import DAY, OLDEST, Labels
from engine.learning.shadow import Shadow
from engine.learning.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class Found:
    """`insights` and `avoid` are parts of the night's status, `rules` what a policy that avoids takes in."""

    insights: dict[str, Any]
    avoid: list[dict[str, Any]]
    rules: tuple[Rule, ...]


def look(
    history: History, labels: Labels, cut: int, since: int, before: Mapping[str, Any], speaker: Shadow | None,
    plain: Shadow | None,
) -> Found:  # fmt: skip
    """Everything from the labels known at `cut`; a new rule counts from `since` (ms).

    `before`: the status of the night before, `speaker` whose p divides the setups by confidence, `plain` a procedure
    that avoids nothing. The shadows must have heard every setup.
    """
    labels = labels.take(np.flatnonzero(np.isfinite(labels.net)))
    side = history.table.ints("side")[labels.at]
    rows = Filled(labels.opened // DAY, side, labels.weight, labels.y, labels.net)
    found = insights(rows, dimensions(history.table, labels.at, _said(labels, speaker)))
    avoid = rules(found, [Rule.of(row) for row in before.get("avoid", ())], since)
    document = {
        **whole_of(rows),
        "tested": found.tested,
        "cells": [one.document() for one in found.cells],
        "pairs": _pairs(found),
        "failures": failures(history.table, _ended(history, cut), cut).document(),
    }
    told = [{**rule.document(), "account": kept_account(rule, history, cut, plain)} for rule in avoid]
    return Found(document, told, avoid)


def _said(labels: Labels, speaker: Shadow | None) -> Floats:
    """The p that each setup was told with, NaN where none was."""
    if speaker is None:
        return np.full(len(labels.y), np.nan)
    said = speaker.said(labels.at)
    return np.where(said.shown, said.p, np.nan)


def _ended(history: History, cut: int) -> Ints:
    """Setups that ended within the year, filled or not, void ones apart, whatever was decided on them."""
    table = history.table
    void = np.array([word == "void" for word in table.results.words], dtype=bool)
    closed = table.ints("closed")
    at = np.flatnonzero((closed > max(0, cut - OLDEST)) & (closed <= cut))
    return at[~void[table.ints("result")[at]]] if len(at) else at


def _pairs(found: Insights) -> list[list[Any]]:
    """Pairs whose setups win and lose together, the closest first: names, correlation, common blocks."""
    known = [one for one in found.pairs if one.correlation is not None]
    known.sort(key=lambda one: -(one.correlation or 0.0))
    return [[one.one, one.other, round(one.correlation or 0.0, 3), one.blocks] for one in known]
