"""Regime of one timeframe: TRENDING, RANGING, VOLATILE or QUIET, with separate exit thresholds and hysteresis.

VOLATILE where the volatility percentile >= 90 (leaves below 80); QUIET where <= 15 and ADX < 20 (leaves above 25);
TRENDING where ADX (Wilder 1978) >= 25 and the efficiency ratio >= 0.35 (leaves below 22 or 0.25); else RANGING. A new
regime is named after it has lasted two bars. Efficiency ratio (Kaufman 1995): |C[t] - C[t-20]| / sum |dC|. Volatility
percentile: rank of ATR / close among the 240 bars before, the current one left out.
"""

from __future__ import annotations

from typing import Annotated

from engine.market import ranks
from engine.market.bars import Bars
from engine.market.indicators import Indicators
from engine.params import Params
from engine.records import record, step

QUIET, RANGING, TRENDING, VOLATILE = 0, 1, 2, 3
NAMES = ("QUIET", "RANGING", "TRENDING", "VOLATILE")
HISTORY = 240


@record
class Regime:
    """`name` is the regime in force, `candidate` the one that would follow and for how many bars it has lasted."""

    name: int
    candidate: int
    lasted: int
    direction: int
    efficiency: float
    percentile: float  # 0..100; 50 until there is history
    atr_part: float  # ATR / close
    count: int
    past: Annotated[list[float], HISTORY]  # value number i at i % HISTORY


@step
def efficiency_ratio(b: Bars) -> float:
    """Kaufman's efficiency ratio over 20 bars; 0 where nothing moved or too little is known."""
    if b.n < 21:
        return 0.0
    path = 0.0
    for j in range(20):
        path += abs(b.close[(b.n - 1 - j) & 255] - b.close[(b.n - 2 - j) & 255])
    if path <= 0.0:
        return 0.0
    return abs(b.close[(b.n - 1) & 255] - b.close[(b.n - 21) & 255]) / path


@step
def percentile(r: Regime, value: float) -> float:
    """Share (0..100) of the remembered values below `value`, ties counted half."""
    seen = min(r.count, 240)
    if seen < 20:
        return 50.0
    return 100.0 * ranks.rank(r.past, seen, value) / seen


@step
def wanted(r: Regime, m: Indicators, k: Params) -> int:
    """The regime that the newest bar asks for, given the one in force."""
    hot = k.volatile_exit if r.name == 3 else k.volatile_percentile
    if r.percentile >= hot:
        return 3
    cold = k.quiet_exit if r.name == 0 else k.quiet_percentile
    if r.percentile <= cold and m.adx < k.quiet_adx:
        return 0
    adx = k.trend_adx_exit if r.name == 2 else k.trend_adx
    er = k.trend_er_exit if r.name == 2 else k.trend_er
    if m.adx >= adx and r.efficiency >= er:
        return 2
    return 1


@step
def update(r: Regime, b: Bars, m: Indicators, k: Params) -> None:
    """Take the newest bar in."""
    c = b.close[(b.n - 1) & 255]
    if b.n == 1:
        r.name = 1
        r.candidate = 1
    r.efficiency = efficiency_ratio(b)
    r.atr_part = m.atr / c if m.ready >= 15 else 0.0
    r.percentile = percentile(r, r.atr_part)
    if m.ready >= 15:
        r.past[r.count % 240] = r.atr_part
        r.count += 1
    ask = wanted(r, m, k)
    if ask == r.name:
        r.candidate = ask
        r.lasted = 0
    elif ask == r.candidate:
        r.lasted += 1
    else:
        r.candidate = ask
        r.lasted = 1
    if r.candidate != r.name and r.lasted >= k.regime_hold:
        r.name = r.candidate
        r.lasted = 0
    r.direction = 1 if m.plus_di > m.minus_di else (-1 if m.minus_di > m.plus_di else 0)
