"""What the store shows by now: whether some kind of signal does better or worse than the rest, and how sure that is.

A difference is shrunken towards none by how few fills it rests on, its interval counts whole days (trades of one day
share their luck), and it is widened for how many groups were looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from storage.totals import ALL, Total

LOOKED_AT = ("setup", "regime", "timeframe", "session", "side", "confidence", "source")
LEAST_FILLS = 10
LEAST_DAYS = 5
SHRINK = 30.0  # fills at which half of a difference is believed
LEVEL = 0.10


@dataclass(frozen=True, slots=True)
class Insight:
    """A group against all: `fills`, R a fill beside everyone's, shrunken, and its 90 % interval over all looks."""

    dimension: str
    name: str
    fills: int
    mean_r: float
    difference: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def insights(found: Mapping[tuple[str, str], Total]) -> list[Insight]:
    """Every group that can be judged, the clearest first."""
    whole = found.get(ALL, Total())
    judged = []
    for dimension in LOOKED_AT:
        groups = {name: total for (of, name), total in found.items() if of == dimension and total.filled}
        if len(groups) > 1:
            judged += [(dimension, name, total, groups) for name, total in groups.items() if _enough(total)]
    if not judged:
        return []
    z = NormalDist().inv_cdf(1 - LEVEL / 2 / len(judged))
    made = [_insight(dimension, name, total, groups, whole, z) for dimension, name, total, groups in judged]
    return sorted(made, key=lambda one: -max(one.low, -one.high))


def _insight(dimension: str, name: str, total: Total, groups: Mapping[str, Total], whole: Total, z: float) -> Insight:
    share = total.filled / whole.filled
    rest = sum(one.filled for other, one in groups.items() if other != name)
    other = sum((one.filled / rest) ** 2 * variance(one) for key, one in groups.items() if key != name) if rest else 0.0
    believed = total.filled / (total.filled + SHRINK)
    mean = total.r / total.filled
    difference = believed * (mean - whole.r / whole.filled)
    half = believed * z * (1 - share) * (variance(total) + other) ** 0.5
    return Insight(dimension, name, total.filled, mean, difference, difference - half, difference + half)


def variance(total: Total) -> float:
    """Of the mean R, from how whole days differ; of a single day nothing is known, so a fill counts as one R apart.

    >>> round(variance(Total(win=2, r=0.0, days=2, day_rr=2.0, day_nn=2.0)), 3)
    1.0
    """
    n = total.filled
    if total.days < 2:
        return 1.0 / max(1, n)
    mean = total.r / n
    spread = max(0.0, total.day_rr - 2 * mean * total.day_rn + mean**2 * total.day_nn)
    return spread * total.days / (total.days - 1) / n**2


def _enough(total: Total) -> bool:
    return total.filled >= LEAST_FILLS and total.days >= LEAST_DAYS
