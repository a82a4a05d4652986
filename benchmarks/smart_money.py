"""smartmoneyconcepts, the peer for structure: swings, gaps, order blocks, breaks, liquidity over a whole table."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from importlib.util import find_spec

from benchmarks.bars import ohlcv
from storage.tape import CandleColumns

SWING = 5  # candles on each side


def structure_of(candles: CandleColumns) -> Callable[[], object] | None:
    """Its five functions over these bars; None where it is not installed."""
    if find_spec("smartmoneyconcepts") is None:
        return None
    os.environ["SMC_CREDIT"] = "0"
    import pandas as pd
    from smartmoneyconcepts import smc

    table = pd.DataFrame(ohlcv(candles))

    def work() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            swings = smc.swing_highs_lows(table, swing_length=SWING)
            breaks, blocks = smc.bos_choch(table, swings), smc.ob(table, swings)
            return breaks, blocks, smc.fvg(table), smc.liquidity(table, swings)

    return work
