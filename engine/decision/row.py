"""A setup row (engine/readings.py) with names: what stage 2 reads."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine import layers
from engine.decision.signal import LayerView
from engine.layers.base import LIVE, REBUILT, STATE_NAMES
from engine.market.regime import NAMES as REGIMES
from engine.params import Params
from engine.readings import ANCHOR_AT, ANCHOR_WIDTH, LAYER_AT, LAYER_WIDTH, ROW, ROW_COUNT
from engine.records import step

MINUTE_NAMES = {1: "1m", 5: "5m", 15: "15m", 60: "1h", 240: "4h", 1440: "1d"}
_AT = {layer.NAME: LAYER_AT + i * LAYER_WIDTH for i, layer in enumerate(layers.LAYERS)}
_FACT = {layer.NAME: {name: i for i, name in enumerate(layer.FACTS)} for layer in layers.LAYERS}


def place_of(layer: str, fact: str = "") -> int:
    """Where a layer's score, or a fact of it, stands in a row."""
    return _AT[layer] + (2 + _FACT[layer][fact] if fact else 0)


@step
def votes(row: Sequence[float], at: int) -> int:
    """1 where the layer whose score stands at `at` votes: it is live or rebuilt."""
    return 1 if row[at + 1] == LIVE or row[at + 1] == REBUILT else 0


class Row:
    """One setup bar's readings. Numbers by name: `row["atr"]`."""

    __slots__ = ("pair", "values")

    def __init__(self, pair: str, values: Sequence[float] | NDArray[np.float64]) -> None:
        self.pair = pair
        used = ANCHOR_AT + ANCHOR_WIDTH * int(values[ROW_COUNT])
        self.values = array("d")
        if isinstance(values, np.ndarray):  # as columns keep rows
            self.values.frombytes(values[:used].tobytes())
        elif isinstance(values, ctypes.Array):  # of doubles, as a packed pair keeps its row
            self.values.frombytes(ctypes.string_at(values, used * self.values.itemsize))
        else:
            self.values.extend(map(float, values[:used]))

    def __getitem__(self, name: str) -> float:
        return self.values[ROW[name]]

    @property
    def ts(self) -> int:
        return int(self.values[ROW["ts"]])

    @property
    def timeframe(self) -> str:
        return MINUTE_NAMES[int(self.values[ROW["minutes"]])]

    @property
    def regime(self) -> str:
        return REGIMES[int(self.values[ROW["regime"]])]

    def score(self, layer: str) -> float | None:
        """The layer's signed score; None where it does not vote (unavailable or stale)."""
        at = _AT[layer]
        return self.values[at] if votes(self.values, at) else None

    def state(self, layer: str) -> str:
        return STATE_NAMES[int(self.values[_AT[layer] + 1])]

    def fact(self, layer: str, name: str) -> float | None:
        """A typed fact of a layer; None where the layer does not vote."""
        return None if self.score(layer) is None else self.values[place_of(layer, name)]

    def anchor(self, index: int) -> Sequence[float]:
        """The six numbers of an anchor: kind, minutes, side, known_at, low, high."""
        at = ANCHOR_AT + ANCHOR_WIDTH * index
        return self.values[at : at + ANCHOR_WIDTH]

    def views(self, side: int, params: Params) -> dict[str, LayerView]:
        """Score, match (1 where side * score > 0.2) and state of every layer."""
        out = {}
        for layer in layers.LAYERS:
            score = self.score(layer.NAME)
            match = None if score is None else int(side * score > params.match_score)
            out[layer.NAME] = LayerView(score, match, self.state(layer.NAME))
        return out
