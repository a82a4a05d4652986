"""A setup row (engine/readings.py) with names: what stage 2 reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine import layers
from engine.decision.signal import LayerView
from engine.layers.base import KINDS, STATE_NAMES
from engine.market.regime import NAMES as REGIMES
from engine.params import Params
from engine.readings import ANCHOR_AT, ANCHOR_WIDTH, LAYER_AT, LAYER_WIDTH, ROW, ROW_COUNT

MINUTE_NAMES = {1: "1m", 5: "5m", 15: "15m", 60: "1h", 240: "4h", 1440: "1d"}
_AT = {layer.NAME: LAYER_AT + i * LAYER_WIDTH for i, layer in enumerate(layers.LAYERS)}
_FACT = {layer.NAME: {name: i for i, name in enumerate(layer.FACTS)} for layer in layers.LAYERS}


class Area(NamedTuple):
    """A price area that a layer vouches for, in side space (a short's prices negated): up is towards the target.

    `side`: 1 it supports this side, -1 it opposes, 0 either.
    """

    kind: str
    timeframe: str
    side: int
    known_at: int
    low: float
    high: float


class Row:
    """One setup bar's readings. Numbers by name: `row["atr"]`."""

    __slots__ = ("pair", "values")

    def __init__(self, pair: str, values: Sequence[float]) -> None:
        self.pair = pair
        used = ANCHOR_AT + ANCHOR_WIDTH * int(values[ROW_COUNT])
        self.values = list(map(float, values[:used]))

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
        return self.values[at] if self.values[at + 1] in (1.0, 3.0) else None

    def state(self, layer: str) -> str:
        return STATE_NAMES[int(self.values[_AT[layer] + 1])]

    def fact(self, layer: str, name: str) -> float | None:
        """A typed fact of a layer; None where the layer does not vote."""
        return None if self.score(layer) is None else self.values[_AT[layer] + 2 + _FACT[layer][name]]

    def areas(self, side: int) -> list[Area]:
        """All anchors in side space."""
        v = self.values
        out = []
        at = ANCHOR_AT
        for _ in range(int(v[ROW_COUNT])):
            kind, minutes, serves, known_at, low, high = v[at : at + ANCHOR_WIDTH]
            at += ANCHOR_WIDTH
            if side < 0:
                low, high = -high, -low
            out.append(Area(KINDS[int(kind)], MINUTE_NAMES[int(minutes)], int(serves) * side, int(known_at), low, high))
        return out

    def views(self, side: int, params: Params) -> dict[str, LayerView]:
        """Score, match (1 where side * score > 0.2) and state of every layer."""
        out = {}
        for layer in layers.LAYERS:
            score = self.score(layer.NAME)
            match = None if score is None else int(side * score > params.match_score)
            out[layer.NAME] = LayerView(score, match, self.state(layer.NAME))
        return out
