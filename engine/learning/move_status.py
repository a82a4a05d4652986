"""What a night says of moves: quartiles of how far setups ran, the odds of touching a ratio, and how good both were.

From these follow levels that the model would set in each book. They are told and not used: levels hang on the market's
structure, and a model that was to move them would have to earn it.

All of it once a week. The table is scored on trades that share nothing with those it was made of, and the trees are
held against it on the week before the last one, whose markets are all over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.learning.dataset import choose_inputs, matrix
from engine.learning.labels import Labels, effective
from engine.learning.moves import RATIOS, Excursions, Reach, fit_reach, propose
from engine.learning.run_quantiles import (
    NEEDED,
    WEEK,
    duel_week,
    evidence,
    quartile_table,
    score,
    table_out_of_sample,
)
from engine.learning.splits import embargo_of
from engine.learning.table import Floats, Ints, Table

LEAST = 100.0  # effective trades before anything is said
DAYS_KEPT = 365


def excursions(table: Table, labels: Labels) -> tuple[Excursions, Ints]:
    """The labelled trades whose run is known, and their rows of labels. Raises ValueError as `choose_inputs` does."""
    risk = labels.column("risk_atr")
    trades = Excursions(
        x=matrix(labels.raw, choose_inputs(labels)),
        best=table.floats("mfe_r")[labels.at],
        worst=-table.floats("mae_r")[labels.at],
        limit=table.floats("limit")[labels.at],
        won=labels.y,
        atr=1.0 / np.where(risk > 0.0, risk, np.nan),
        opened=labels.opened,
        closed=labels.closed,
        weight=labels.weight,
    )
    known = trades.known()
    return trades.take(known), known


def moves_status(table: Table, labels: Labels, cut: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """The part `moves` of a week's night; `before`: that of the week before, {} where its evidence does not count.

    Where too little is known: only from how much. Where a reading is beyond all measure: what was known before, with
    the reason.
    """
    try:
        trades, rows = excursions(table, labels)
    except ValueError as error:
        return {**before, "unusable": str(error)}
    book, n_eff = labels.book[rows], effective(trades.weight)
    found: dict[str, Any] = {"trades": len(trades), "n_eff": n_eff}
    if n_eff < LEAST:
        return found
    names = {labels.keys[code] for code in np.unique(book)}
    embargo = embargo_of({name.split("/")[0] for name in names})
    for name, values in (("mfe", trades.best), ("mae", trades.worst)):
        out = table_out_of_sample(trades, values, book, len(labels.keys), embargo)
        told = score(out, values, trades.weight)
        quartiles = quartile_table(values, trades.weight, book, len(labels.keys))
        found[name] = {
            "table": None if told is None else asdict(told),
            "quartiles": {key: quartiles[at].tolist() for at, key in enumerate(labels.keys) if key in names},
            "duel": _duel(trades, values, book, len(labels.keys), before.get(name, {}).get("duel", {}), cut),
        }
    reach = fit_reach(trades)
    return {**found, "reach": _reach(trades, reach), "proposed": _proposed(trades, reach, labels, rows)}


def _duel(
    trades: Excursions, values: Floats, book: Ints, books: int, before: Mapping[str, Any], cut: int
) -> dict[str, Any]:
    """How far the trees have come against the table: E, what it needs, who serves, and the days it stands on."""
    days = [(int(day), float(gain), float(most)) for day, gain, most in before.get("days", ())]
    heard = {day for day, _, _ in days}
    days += [one for one in duel_week(trades, values, book, books, cut - 2 * WEEK) if one[0] not in heard]
    days = sorted(days)[-DAYS_KEPT:]
    e = evidence(days, trades)
    won = bool(before.get("champion") == "trees" or e >= NEEDED)
    return {"e": e, "needed": NEEDED, "champion": "trees" if won else "table", "days": [list(one) for one in days]}


def _proposed(trades: Excursions, reach: Reach, labels: Labels, rows: Ints) -> dict[str, dict[str, float]]:
    """The levels that the model would set for the average setup of each book that has LEAST effective trades (R)."""
    book, won = labels.book[rows], trades.won == 1.0
    cost, count = np.nan_to_num(labels.column("cost_r")[rows]), len(labels.keys)
    far = quartile_table(trades.best, trades.weight, book, count)[:, 2]
    stop = (
        quartile_table(trades.worst[won], trades.weight[won], book[won], count)[:, 2] if won.any() else np.ones(count)
    )
    found: dict[str, dict[str, float]] = {}
    for code in np.unique(book).tolist():
        own = trades.take(np.flatnonzero(book == code))
        if effective(own.weight) >= LEAST:
            x, atr = np.average(own.x, axis=0, weights=own.weight), float(np.average(own.atr, weights=own.weight))
            paid = float(np.average(cost[book == code], weights=own.weight))
            one = propose(reach, x, paid, atr, far=float(far[code]), stop=float(stop[code]), scalp=False)
            if one is not None:
                found[labels.keys[code]] = asdict(one)
    return found


def _reach(trades: Excursions, reach: Reach) -> list[dict[str, float]]:
    """The odds of touching each ratio before the stop, of a setup with average inputs, and their lower bound."""
    ratio = np.asarray(RATIOS)
    x = np.tile(np.average(trades.x, axis=0, weights=trades.weight), (len(ratio), 1))
    p, low = reach.touch(x, ratio), reach.surely(x, ratio)
    return [{"ratio": r, "p": float(a), "p_low": float(b)} for r, a, b in zip(RATIOS, p, low)]
