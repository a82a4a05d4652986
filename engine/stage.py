"""How pairs are kept, read and judged: as plain objects by plain Python here, or packed (engine/packed.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine import readings
from engine.decision.judge import Judge, plain_judge
from engine.params import Params
from engine.readings import Pair


@dataclass(frozen=True, slots=True)
class Stage:
    """`new_pair` (base minutes, tick) makes a pair before its first bar.

    `on_candle` (pair, ts, open, high, low, close, volume, taker_buy, has_taker) is that of engine/readings.py.
    """

    new_pair: Callable[[int, float], Pair]
    on_candle: Callable[[Pair, int, float, float, float, float, float, float, int], int]
    judge: Judge


def plain_stage(params: Params) -> Stage:
    """Plain objects, the step as plain Python."""
    return Stage(readings.new_pair, partial(readings.on_candle, k=params), plain_judge(params))
