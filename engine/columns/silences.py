"""Where pairs of a replay over columns fall silent for a day while others go on: their lives end there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.decision.track_rules import SILENT_MS

Ints = NDArray[np.int64]


def silences_of(closes: Mapping[str, Ints]) -> dict[str, Ints]:
    """Per pair two rows (2, silences) of ms: the last close before each, and the first close of any pair a day later.

    `closes` are those of every pair's base bars, ascending. A bar of the pair itself at that instant or before ends
    the silence, and the lives with it. Known at the second row.

    >>> hours = np.array([0, 24, 48, 72]) * 3_600_000
    >>> found = silences_of({"A": hours[:1], "B": hours})
    >>> (found["A"] // 3_600_000).tolist(), found["B"].tolist()
    ([[0], [24]], [[], []])
    """
    return {pair: _silences(own, list(closes.values())) for pair, own in closes.items()}


def _silences(own: Ints, everyone: list[Ints]) -> Ints:
    following = np.append(own[1:], np.iinfo(np.int64).max)
    long = np.flatnonzero(following - own > SILENT_MS)
    found = []
    for last, back in zip(own[long].tolist(), following[long].tolist()):
        places = [(closes, int(np.searchsorted(closes, last + SILENT_MS))) for closes in everyone]
        heard = min((int(closes[at]) for closes, at in places if at < len(closes)), default=back)
        if heard < back:
            found.append((last, heard))
    return np.array(found, dtype=np.int64).reshape(-1, 2).T.copy()
