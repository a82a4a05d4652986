"""What a night says of moves: quartiles of how far setups ran, the odds of touching a ratio, and how good both were.

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
from engine.learning.moves import RATIOS, Excursions, fit_reach
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
    """The labelled trades whose run is known, and their books. Raises ValueError as `choose_inputs` does."""
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
    return trades.take(known), labels.book[known]


def moves_status(table: Table, labels: Labels, cut: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """The part `moves` of a week's night; `before`: that of the week before, {} where its evidence does not count.

    Where too little is known: only from how much. Where a reading is beyond all measure: what was known before, with
    the reason.
    """
    try:
        trades, book = excursions(table, labels)
    except ValueError as error:
        return {**before, "unusable": str(error)}
    n_eff = effective(trades.weight)
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
    return {**found, "reach": _reach(trades)}


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


def _reach(trades: Excursions) -> list[dict[str, float]]:
    """The odds of touching each ratio before the stop, of a setup with average inputs, and their lower bound."""
    reach = fit_reach(trades)
    ratio = np.asarray(RATIOS)
    x = np.tile(np.average(trades.x, axis=0, weights=trades.weight), (len(ratio), 1))
    p, low = reach.touch(x, ratio), reach.surely(x, ratio)
    return [{"ratio": r, "p": float(a), "p_low": float(b)} for r, a, b in zip(RATIOS, p, low)]
