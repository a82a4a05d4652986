"""Setup rows made by hand: every layer votes, numbers by name, anchors as (kind, side, low, high)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.decision.row import Row
from engine.decision.verdict import contract_of
from engine.layers import LAYERS
from engine.layers.base import KINDS, LIVE
from engine.market.instrument import Instrument
from engine.params import Params
from engine.readings import ANCHOR_AT, ANCHOR_WIDTH, LAYER_AT, LAYER_WIDTH, ROW, ROW_COUNT, WIDTH

TS = 1_700_006_400_000
PAIR = "AAA-USDT-SWAP"
INSTRUMENT = Instrument(inst_id=PAIR, tick=0.1, decimals=1, lot=1.0, min_size=1.0, ct_val=1.0, ct_val_ccy="AAA")
CONTRACT = contract_of(INSTRUMENT, Params())
NUMBERS = {"ts": TS, "close": 1000.0, "open": 998.0, "high": 1001.0, "low": 997.0, "atr": 10.0, "atr_h1": 20.0}
# A long at a block under the close: stop under a swing low, targets at 1016 and 1030.
ANCHORS = (
    ("order_block", 1, 996.0, 999.0),
    ("swing_low", 1, 988.0, 988.0),
    ("swing_high", -1, 1016.0, 1016.0),
    ("extension", -1, 1030.0, 1030.0),
)


def setup_row(
    minutes: int = 15,
    score: float = 0.6,
    facts: Mapping[tuple[str, str], float] | None = None,
    anchors: Sequence[tuple[str, int, float, float]] = ANCHORS,
    **numbers: float,
) -> Row:
    """A row in which every layer says `score`; `facts` by (layer, name)."""
    values = [0.0] * WIDTH
    for name, value in {**NUMBERS, "minutes": minutes, "sides": 1.0, **numbers}.items():
        values[ROW[name]] = value
    for j, layer in enumerate(LAYERS):
        at = LAYER_AT + j * LAYER_WIDTH
        values[at : at + 2] = score, LIVE
        for q, name in enumerate(layer.FACTS):
            values[at + 2 + q] = (facts or {}).get((layer.NAME, name), 0.0)
    for n, (kind, side, low, high) in enumerate(anchors):
        at = ANCHOR_AT + n * ANCHOR_WIDTH
        values[at : at + ANCHOR_WIDTH] = KINDS.index(kind), minutes, side, TS, low, high
    values[ROW_COUNT] = len(anchors)
    return Row(PAIR, values)
