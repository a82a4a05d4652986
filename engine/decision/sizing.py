"""How much of the equity a signal is worth risking: advice, a pure function of the evidence.

Kelly's fraction at the lower bound of p, a quarter of it, within 0.25 % and 0.5 % (Kelly 1956; Baker and McHale 2013:
shrink it under parameter uncertainty). W is the R expected where TP1 comes first, c the cost in R.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.params import Params

EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a setup when its size is asked.

    `p_win`, `p_low`: the policy's estimate and its lower bound, None where there is none; `threshold`: tau (c* without
    p); `gross_r`: W; `day_below`: the UTC day stands below its limit; `probation`: a policy promoted within 48 h.
    """

    mode: str
    p_win: float | None
    p_low: float | None
    threshold: float
    confluence: float
    gross_r: float
    cost_r: float
    day_below: bool = False
    probation: bool = False


def kelly(p: float, gross_r: float, cost_r: float) -> float:
    """The fraction that grows fastest: (p (W - c) - (1 - p)(1 + c)) / ((W - c)(1 + c)), never below 0.

    >>> round(kelly(0.5, 1.5, 0.1), 4), kelly(0.4, 1.5, 0.1)
    (0.0974, 0.0)
    """
    gain, loss = gross_r - cost_r, 1.0 + cost_r
    if gain <= 0.0:
        return 0.0
    return max(0.0, (p * gain - (1.0 - p) * loss) / (gain * loss))


def risk_fraction(e: Evidence, k: Params) -> float:
    """A quarter of Kelly's fraction at the lower bound, within `risk_paper` (also without p) and `risk_max`."""
    if e.p_win is None or e.p_low is None:
        return k.risk_paper
    return min(max(k.kelly_share * kelly(e.p_low, e.gross_r, e.cost_r), k.risk_paper), k.risk_max)


def size_multiplier(e: Evidence, k: Params) -> float:
    """What `risk_fraction` is multiplied with: 0 for paper; 1.25 for the strongest evidence, half on a bad day and in
    probation; and the product of both never beyond `risk_max`.
    """
    if e.mode == "paper":
        return 0.0
    factor = k.size_strong if _strong(e, k) else 1.0
    if e.day_below:
        factor *= k.size_cautious
    if e.probation:
        factor *= k.size_cautious
    return min(factor, k.risk_max / risk_fraction(e, k))


def _strong(e: Evidence, k: Params) -> bool:
    """p, agreement and the lower bound are all clear of their thresholds."""
    if e.p_win is None or e.p_low is None:
        return False
    return (
        e.p_win >= k.strong_p - EPSILON
        and e.confluence >= k.strong_confluence - EPSILON
        and e.p_low >= e.threshold + k.strong_margin - EPSILON
    )
