"""How far price went half an hour and an hour after a setup was judged: told before, kept, and held against what came.

A move is signed to the side of the setup, in ATR of its timeframe: ln(close then / close now) / atr_pct. What is told
are quartiles: of each book, shrunk towards those of all books ("*"). Each week those of the week before are scored on
the setups judged since, published or not: how many moves fell between the outer quartiles (claimed: a half), and the
pinball loss, beside that of the quartiles of all books.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.learning.history import History
from engine.learning.labels import COLUMNS, DAY, DECAY, OLDEST, effective, uniqueness
from engine.learning.run_quantiles import quartile_table, score, weighted_quantiles
from engine.learning.table import Floats, Ints

MINUTES = (30, 60)
MINUTE = 60_000
LEAST = 100.0  # effective setups before anything is told
WEEKS_KEPT = 52
ALL = "*"


def realised(history: History, minutes: int, since: int, cut: int) -> tuple[Ints, Floats]:
    """Places of the setups judged in (since, cut] whose move over `minutes` was known before `cut` (ms), and the moves.

    A setup without a close at either end is left out.
    """
    table = history.table
    judged, horizon = table.ints("judged_at"), minutes * MINUTE
    places = np.flatnonzero((judged > since) & (judged + horizon < cut))
    now, then = (history.closes_at(places, judged[places] + after) for after in (0, horizon))
    atr = table.floats("features")[places, COLUMNS.index("atr_pct")]
    with np.errstate(divide="ignore", invalid="ignore"):
        move = table.ints("side")[places] * np.log(then / now) / atr
    known = np.isfinite(move)
    return places[known], move[known]


def realised_status(history: History, cut: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """What a week tells of moves, by minutes; `before`: what the week before told, {} where that does not count."""
    return {str(minutes): _horizon(history, minutes, cut, before.get(str(minutes), {})) for minutes in MINUTES}


def _horizon(history: History, minutes: int, cut: int, before: Mapping[str, Any]) -> dict[str, Any]:
    places, move = realised(history, minutes, cut - OLDEST, cut)
    table = history.table
    judged, book = table.ints("judged_at")[places], table.ints("book")[places]
    unique = uniqueness(judged, judged + minutes * MINUTE, table.ints("pair")[places], table.ints("side")[places])
    weight = unique * DECAY ** ((cut - judged) / DAY)
    weeks = [*before.get("weeks", ()), *_week(history, minutes, cut, before)][-WEEKS_KEPT:]
    n_eff = effective(weight)
    found = {"cut": cut, "setups": len(places), "n_eff": n_eff, "weeks": weeks, "told": _told(weeks)}
    if n_eff < LEAST:
        return found
    quartiles = quartile_table(move, weight, book, len(table.books.words))
    named = {table.books.words[at]: quartiles[at].tolist() for at in np.unique(book).tolist()}
    return {**found, "quartiles": {ALL: weighted_quantiles(move, weight).tolist(), **dict(sorted(named.items()))}}


def _week(history: History, minutes: int, cut: int, before: Mapping[str, Any]) -> list[dict[str, float]]:
    """How what was told the last time did on the setups judged since; nothing where nothing was told."""
    told = before.get("quartiles")
    if told is None:
        return []
    places, move = realised(history, minutes, int(before["cut"]), cut)
    words = [history.table.books.words[at] for at in history.table.ints("book")[places].tolist()]
    weight = np.ones(len(places))
    own = score(np.array([told.get(word, told[ALL]) for word in words]).reshape(-1, 3), move, weight)
    whole = score(np.tile(told[ALL], (len(places), 1)), move, weight)
    if own is None or whole is None:
        return []
    return [{"cut": cut, "setups": own.rows, "coverage": own.coverage, "loss": own.loss, "loss_all": whole.loss}]


def _told(weeks: list[dict[str, float]]) -> dict[str, float] | None:
    """All weeks kept, as one; None before the first."""
    if not weeks:
        return None
    count = np.array([week["setups"] for week in weeks])
    means = {name: float(np.average([week[name] for week in weeks], weights=count)) for name in _SCORES}
    return {"setups": float(count.sum()), **means}


_SCORES = ("coverage", "loss", "loss_all")
