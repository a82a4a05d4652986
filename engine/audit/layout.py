"""What is read at the close of a setup bar, as one flat row of floats: the table that all checks look at.

A row begins like a setup row (engine/readings.py: the numbers of HEAD, of them the profile only where there was
something to judge, else 0; then score, state and facts of every layer), then come the 5m triggers, the lowest and the
highest price so far, where each layer's anchors end, and the anchors in layer order.
`PARTS` says which columns belong together: what differs is told by the part, then by the column's name.
"""

from __future__ import annotations

from engine import readings
from engine.layers import LAYERS, NAMES
from engine.layers.base import ANCHORS, FACT_SLOTS
from engine.readings import LAYER_AT, LAYER_WIDTH, ROW

SNIPER_AT = LAYER_AT + LAYER_WIDTH * len(LAYERS)
LOWEST_AT, HIGHEST_AT = SNIPER_AT + 1, SNIPER_AT + 2
ENDS_AT = HIGHEST_AT + 1
ANCHORS_AT = ENDS_AT + len(LAYERS)
ANCHOR = ("kind", "minutes", "side", "known_at", "low", "high")
ANCHOR_WIDTH = readings.ANCHOR_WIDTH
WIDTH = ANCHORS_AT + ANCHOR_WIDTH * ANCHORS
TS, MINUTES, SIDES = ROW["ts"], ROW["minutes"], ROW["sides"]
DAILY = "1d"
PROFILE = tuple(name for name, expression in readings.HEAD if expression.startswith("s.profile."))

_GROUPS = {
    "profile": PROFILE,
    "regime": ("regime", "regime_direction", "efficiency", "percentile", "atr_part", "adx"),
    "structure of the bars": ("trend", "last_break"),
    "4h": ("trend_h4", "last_h4", "bars_h4"),
    DAILY: ("trend_d1", "ema_d1", "close_d1", "bars_d1"),
    "quotes and flow": ("bid", "ask", "book_ts", "oi", "oi_ts", "funding", "funding_ts", "funding_interval", "flow"),
}
_GROUPED = {name: group for group, names in _GROUPS.items() for name in names}
COLUMNS: tuple[str, ...] = (
    *ROW,
    *(
        column
        for layer in LAYERS
        for column in ("score", "state", *layer.FACTS, *("unnamed fact",) * (FACT_SLOTS - len(layer.FACTS)))
    ),
    "triggers",
    "lowest",
    "highest",
    *("anchors",) * len(LAYERS),
    *(f"anchor {field}" for _ in range(ANCHORS) for field in ANCHOR),
)
"""The name of every column."""


def _parts() -> dict[str, tuple[int, ...]]:
    parts: dict[str, list[int]] = {name: [] for name in ("bars", *_GROUPS, "5m triggers")}
    for name, at in ROW.items():
        parts[_GROUPED.get(name, "bars")].append(at)
    parts["5m triggers"].append(SNIPER_AT)
    for j, name in enumerate(NAMES):
        first = LAYER_AT + j * LAYER_WIDTH
        parts[name] = list(range(first, first + LAYER_WIDTH))
    return {name: tuple(columns) for name, columns in parts.items()}


PARTS: dict[str, tuple[int, ...]] = _parts()
"""The columns of each part (a layer's anchors come beside them): bars, regime, ..., then the layers by their names."""
