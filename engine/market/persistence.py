"""Does price run on or turn back? Variance ratio and Hurst exponent of the newest 200 changes of the close.

Both are too noisy on 200 bars to gate on: they are features of a decision and decide nothing. v(h) is the variance of
the changes over h bars that end in the newest 185 closes (overlapping, the mean change taken off, less its bias), after
Lo and MacKinlay (1988); of prices, not of their logarithms, which over 200 bars comes to the same. Variance ratio =
v(8) / (8 v(1)): 1 for a random walk, above 1 where moves run on, below 1 where they turn back. Hurst exponent = the
slope of ln sqrt(v(h)) on ln h for h = 1, 2, 4, 8, 16: 0.5 for a random walk (Mandelbrot and Van Ness 1968). Where
nothing moved: 1 and 0.5.

    closes 0 1 0 1 0 1 ...   v(1) = 1, v(8) = 0: variance ratio 0
"""

from __future__ import annotations

from engine.market.bars import Bars
from engine.records import record, step

WINDOW = 200
LN2 = 0.6931471805599453


@record
class Persistence:
    """Of the newest 200 changes; 1 and 0.5 before there are as many."""

    variance_ratio: float
    hurst: float


@step
def measure(s: Persistence, b: Bars) -> None:
    """Take the closes of the newest 201 bars."""
    s.variance_ratio = 1.0
    s.hurst = 0.5
    if b.n <= WINDOW:
        return
    first = b.n - 1 - WINDOW
    mean = (b.close[(b.n - 1) & 255] - b.close[first & 255]) / WINDOW
    one = two = eight = sixteen = 0.0
    for j in range(first + 16, b.n):
        c = b.close[j & 255]
        change = c - b.close[(j - 1) & 255] - mean
        one += change * change
        change = c - b.close[(j - 2) & 255] - 2.0 * mean
        two += change * change
        change = c - b.close[(j - 8) & 255] - 8.0 * mean
        eight += change * change
        change = c - b.close[(j - 16) & 255] - 16.0 * mean
        sixteen += change * change
    one = one / (1.0 - 1.0 / WINDOW)
    two = two / (1.0 - 2.0 / WINDOW)
    eight = eight / (1.0 - 8.0 / WINDOW)
    sixteen = sixteen / (1.0 - 16.0 / WINDOW)
    if one > 0.0:
        s.variance_ratio = eight / (8.0 * one)
        if two > 0.0 and eight > 0.0 and sixteen > 0.0:  # lag 4 is the middle of the five: it does not tilt the line
            s.hurst = (2.0 * ln(sixteen / one) + ln(eight / two)) / (20.0 * LN2)


@step
def ln(x: float) -> float:
    """Natural logarithm of x > 0 by arithmetic alone, to 1e-12, so that every machine gives the same bits.

    >>> round(ln(10.0), 12), ln(1.0)
    (2.302585092994, 0.0)
    """
    halvings = 0
    while x > 1.5:
        x = x / 2.0
        halvings += 1
    while x < 0.75:
        x = x * 2.0
        halvings -= 1
    y = (x - 1.0) / (x + 1.0)
    square = y * y
    term = 2.0 * y
    total = term
    for odd in range(3, 19, 2):
        term = term * square
        total += term / odd
    return total + halvings * LN2
