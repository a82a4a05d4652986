"""Quartiles of how far setups run for and against (MFE and MAE, R): a table, and boosted trees that must beat it.

The table has each book's quartiles, shrunk towards those of all books by n / (n + 200). It is the champion until the
trees have won the duel. Trees (LightGBM, quantile loss, in ATR) are grown from 2,000 effective labels on; from 5,000
on their quartiles are widened or narrowed until they hold what they claim (CQR: Romano, Patterson and Candes 2019).
Quartiles are of the excursion while a plan was followed: it ends at TP2, so a quartile never lies beyond that.

The duel is a bet on pinball losses, day by day, on forecasts made before the day by models that saw nothing of it. Two
forecasts of one quantile can never differ in loss by more than max(tau, 1 - tau) times their distance: the bound of the
bet, known before the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.learning.betting import interleaved, streams_of
from engine.learning.labels import DAY, effective
from engine.learning.moves import Excursions
from engine.learning.splits import purged_folds
from engine.learning.table import Floats, Ints

QUANTILES = (0.25, 0.5, 0.75)
TREES_FROM, CONFORMAL_FROM = 2_000.0, 5_000.0
SHRINK = 200.0
HELD_BACK = 0.2  # the newest share of the trades: what the trees did not see decides how wide their intervals are
LAMBDAS = (1.0 / 32.0, 1.0 / 8.0, 1.0 / 2.0, 2.0)
NEEDED = 20.0
WEEK = 7 * DAY
FOLDS = 8
SETTINGS: dict[str, Any] = {
    "objective": "quantile",
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "learning_rate": 0.1,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 7,
    "verbosity": -1,
}
ROUNDS = 100
NEWEST = 20_000  # trades that trees grow from: older ones weigh little and cost as much


def weighted_quantiles(values: Floats, weight: Floats) -> Floats:
    """The quartiles of weighted values (the least value at which the share reaches each); NaN without any.

    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0, 4.0]), np.ones(4)).tolist()
    [1.0, 2.0, 3.0]
    """
    if not len(values) or float(weight.sum()) <= 0.0:
        return np.full(len(QUANTILES), np.nan)
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order]) / float(weight.sum())
    return np.asarray(values[order][np.searchsorted(share, np.asarray(QUANTILES) - 1e-12)], dtype=np.float64)


def quartile_table(values: Floats, weight: Floats, book: Ints, books: int) -> Floats:
    """Quartiles of each book (books, 3), shrunk towards those of all.

    >>> values, book = np.concatenate([np.full(200, 1.0), np.full(200, 3.0)]), np.repeat([0, 1], 200)
    >>> quartile_table(values, np.ones(400), book, 2)[1].tolist()  # half way between 1, 1, 3 and 3, 3, 3
    [2.0, 2.0, 3.0]
    """
    everything = weighted_quantiles(values, weight)
    table = np.tile(everything, (books, 1))
    for at in range(books):
        own = np.flatnonzero(book == at)
        n = effective(weight[own])
        if n > 0.0:
            table[at] += n / (n + SHRINK) * (weighted_quantiles(values[own], weight[own]) - everything)
    return table


@dataclass(frozen=True, slots=True)
class Trees:
    """Three boosters, and what is added outside their outer quartiles (ATR; below 0: they were too wide)."""

    boosters: tuple[Any, ...]
    margin: float = 0.0

    def quartiles(self, trades: Excursions) -> Floats:
        """Quartiles of each trade (rows, 3) in R, in order."""
        x = _inputs(trades)
        found = np.column_stack([one.predict(x, num_threads=1) for one in self.boosters])
        found[:, 0] -= self.margin
        found[:, 2] += self.margin
        return np.sort(np.maximum(found, 0.0), axis=1) * trades.atr[:, None]


def grow(trades: Excursions, values: Floats) -> Trees | None:
    """Trees for one excursion (R); None below 2,000 effective labels or where LightGBM cannot run.

    Grown from the newest 20,000 trades at most. Deterministic, one thread.
    """
    newest = np.sort(np.argsort(trades.opened, kind="stable")[-NEWEST:])
    trades, values = trades.take(newest), values[newest]
    n = effective(trades.weight)
    if n < TREES_FROM or not _can_grow():
        return None
    target = values / trades.atr
    if n < CONFORMAL_FROM:
        return Trees(_boosters(trades, target))
    cut = int(np.quantile(trades.opened, 1.0 - HELD_BACK))
    seen, held = np.flatnonzero(trades.closed < cut), np.flatnonzero(trades.opened >= cut)
    first = Trees(_boosters(trades.take(seen), target[seen]))
    rest = trades.take(held)
    quartiles = first.quartiles(rest) / rest.atr[:, None]
    return Trees(first.boosters, conformal_margin(quartiles, target[held]))


@cache
def _can_grow() -> bool:
    """LightGBM needs the system's OpenMP runtime (libgomp), which a small machine may lack: then the table serves."""
    try:
        import lightgbm
    except OSError:
        return False
    return bool(lightgbm.__version__)


def conformal_margin(quartiles: Floats, values: Floats) -> float:
    """What must be added outside the outer quartiles so that half of the values lie within them.

    >>> told = np.tile([1.0, 2.0, 3.0], (3, 1))
    >>> conformal_margin(told, np.array([2.0, 3.5, 5.0]))
    0.5
    """
    outside = np.maximum(quartiles[:, 0] - values, values - quartiles[:, 2])
    rank = int(np.ceil((len(outside) + 1) * (QUANTILES[2] - QUANTILES[0])))
    return float(np.sort(outside)[min(rank, len(outside)) - 1])


def _boosters(trades: Excursions, target: Floats) -> tuple[Any, ...]:
    import lightgbm

    found = []
    for quantile in QUANTILES:
        data = lightgbm.Dataset(_inputs(trades), target, weight=trades.weight)
        found.append(lightgbm.train({**SETTINGS, "alpha": quantile}, data, num_boost_round=ROUNDS))
    return tuple(found)


def _inputs(trades: Excursions) -> Floats:
    return np.column_stack([trades.x, trades.atr, trades.limit])


def pinball(quartiles: Floats, values: Floats) -> Floats:
    """The loss of each quartile (rows, 3): tau times what was missed above, 1 - tau times what was missed below.

    >>> pinball(np.array([[1.0, 2.0, 3.0]]), np.array([2.5])).tolist()
    [[0.375, 0.25, 0.125]]
    """
    tau, gap = np.asarray(QUANTILES), values[:, None] - quartiles
    return np.maximum(tau * gap, (tau - 1.0) * gap)


@dataclass(frozen=True, slots=True)
class Score:
    """How quartiles did out of sample: share within the outer ones (claimed: a half), mean pinball loss (R)."""

    rows: int
    coverage: float
    loss: float


def score(quartiles: Floats, values: Floats, weight: Floats) -> Score | None:
    """The score of forecasts; rows without one (NaN) are left out. None where none is left."""
    known = np.flatnonzero(~np.isnan(quartiles).any(axis=1))
    if not len(known):
        return None
    told, happened, mass = quartiles[known], values[known], weight[known]
    within = (happened >= told[:, 0]) & (happened <= told[:, 2])
    loss = pinball(told, happened).mean(axis=1)
    return Score(len(known), float(np.average(within, weights=mass)), float(np.average(loss, weights=mass)))


def table_out_of_sample(trades: Excursions, values: Floats, book: Ints, books: int, embargo: int) -> Floats:
    """The table's quartiles of each trade (rows, 3) from trades that share nothing with it; NaN where none are."""
    found = np.full((len(trades), len(QUANTILES)), np.nan)
    for train, test in purged_folds(trades.opened, trades.closed, folds=FOLDS, embargo=embargo):
        found[test] = quartile_table(values[train], trades.weight[train], book[train], books)[book[test]]
    return found


def trees_out_of_sample(trades: Excursions, values: Floats, embargo: int) -> Floats:
    """The same for the trees."""
    found = np.full((len(trades), len(QUANTILES)), np.nan)
    for train, test in purged_folds(trades.opened, trades.closed, folds=FOLDS, embargo=embargo):
        trees = grow(trades.take(train), values[train])
        if trees is not None:
            found[test] = trees.quartiles(trades.take(test))
    return found


Day = tuple[int, float, float]


def duel_week(trades: Excursions, values: Floats, book: Ints, books: int, since: int) -> list[Day]:
    """(UTC day, what the trees lost less than the table, the most they could have lost more) of one week's trades.

    Both models were fitted to what had closed before `since` (ms UTC); call it when the week's markets are all over.
    Empty where the trees had too little to grow from.
    """
    train = np.flatnonzero(trades.closed < since)
    test = np.flatnonzero((trades.opened >= since) & (trades.opened < since + WEEK))
    trees = grow(trades.take(train), values[train]) if len(train) and len(test) else None
    if trees is None:
        return []
    champion = quartile_table(values[train], trades.weight[train], book[train], books)[book[test]]
    rival, happened = trees.quartiles(trades.take(test)), values[test]
    gain = (pinball(champion, happened) - pinball(rival, happened)).sum(axis=1)
    tau = np.asarray(QUANTILES)
    most = (np.abs(champion - rival) * np.maximum(tau, 1.0 - tau)).sum(axis=1)
    days, of = np.unique(trades.opened[test] // DAY, return_inverse=True)
    sums, bounds = np.bincount(of, weights=gain), np.bincount(of, weights=most)
    return [(int(day), float(a), float(b)) for day, a, b in zip(days, sums, bounds)]


def evidence(days: Sequence[Day], trades: Excursions) -> float:
    """E of the trees over the days they were held against the table; 1 before the first.

    `trades` say how long markets live: those that share one are not bet on by one gambler.
    """
    if not days:
        return 1.0
    block, sums, bounds = (np.asarray(one) for one in zip(*days))
    streams = streams_of(trades.opened, trades.closed, DAY)
    return interleaved(block.astype(np.int64), sums, bounds, LAMBDAS, streams)
