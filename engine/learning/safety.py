"""Whether a night's refit jumped: the champion is a procedure that moves a little a night, not one that leaps.

(Kazerouni and others 2017, "Conservative contextual linear bandits": what goes live may differ only a little from what
is known to be safe.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.decision.policy import MIN_N_EFF, Policy
from engine.learning.forecast import forecast
from engine.learning.table import Table

LEAST_COSINE = 0.90
MOST_SHIFT, SHIFTED_SHARE, LAST_SETUPS = 0.05, 0.10, 500


def jump(before: Policy, after: Policy, table: Table) -> dict[str, float] | None:
    """The numbers of a jump between two policies, None where there is none.

    A jump: the layers' weights of a book turn (cosine below 0.90), or p moves by more than 0.05 on more than a tenth of
    the last 500 setups of books that show a p.
    """
    cosine = min((_cosine(old, new) for old, new in _weights(before, after)), default=1.0)
    last = slice(max(0, len(table) - LAST_SETUPS), None)
    book, raw = table.ints("book")[last], table.floats("features")[last]
    old, new = (forecast(one.document, table.books.words, book, raw) for one in (before, after))
    both = old.shown & new.shown
    share = float(np.mean(np.abs(new.p - old.p)[both] > MOST_SHIFT)) if both.any() else 0.0
    if cosine >= LEAST_COSINE and share <= SHIFTED_SHARE:
        return None
    return {"cosine": cosine, "shifted": share}


def _weights(before: Policy, after: Policy) -> list[tuple[Mapping[str, float], Mapping[str, float]]]:
    found = []
    for name, row in before.document["books"].items():
        old, new = row["weights"], after.document["books"].get(name, {}).get("weights")
        if old is not None and new is not None and row["n_eff"] >= MIN_N_EFF:
            found.append((old, new))
    return found


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Of two sets of weights.

    >>> round(_cosine({"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 1.0}), 4)
    0.7071
    """
    dot = math.fsum(one[name] * other[name] for name in one)
    return dot / math.sqrt(math.fsum(v * v for v in one.values()) * math.fsum(v * v for v in other.values()))
