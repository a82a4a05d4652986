"""What surrounded a signal when it was made: the next funding and what it costs, how old the data was, what was open.

Read from what the store keeps with the signal, so a post says the same whenever it is made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision.row import Row
from engine.params import Params

MOST_R = Params().heat_total_r
AGED = {"book": "book_ts", "oi": "oi_ts", "funding": "funding_ts"}


@dataclass(frozen=True, slots=True)
class Context:
    """`funding_at` (ms) and `funding_r` (R that a held position gets, negative: pays); `ages` of the data in seconds by
    book, oi and funding; `open_r`: signals that could still lose 1 R each, this one too, of at most `most_r`."""

    funding_at: int | None = None
    funding_r: float | None = None
    ages: tuple[tuple[str, int], ...] = ()
    open_r: int = 1
    most_r: float = 6.0


def context_of(document: Mapping[str, Any], basis: Mapping[str, Any] | None, open_r: int) -> Context:
    """The context of a signal out of its basis (storage/bases.py); one without a basis has only its open risk."""
    if basis is None:
        return Context(open_r=open_r, most_r=MOST_R)
    row = Row(str(basis["pair"]), basis["row"])
    at = int(basis["pulse"]["ts"])
    seen = {name: int(row[column]) for name, column in AGED.items()}
    ages = tuple((name, (at - ts) // 1000) for name, ts in seen.items() if 0 < ts <= at)
    due = next_funding(seen["funding"], int(row["funding_interval"]), at)
    cost = None if due is None else _funding_r(document, row["funding"])
    return Context(due, cost, ages, open_r, MOST_R)


def next_funding(last: int, interval: int, now: int) -> int | None:
    """The first settlement after `now` (ms); None where that cannot be known.

    >>> next_funding(0, 28_800_000, 5), next_funding(28_800_000, 28_800_000, 57_600_000), next_funding(1000, 0, 5)
    (None, 86400000, None)
    """
    if last <= 0 or interval <= 0:
        return None
    return last + interval * max(1, (now - last) // interval + 1)


def _funding_r(document: Mapping[str, Any], rate: float) -> float | None:
    """What one settlement at this rate brings, in R: a long pays a positive rate."""
    low, high = map(float, document["orders"]["entry"])
    middle = (low + high) / 2
    risk = abs(middle - float(document["orders"]["sl"]))
    side = 1 if document["side"] == "long" else -1
    return -side * rate * middle / risk if risk > 0 else None
