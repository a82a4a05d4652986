"""A stored verdict: the columns of the table `decisions`, read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """One verdict. Times are ms UTC; `side` is 1 or -1; `plan` is None where no levels were found.

    What the paper arm did: `explored` whether a draw decided, `taken` whether it took the setup, `propensity` the
    chance of that; None where it had no say. Nothing of it is sent.
    """

    decision_id: str
    ts: int
    pair: str
    timeframe: str
    side: int
    setup_model: str
    verdict: str
    reasons: tuple[str, ...]
    features: dict[str, float | None]
    regime: str
    signal_id: str | None
    plan: dict[str, Any] | None
    policy_version: str
    explored: bool | None
    taken: bool | None
    propensity: float | None


def columns_of(row: Row[Any]) -> dict[str, Any]:
    """The columns of a row by name, what is JSON in them read."""
    columns = dict(row._mapping)
    columns["reasons"] = tuple(json.loads(row.reasons))
    columns["features"] = json.loads(row.features)
    columns["plan"] = None if row.plan is None else json.loads(row.plan)
    for name in ("explored", "taken"):
        columns[name] = None if columns[name] is None else bool(columns[name])
    return columns
