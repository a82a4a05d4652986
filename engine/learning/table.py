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


WHOLE = ("ts", "judged_at", "closed", "side", "pair", "book", "setup", "resolution", "result", "exit", "ruled")
REAL = ("win", "rr", "mfe_r", "mae_r", "limit")


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
        self._room = FIRST_ROOM
        self._ints: dict[str, Ints] = {name: np.zeros(FIRST_ROOM, dtype=np.int64) for name in WHOLE}
        self._floats: dict[str, Floats] = {name: np.zeros(FIRST_ROOM) for name in REAL}
        self._floats["features"] = np.zeros((FIRST_ROOM, FEATURE_COUNT))
        self.ids: list[str] = []
        self.pairs, self.books, self.setups = Names(), Names(), Names()
        self.resolutions, self.results, self.exits = Names(), Names(), Names()
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self.ids)

    def ints(self, name: str) -> Ints:
        """A column of WHOLE numbers; in `closed` 0 is not over."""
        return self._ints[name][: len(self.ids)]

    def floats(self, name: str) -> Floats:
        """A column of REAL numbers; `features` is a matrix."""
        return self._floats[name][: len(self.ids)]

    def add(self, row: Decision) -> int:
        """Keep a setup; returns its place."""
        at = len(self.ids)
        if at == self._room:
            self._room *= 2
            self._ints = {name: np.concatenate([had, np.zeros_like(had)]) for name, had in self._ints.items()}
            self._floats = {name: np.concatenate([had, np.zeros_like(had)]) for name, had in self._floats.items()}
        self.ids.append(row.decision_id)
        self._ints["judged_at"][at] = row.ts
        self.judge(at, row)
        self.end(at, row.win, row.rr, row.closed_at, row.resolution, row.result, row.exit_reason)
        self.ran(at, row.mfe_r, row.mae_r)
        return at

    def judge(self, at: int, row: Decision) -> None:
        """The last verdict on the setup at a place."""
        ints, floats = self._ints, self._floats
        ints["ts"][at] = row.ts
        ints["side"][at] = row.side
        ints["pair"][at] = self.pairs.code(row.pair)
        ints["book"][at] = self.books.code(f"{row.timeframe}/{row.regime}")
        ints["setup"][at] = self.setups.code(row.setup_model)
        ints["ruled"][at] = int(RULED.issuperset(row.reasons))
        floats["limit"][at] = UNKNOWN if row.limit is None else row.limit
        try:
            floats["features"][at] = _whole(row.features)
        except KeyError:  # kept by a version that knew fewer features
            floats["features"][at] = [row.features.get(name) for name in FEATURES]

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
        ints, floats = self._ints, self._floats
        floats["win"][at] = UNKNOWN if win is None else win
        floats["rr"][at] = UNKNOWN if rr is None else rr
        ints["closed"][at] = closed_at or 0
        ints["resolution"][at] = self.resolutions.code(resolution or "")
        ints["result"][at] = self.results.code(result or "")
        ints["exit"][at] = self.exits.code(exit_reason or "")

    def ran(self, at: int, mfe_r: float | None, mae_r: float | None) -> None:
        """How far the market of the setup at a place ran for and against its fill (R)."""
        self._floats["mfe_r"][at] = UNKNOWN if mfe_r is None else mfe_r
        self._floats["mae_r"][at] = UNKNOWN if mae_r is None else mae_r
