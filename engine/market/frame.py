"""What the tape says on one timeframe: bars, indicators, swings, breaks, regime, advanced bar by bar."""

from __future__ import annotations

from engine.market import bars, indicators, regime, swings
from engine.market.bars import Bars, Building
from engine.market.indicators import Indicators
from engine.market.regime import Regime
from engine.market.swings import Breaks, Swings
from engine.params import Params
from engine.records import inlined, record


@record
class Frame:
    """All of it at the newest closed bar. `strength` of the swings and `minutes` of the bars are set once."""

    setup: int  # 1: setups are taken on it, so its regime and all its indicators are known
    bars: Bars
    building: Building
    indicators: Indicators
    swings: Swings
    breaks: Breaks
    regime: Regime


@inlined
def close_bar(
    f: Frame, o: float, h: float, l: float, c: float, v: float, d: float, known: int, close_ts: int, k: Params
) -> None:
    """One more closed bar; `known` says whether its delta is known."""
    bars.push(f.bars, o, h, l, c, v, d, known, close_ts)
    indicators.update(f.indicators, f.bars, f.setup)
    swings.confirm(f.swings, f.bars)
    swings.breaks(f.breaks, f.swings, f.bars, f.indicators, k)
    if f.setup == 1:
        regime.update(f.regime, f.bars, f.indicators, k)
