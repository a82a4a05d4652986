"""Judged setups as columns that grow: what the learner keeps of each, a few hundred bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from engine.decision.verdict import FEATURE_COUNT, FEATURES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
# What a rule of publishing may decide; any other reason would have refused the setup under every rule.
RULED = frozenset({"confluence", "p_win", "opinion", "unproven", "paused"})
FIRST_ROOM = 1024
UNKNOWN = float("nan")
_whole = itemgetter(*FEATURES)


@dataclass(frozen=True, slots=True)
class Decision:
    """One judged setup (published or shadow) as the learner is told of it.

    `side` is 1 or -1, times are ms UTC, `rr` is the followable net R, `features` as a decision keeps them, `reasons`
    why it was refused. `win`, `rr`, `closed_at`, `resolution`, `result` and `exit_reason` are None until its market
    ended; `win` and `rr` stay None where it was never filled, or void. `mfe_r` and `mae_r` say how far the market ran
    for and against the fill (theoretical track, mae_r <= 0 <= mfe_r), `limit` how far it was followed at most: TP2 in R
    of a fill at the near edge (None without a plan).
    """

    decision_id: str
    ts: int
    pair: str
    timeframe: str
    regime: str
    side: int
    features: Mapping[str, float | None]
    win: int | None = None
    rr: float | None = None
    closed_at: int | None = None
    resolution: str | None = None
    setup_model: str = ""
    reasons: tuple[str, ...] = ()
    result: str | None = None
    exit_reason: str | None = None
    mfe_r: float | None = None
    mae_r: float | None = None
    limit: float | None = None


ROW = np.dtype(
    [
        ("ts", np.int64),
        ("judged_at", np.int64),
        ("closed", np.int64),  # 0: not over
        ("side", np.int64),
        ("pair", np.int64),
        ("book", np.int64),
        ("setup", np.int64),
        ("resolution", np.int64),
        ("result", np.int64),
        ("exit", np.int64),
        ("ruled", np.int64),
        ("win", np.float64),
        ("rr", np.float64),
        ("mfe_r", np.float64),
        ("mae_r", np.float64),
        ("limit", np.float64),
        ("features", np.float64, (FEATURE_COUNT,)),
    ]
)


class Names:
    """Words as small numbers, in the order in which they were met."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        self.words: list[str] = []

    def code(self, word: str) -> int:
        """The number of a word, a new one for a new word."""
        found = self._of.get(word)
        if found is None:
            found = self._of[word] = len(self.words)
            self.words.append(word)
        return found


class Table:
    """Rows in the order in which they were added. Columns are views: valid until the next row is added."""

    def __init__(self, rows: Iterable[Decision] = ()) -> None:
        self._rows = np.zeros(FIRST_ROOM, dtype=ROW)
        self.ids: list[str] = []
        self.pairs, self.books, self.setups = Names(), Names(), Names()
        self.resolutions, self.results, self.exits = Names(), Names(), Names()
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> NDArray[np.generic]:
        """One column of ROW."""
        return self._rows[name][: len(self.ids)]

    def ints(self, name: str) -> Ints:
        """A column of whole numbers."""
        found: Ints = self._rows[name][: len(self.ids)]
        return found

    def floats(self, name: str) -> Floats:
        """A column of numbers; `features` is a matrix."""
        found: Floats = self._rows[name][: len(self.ids)]
        return found

    def add(self, row: Decision) -> int:
        """Keep a setup; returns its place."""
        at = len(self.ids)
        if at == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros(at, dtype=ROW)])
        self.ids.append(row.decision_id)
        self._rows[at]["judged_at"] = row.ts
        self._rows[at]["win"] = self._rows[at]["rr"] = UNKNOWN
        self.judge(at, row)
        self.end(at, row.win, row.rr, row.closed_at, row.resolution, row.result, row.exit_reason)
        self.ran(at, row.mfe_r, row.mae_r)
        return at

    def judge(self, at: int, row: Decision) -> None:
        """The last verdict on the setup at a place."""
        kept = self._rows[at]
        kept["ts"] = row.ts
        kept["side"] = row.side
        kept["pair"] = self.pairs.code(row.pair)
        kept["book"] = self.books.code(f"{row.timeframe}/{row.regime}")
        kept["setup"] = self.setups.code(row.setup_model)
        kept["ruled"] = int(RULED.issuperset(row.reasons))
        kept["limit"] = UNKNOWN if row.limit is None else row.limit
        try:
            kept["features"] = _whole(row.features)
        except KeyError:  # kept by a version that knew fewer features
            kept["features"] = [row.features.get(name) for name in FEATURES]

    def end(
        self,
        at: int,
        win: int | None,
        rr: float | None,
        closed_at: int | None,
        resolution: str | None,
        result: str | None,
        exit_reason: str | None,
    ) -> None:
        """How the market of the setup at a place ended."""
        kept = self._rows[at]
        kept["win"] = UNKNOWN if win is None else win
        kept["rr"] = UNKNOWN if rr is None else rr
        kept["closed"] = closed_at or 0
        kept["resolution"] = self.resolutions.code(resolution or "")
        kept["result"] = self.results.code(result or "")
        kept["exit"] = self.exits.code(exit_reason or "")

    def ran(self, at: int, mfe_r: float | None, mae_r: float | None) -> None:
        """How far the market of the setup at a place ran for and against its fill (R)."""
        self._rows[at]["mfe_r"] = UNKNOWN if mfe_r is None else mfe_r
        self._rows[at]["mae_r"] = UNKNOWN if mae_r is None else mae_r
