"""How setups fail, where more often than elsewhere, and what to do about it: closed-set codes, never text.

`unfilled` and `ran_away` are shares of all that ended (the entry was not reached; the price left first), the others of
what was filled: `stopped_early` before the window in which it could be entered was over, `timed_out` without a target,
`invalidated` before the stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.decision.signal import EXPIRY_MINUTES
from engine.learning.cells import Dimension, dimensions
from engine.learning.effects import compare, discoveries
from engine.learning.insights import LEAST
from engine.learning.labels import DAY, DECAY
from engine.learning.table import Floats, Ints, Mask, Table

MINUTE = 60_000
LOOKED_AT = ("timeframe", "regime", "direction", "session", "setup", "volatility", "pair")
SHOWN = 6
# What a trader can do about a failure that is more frequent somewhere.
ADVICE = {
    "unfilled": "nearer_entry",
    "ran_away": "quicker_entry",
    "stopped_early": "wait_for_trigger",
    "timed_out": "nearer_target",
    "invalidated": "stronger_structure",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that is more frequent in a cell: its share there, beside the rest, out of `n`; what to do."""

    kind: str
    dimension: str
    name: str
    n: int
    share: float
    rest: float
    p: float

    def document(self) -> dict[str, Any]:
        """Short, for a night's status."""
        return {
            "kind": self.kind, "dimension": self.dimension, "name": self.name, "n": self.n, "advice": ADVICE[self.kind],
            "share": round(self.share, 4), "rest": round(self.rest, 4), "p": float(f"{self.p:.3g}"),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failures:
    """`shares` of every kind over all (None where nothing of it could happen); `found`: the surest first."""

    shares: dict[str, float | None]
    found: tuple[Failure, ...]

    def document(self) -> dict[str, Any]:
        """Short, for a night's status."""
        shares = {kind: None if share is None else round(share, 4) for kind, share in self.shares.items()}
        return {"shares": shares, "found": [one.document() for one in self.found]}


def failures(table: Table, places: Ints, cut: int) -> Failures:
    """Of ended setups (not void) at `places`; older ones weigh less, as labels do."""
    where = [one for one in dimensions(table, places, np.full(len(places), np.nan)) if one.name in LOOKED_AT]
    day, closed = table.ints("ts")[places] // DAY, table.ints("closed")[places]
    weight = DECAY ** ((cut - closed) / DAY)
    shares: dict[str, float | None] = {}
    tested: list[Failure] = []
    for kind, (among, happened) in _kinds(table, places).items():
        told = weight * among
        shares[kind] = float(told @ happened / told.sum()) if told.any() else None
        tested += [one for of in where for one in _of(kind, of, day, told, happened.astype(np.float64))]
    claimed = discoveries(np.array([one.p for one in tested]))
    found = [one for one, held in zip(tested, claimed) if held and one.share > one.rest]
    return Failures(shares, tuple(sorted(found, key=lambda one: one.p)[:SHOWN]))


def _of(kind: str, of: Dimension, day: Ints, weight: Floats, happened: Floats) -> list[Failure]:
    by = compare(of, day, weight, happened)
    return [
        Failure(
            kind, of.name, of.names[at], int(by.n[at]), float(by.mean[at]),
            float(by.mean[at] - by.difference[at]), float(by.p[at]),
        )
        for at in range(len(of.names))
        if np.nan_to_num(by.n_eff[at]) >= LEAST and np.isfinite(by.p[at])
    ]  # fmt: skip


def _kinds(table: Table, places: Ints) -> dict[str, tuple[Mask, Mask]]:
    """Of each kind: among which setups it is counted, and of which it is true."""
    result, reason = table.ints("result")[places], table.ints("exit")[places]
    ended = np.ones(len(places), dtype=bool)
    filled = ~np.isnan(table.floats("win")[places])
    words = [name.split("/")[0] for name in table.books.words]
    window = np.array([EXPIRY_MINUTES.get(word, 0) * MINUTE for word in words], dtype=np.int64)
    lasted = table.ints("closed")[places] - table.ints("ts")[places]
    early = lasted <= (window[table.ints("book")[places]] if len(words) else 0)
    unfilled, away = _said(result, table.results.words, "expire", "no-fill"), _said(reason, table.exits.words, "missed")
    return {
        "unfilled": (ended, unfilled & ~away),
        "ran_away": (ended, away),
        "stopped_early": (filled, _said(reason, table.exits.words, "sl") & early),
        "timed_out": (filled, _said(reason, table.exits.words, "timeout")),
        "invalidated": (filled, _said(reason, table.exits.words, "invalidated") & filled),
    }


def _said(codes: Ints, words: list[str], *wanted: str) -> Mask:
    of = np.array([word in wanted for word in words], dtype=bool)
    return np.asarray(of[codes], dtype=bool) if len(words) else np.zeros(len(codes), dtype=bool)
