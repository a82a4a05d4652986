"""Where a setup stood: the cells that insights compare, and the ranges by which a policy can stay out of one.

A dimension divides the setups that it knows something of; a setup of which it knows nothing is in none of its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.decision.signal import LAYER_NAMES
from engine.learning.labels import COLUMNS
from engine.learning.table import Floats, Ints, Table
from engine.params import Params

NOWHERE = -1
SESSIONS = ("asia", "london", "new_york", "overlap", "off")
WAYS = ("with", "against", "flat")  # of a trend, beside the trade's side
BIASES = ("with", "against", "between")
BANDS = ("low", "middle", "high")
# (ours) A daily bias below a fifth either way is none; volatility's percentile is cut at its thirds.
BIAS_LEAST = 0.2
BAND_EDGES = (100.0 / 3.0, 200.0 / 3.0)
MOST = 1e9  # stands for no end of a range: policies hold finite numbers
MATCH = Params().match_score
_HALF = 0.5
WAY_RANGES = {"with": (_HALF, MOST), "against": (-MOST, -_HALF), "flat": (-_HALF, _HALF)}
_BIAS_RANGES = {"with": (BIAS_LEAST, MOST), "against": (-MOST, -BIAS_LEAST), "between": (-BIAS_LEAST, BIAS_LEAST)}
_BAND_RANGES = {"low": (0.0, BAND_EDGES[0]), "middle": BAND_EDGES, "high": (BAND_EDGES[1], 100.0)}
_OPEN, _SHUT = (_HALF, 1.5), (-_HALF, _HALF)
_SESSION_RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "asia": {"london_open": _SHUT, "new_york_open": _SHUT, "asia_open": _OPEN},
    "london": {"london_open": _OPEN, "new_york_open": _SHUT},
    "new_york": {"london_open": _SHUT, "new_york_open": _OPEN},
    "overlap": {"london_open": _OPEN, "new_york_open": _OPEN},
    "off": {"london_open": _SHUT, "new_york_open": _SHUT, "asia_open": _SHUT},
}


@dataclass(frozen=True, slots=True)
class Dimension:
    """`of` numbers into `names` for every setup, NOWHERE (-1) where nothing is known."""

    name: str
    names: tuple[str, ...]
    of: Ints


def dimensions(table: Table, places: Ints, p: Floats) -> list[Dimension]:
    """Every way in which the setups at `places` are divided; `p` is what was said of each, NaN where nothing was."""
    raw = table.floats("features")[places]

    def column(name: str) -> Floats:
        return raw[:, COLUMNS.index(name)]

    books = [name.split("/") for name in table.books.words]
    book = table.ints("book")[places]
    regime = _words(book, [one[-1] for one in books])
    return [
        Dimension("timeframe", *_words(book, [one[0] for one in books])),
        Dimension("regime", *regime),
        _directed(regime, _signed(column("trend_agrees"), _HALF)),
        Dimension("bias", BIASES, _signed(column("bias_1d"), BIAS_LEAST)),
        Dimension("session", SESSIONS, sessions(column("asia_open"), column("london_open"), column("new_york_open"))),
        Dimension("setup", *_words(table.ints("setup")[places], table.setups.words)),
        Dimension("confidence", tuple(str(10 * at) for at in range(10)), _tens(p)),
        Dimension("volatility", BANDS, _bands(column("volatility_percentile"))),
        *(Dimension(f"layer_{name}", ("agreed", "not"), _agreed(column(f"score_{name}"))) for name in LAYER_NAMES),
        Dimension("pair", *_words(table.ints("pair")[places], table.pairs.words)),
    ]


def sessions(asia: Floats, london: Floats, new_york: Floats) -> Ints:
    """The venue session of three flags, as SESSIONS has them; NOWHERE where one is unknown.

    >>> sessions(np.array([1.0, 0, 0, 0]), np.array([1.0, 0, 1, 0]), np.array([0.0, 0, 1, np.nan])).tolist()
    [1, 4, 3, -1]
    """
    both = np.where(new_york > _HALF, 3, 1)
    alone = np.where(new_york > _HALF, 2, np.where(asia > _HALF, 0, 4))
    found = np.where(london > _HALF, both, alone)
    return np.where(np.isnan(asia + london + new_york), NOWHERE, found).astype(np.int64)


def rule_of(dimension: str, name: str) -> dict[str, Any] | None:
    """A cell as a policy can avoid it (engine/decision/policy.py); None for one that no range of features names.

    >>> rule_of("session", "overlap")["where"]
    {'london_open': [0.5, 1.5], 'new_york_open': [0.5, 1.5]}
    >>> rule_of("direction", "TRENDING_against")
    {'timeframe': None, 'regime': 'TRENDING', 'where': {'trend_agrees': [-1000000000.0, -0.5]}}
    """
    make = _RULES.get(dimension)
    return None if make is None else make(name)


def _rule(timeframe: str | None = None, regime: str | None = None, **where: tuple[float, float]) -> dict[str, Any]:
    ranges = {name: [low, high] for name, (low, high) in where.items()}
    return {"timeframe": timeframe, "regime": regime, "where": ranges}


def _directed_rule(name: str) -> dict[str, Any]:
    regime, _, way = name.rpartition("_")
    return _rule(regime=regime, trend_agrees=WAY_RANGES[way])


_RULES: dict[str, Callable[[str], dict[str, Any]]] = {
    "timeframe": lambda name: _rule(timeframe=name),
    "regime": lambda name: _rule(regime=name),
    "direction": _directed_rule,
    "bias": lambda name: _rule(bias_1d=_BIAS_RANGES[name]),
    "session": lambda name: _rule(None, None, **_SESSION_RANGES[name]),
    "volatility": lambda name: _rule(volatility_percentile=_BAND_RANGES[name]),
}


def _words(codes: Ints, words: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """Codes of words that may be the same (or empty) as numbers into the different ones, in their order."""
    names = tuple(sorted({word for word in words if word}))
    number = np.array([names.index(word) if word else NOWHERE for word in words], dtype=np.int64)
    return names, number[codes] if len(words) else codes


def _directed(regime: tuple[tuple[str, ...], Ints], way: Ints) -> Dimension:
    """Regime and whether the trend runs with the trade."""
    names, of = regime
    both = np.where((of >= 0) & (way >= 0), of * len(WAYS) + way, NOWHERE)
    return Dimension("direction", tuple(f"{name}_{one}" for name in names for one in WAYS), both)


def _signed(values: Floats, least: float) -> Ints:
    """0 from `least` up, 1 from -`least` down, 2 between, NOWHERE unknown."""
    found = np.where(values >= least, 0, np.where(values <= -least, 1, 2))
    return np.where(np.isnan(values), NOWHERE, found)


def _bands(values: Floats) -> Ints:
    return np.where(np.isnan(values), NOWHERE, np.searchsorted(BAND_EDGES, np.nan_to_num(values), side="right"))


def _tens(p: Floats) -> Ints:
    return np.where(np.isnan(p), NOWHERE, np.clip(np.nan_to_num(p) * 10, 0, 9).astype(np.int64))


def _agreed(score: Floats) -> Ints:
    """Whether a layer that voted agreed with the trade (its score, signed to the side, is above `match_score`)."""
    return np.where(np.isnan(score), NOWHERE, np.where(score > MATCH, 0, 1))
