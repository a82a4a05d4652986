"""A chained hash a part: two runs that read the same have the same links at every bar, and the first link that differs
tells the bar and the part at which they parted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audit.layout import ANCHOR_WIDTH, ANCHORS_AT, ENDS_AT, PARTS
from engine.layers import NAMES

Links = NDArray[np.uint64]
LAYER_FROM = len(PARTS) - len(NAMES)  # parts from here on are layers
WIDEST = max(len(columns) for columns in PARTS.values())
COLUMNS_OF = np.array([[*columns, *(-1,) * (WIDEST - len(columns))] for columns in PARTS.values()], dtype=np.int64)
"""(parts, WIDEST): the columns of each part, then -1."""
PRIME = np.uint64(0x9E3779B97F4A7C15)


def fold(link: Any, bits: Any, rows: Any, n: int, columns_of: Any, links: Any) -> None:
    """Chain the first n rows: `bits` are the rows' float bits as uint64, `links` (n, parts) gets every link.

    link' = (link xor value) times an odd constant, and its upper half folded onto its lower one, value by value.
    """
    for j in range(n):
        first = 0
        for part in range(columns_of.shape[0]):
            h = link[part]
            for c in range(columns_of.shape[1]):
                at = columns_of[part, c]
                if at < 0:
                    break
                h = (h ^ bits[j, at]) * PRIME
                h ^= h >> np.uint64(32)
            if part >= LAYER_FROM:
                last = int(rows[j, ENDS_AT + part - LAYER_FROM])
                for at in range(ANCHORS_AT + ANCHOR_WIDTH * first, ANCHORS_AT + ANCHOR_WIDTH * last):
                    h = (h ^ bits[j, at]) * PRIME
                    h ^= h >> np.uint64(32)
                first = last
            link[part] = h
            links[j, part] = h
