"""From a raw logit to a probability with bounds, as a policy file holds it: plain floats."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Q90 = 1.2815515655446004  # one-sided 90 % of a normal
METHODS = ("hierarchical", "platt", "beta", "isotonic")
LEAST, MOST = 0.02, 0.98  # what centred isotonic may say at its ends


def expit(value: float) -> float:
    """The logistic function, safe at both ends.

    >>> expit(0.0), expit(-800.0)
    (0.5, 0.0)
    """
    if value >= 0.0:
        return 1.0 / (1.0 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1.0 + grown)


def curvature(logit: float) -> float:
    """ln p + ln(1 - p) at a logit: beta calibration's second column.

    >>> round(curvature(0.0), 6)
    -1.386294
    """
    return -abs(logit) - 2.0 * math.log1p(math.exp(-abs(logit)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """`platt`: a, b and covariance (aa, ab, bb). `beta`: basis (mean, sd, mean of q, sd of q), three means, six
    covariances (upper triangle). `logits` and `levels`: knots of centred isotonic. `floor_*`: the lower bound of p from
    each logit up to the next, where neither form fits; empty where one does."""

    method: str
    platt: tuple[float, ...]
    beta: tuple[float, ...] | None
    logits: tuple[float, ...]
    levels: tuple[float, ...]
    floor_logits: tuple[float, ...] = ()
    floor_levels: tuple[float, ...] = ()

    def apply(self, raw: float) -> tuple[float, float, float]:
        """(p, p_low, p_high): the bounds are the wider of the Platt and the beta posterior, and hold p.

        A floor stands for the lower one.
        """
        a, b, aa, ab, bb = self.platt
        mean = a + b * raw
        spread = Q90 * math.sqrt(max(0.0, aa + 2.0 * ab * raw + bb * raw * raw))
        low, high = mean - spread, mean + spread
        curved = mean
        if self.beta is not None:
            curved, width = self._beta(raw)
            low, high = min(low, curved - width), max(high, curved + width)
        if self.method == "isotonic":
            p = self._isotonic(raw)
        else:
            p = expit(curved if self.method == "beta" else mean)
        below = bisect_right(self.floor_logits, raw)
        bound = self.floor_levels[below - 1] if below else expit(low)
        return p, min(bound, p), max(expit(high), p)

    def _beta(self, raw: float) -> tuple[float, float]:
        assert self.beta is not None
        mu, sd, q_mean, q_sd, t0, t1, t2, v00, v01, v02, v11, v12, v22 = self.beta
        x, q = (raw - mu) / sd, (curvature(raw) - q_mean) / q_sd
        variance = v00 + 2.0 * (v01 * x + v02 * q + v12 * x * q) + v11 * x * x + v22 * q * q
        return t0 + t1 * x + t2 * q, Q90 * math.sqrt(max(0.0, variance))

    def _isotonic(self, raw: float) -> float:
        at = bisect_right(self.logits, raw)
        if at == 0:
            return self.levels[0]
        if at == len(self.logits):
            return self.levels[-1]
        left, right = self.logits[at - 1], self.logits[at]
        share = (raw - left) / (right - left)
        return self.levels[at - 1] + share * (self.levels[at] - self.levels[at - 1])


def calibration_of(row: Mapping[str, Any]) -> Calibration:
    """Read a policy file's calibration. Raises ValueError, KeyError or TypeError on a wrong one."""
    method = row["method"]
    platt = _numbers(row["platt"], 5)
    beta = None if row["beta"] is None else _numbers(row["beta"], 13)
    points, floor = row["points"] or [], row.get("floor") or []
    logits, levels = _numbers([point[0] for point in points]), _numbers([point[1] for point in points])
    if method not in METHODS or (method == "isotonic") != bool(points) or (method == "beta" and beta is None):
        raise ValueError(f"calibration {method!r} lacks its numbers")
    if beta is not None and (beta[1] <= 0.0 or beta[3] <= 0.0):
        raise ValueError("a beta calibration without spread")
    if list(logits) != sorted(set(logits)) or list(levels) != sorted(levels):
        raise ValueError("isotonic points must rise")
    if levels and (levels[0] < LEAST or levels[-1] > MOST):
        raise ValueError("isotonic points out of range")
    floor_logits, floor_levels = _numbers([point[0] for point in floor]), _numbers([point[1] for point in floor])
    if list(floor_logits) != sorted(set(floor_logits)) or not all(0.0 <= level <= 1.0 for level in floor_levels):
        raise ValueError("the floor's logits must rise, its levels lie within 0 and 1")
    return Calibration(str(method), platt, beta, logits, levels, floor_logits, floor_levels)


def _numbers(values: Sequence[Any], length: int | None = None) -> tuple[float, ...]:
    found = tuple(float(value) for value in values)
    if not all(math.isfinite(value) for value in found) or (length is not None and len(found) != length):
        raise ValueError("a calibration with wrong numbers")
    return found
