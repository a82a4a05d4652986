"""Momentum by three classics that must agree: EMA stack, MACD histogram (Appel 1979), RSI side (Wilder 1978).

Score = 0.5 * stack + 0.3 * macd + 0.2 * rsi, where stack counts the order close, EMA20, EMA50, EMA200 in thirds
(+1 fully stacked upward), macd is the sign of the histogram, full when it grows and half when it shrinks, and rsi is
(RSI - 50) / 20 in [-1, 1], pulled to zero beyond 78 / 22 (stretched). Textbook: stacked, histogram growing, RSI 60:
0.5 + 0.3 + 0.2 * 0.5 = 0.9.
"""

from __future__ import annotations

from engine.layers import base
from engine.layers.base import Anchors, Reading
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "rsi_ema_macd"
WEIGHT = 0.15
NEEDS = ("candles",)
WARMUP = 210
FACTS = ("rsi", "ema20", "ema50", "ema200", "macd_histogram", "ema_stack", "agreement")
TAIL = 0.02  # an EMA 200 of 1h bars holds 8e-4 of its seed after 30 days: its place beside the others may differ


@record
class State:
    """Nothing beyond the indicators of the frame."""

    bars: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    """Count."""
    s.bars += 1


@step
def order(a: float, b: float) -> float:
    """1 where a > b, -1 where a < b, else 0."""
    return 1.0 if a > b else (-1.0 if a < b else 0.0)


@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    """Score of the three together; no anchors."""
    base.absent(r)
    m = f.indicators
    if f.bars.n < 210:
        return
    c = f.bars.close[(f.bars.n - 1) & 255]
    fast, middle, slow = m.ema20.value, m.ema50.value, m.ema200.value
    stack = (order(c, fast) + order(fast, middle) + order(middle, slow)) / 3.0
    macd = order(m.histogram, 0.0)
    if macd * (m.histogram - m.histogram_before) < 0.0:
        macd = macd * 0.5
    rsi = base.clamp((m.rsi - 50.0) / 20.0)
    if m.rsi > 78.0 or m.rsi < 22.0:
        rsi = 0.0
    r.score = base.clamp(0.5 * stack + 0.3 * macd + 0.2 * rsi)
    r.state = 1
    r.facts[0] = m.rsi
    r.facts[1] = fast
    r.facts[2] = middle
    r.facts[3] = slow
    r.facts[4] = m.histogram
    r.facts[5] = stack
    r.facts[6] = (abs(stack + macd + rsi)) / 3.0
