"""RSI, EMA, MACD, ATR, ADX by Wilder's and Appel's definitions, one bar at a time.

Seeds are TA-Lib's (EMA: SMA of the first n; Wilder: mean of the first n), so that after warm-up the values are equal
to TA-Lib's to 1e-9 (a test holds it). Source: Wilder, New Concepts in Technical Trading Systems (1978).
"""

from __future__ import annotations

from engine.market.bars import Bars
from engine.records import record, step

WARMUP = 200


@record
class Ema:
    """Exponential mean, alpha = 2 / (n + 1), seeded with the mean of the first n values."""

    value: float
    total: float
    count: int


@record
class Indicators:
    """Values at the newest closed bar; each is 0 until its warm-up (`ready` counts bars).

    EMA 20, EMA 50 and ATR are known on every timeframe, the rest where setups are taken.
    """

    ready: int
    ema20: Ema
    ema50: Ema
    ema200: Ema
    fast: Ema
    slow: Ema
    signal: Ema
    macd: float
    histogram: float
    histogram_before: float
    rsi: float
    gain: float
    loss: float
    atr: float
    true_range: float
    plus: float
    minus: float
    plus_di: float
    minus_di: float
    dx_total: float
    adx: float


@step
def ema(e: Ema, x: float, n: int) -> None:
    """Advance an EMA of length n by one value.

    >>> e = Ema()
    >>> for x in (1.0, 2.0, 3.0, 4.0): ema(e, x, 3)
    >>> e.value            # SMA(1,2,3) = 2, then 2 + (4 - 2) / 2
    3.0
    """
    e.count += 1
    if e.count < n:
        e.total += x
    elif e.count == n:
        e.value = (e.total + x) / n
    else:
        e.value += (x - e.value) * (2.0 / (n + 1.0))


@step
def update(s: Indicators, b: Bars, setup: int) -> None:
    """Take the newest bar of `b` in; `setup` 1: setups are taken on this timeframe."""
    i = (b.n - 1) & 255
    c = b.close[i]
    ema(s.ema20, c, 20)
    ema(s.ema50, c, 50)
    if b.n > 1:
        j = (b.n - 2) & 255
        true_range(s, b.high[i], b.low[i], b.close[j])
        if setup == 1:
            strength(s, c - b.close[j])
            direction(s, b.high[i] - b.high[j], b.low[j] - b.low[i])
    if setup == 1:
        momentum(s, c)
    s.ready = b.n


@step
def momentum(s: Indicators, c: float) -> None:
    """EMA 200, and MACD with its signal line."""
    ema(s.ema200, c, 200)
    ema(s.fast, c, 12)
    ema(s.slow, c, 26)
    s.histogram_before = s.histogram
    if s.slow.count >= 26:
        s.macd = s.fast.value - s.slow.value
        ema(s.signal, s.macd, 9)
        if s.signal.count >= 9:
            s.histogram = s.macd - s.signal.value


@step
def strength(s: Indicators, change: float) -> None:
    """RSI 14: Wilder's means of gains and losses; 50 where nothing moved."""
    up = change if change > 0.0 else 0.0
    down = -change if change < 0.0 else 0.0
    k = s.ready  # changes so far, this one is number k
    if k <= 14:
        s.gain += up / 14.0
        s.loss += down / 14.0
    else:
        s.gain = (s.gain * 13.0 + up) / 14.0
        s.loss = (s.loss * 13.0 + down) / 14.0
    total = s.gain + s.loss
    s.rsi = 100.0 * s.gain / total if total > 0.0 else 50.0


@step
def true_range(s: Indicators, h: float, l: float, before: float) -> None:
    """True range and ATR 14; `before` is the close of the bar before."""
    k = s.ready
    tr = max(h, before) - min(l, before)
    s.true_range = tr
    if k <= 14:
        s.atr += tr / 14.0
    else:
        s.atr = (s.atr * 13.0 + tr) / 14.0


@step
def direction(s: Indicators, up: float, down: float) -> None:
    """ADX 14 with +DI and -DI; `up` and `down` are how far high and low moved out."""
    k = s.ready
    plus = up if up > down and up > 0.0 else 0.0
    minus = down if down > up and down > 0.0 else 0.0
    if k <= 13:  # TA-Lib seeds the directional sums with n - 1 bars
        s.plus += plus
        s.minus += minus
        s.dx_total += s.true_range
    else:
        s.plus = s.plus - s.plus / 14.0 + plus
        s.minus = s.minus - s.minus / 14.0 + minus
        s.dx_total = s.dx_total - s.dx_total / 14.0 + s.true_range
        if s.dx_total > 0.0:
            s.plus_di = 100.0 * s.plus / s.dx_total
            s.minus_di = 100.0 * s.minus / s.dx_total
        both = s.plus_di + s.minus_di
        dx = 100.0 * abs(s.plus_di - s.minus_di) / both if both > 0.0 else 0.0
        if k < 28:
            s.adx += dx / 14.0
        else:
            s.adx = (s.adx * 13.0 + dx) / 14.0
