"""The figures that the product is held to, with the bound of each, out of what was measured in the last ten minutes.

docs/alerts.yml has the same bounds for Prometheus; tests hold both equal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from storage.totals import NO_P, Total

if TYPE_CHECKING:
    from bot.metrics import Metrics

GroupKey = tuple[str, str]
FEW = 40  # fills of a bin before it is compared
FEW_ANSWERS = 20  # before shares and quantiles of answers say anything


@dataclass(frozen=True, slots=True)
class Slo:
    """`figure` in `unit` should stay within `target`; beyond `bound` for `minutes` it is an alarm.

    `told` 0: the chat hears of it in another way.
    """

    name: str
    unit: str
    target: float
    bound: float
    minutes: int
    told: bool = True


SLOS: tuple[Slo, ...] = (
    Slo("latency", "s", 0.05, 0.25, 10),
    Slo("errors", "share", 0.001, 0.01, 5),
    Slo("rate_limited", "share", 0.001, 0.02, 10),
    Slo("freshness", "s", 330.0, 600.0, 5, told=False),
    Slo("round_trip", "s", 0.3, 0.45, 10),
    Slo("time_to_trigger", "s", 2.5, 5.0, 0),
    Slo("win_rate", "se", 0.0, 1.64, 0),
    Slo("outbox", "s", 10.0, 60.0, 1),
)
BY_NAME = {slo.name: slo for slo in SLOS}


@dataclass(frozen=True, slots=True)
class WinBin:
    """Fills whose told chance lay in a bin (its lower end in percent): how many, what was told and what came."""

    name: str
    n: int
    told: float
    won: float


def bins_of(found: Mapping[GroupKey, Total]) -> list[WinBin]:
    """The bins of told chances, lowest first, out of the totals of each group."""
    rows = sorted(
        (int(name), one)
        for (dimension, name), one in found.items()
        if dimension == "confidence" and name != NO_P and one.asked
    )
    return [WinBin(str(name), one.asked, one.p / one.asked, one.p_won / one.asked) for name, one in rows]


def inversion(bins: Sequence[WinBin]) -> float:
    """The largest step down between neighbouring bins of FEW or more fills, in its standard errors; 0 without one.

    >>> round(inversion([WinBin("40", 100, 0.45, 0.6), WinBin("50", 100, 0.55, 0.5)]), 2)
    1.44
    >>> inversion([WinBin("40", 100, 0.45, 0.6), WinBin("50", 39, 0.55, 0.1)])
    0.0
    """
    worst = 0.0
    for low, high in pairwise(one for one in bins if one.n >= FEW):
        spread = sum(_variance(one) for one in (low, high))
        worst = max(worst, (low.won - high.won) / math.sqrt(spread))
    return worst


def _variance(one: WinBin) -> float:
    """Of a share, never 0: as if one more win and one more loss had been seen."""
    n = one.n + 2
    p = (one.won * one.n + 1) / n
    return p * (1 - p) / n


def failed(status: str) -> bool:
    """Whether an answer was our fault; 503 is told on purpose, while something is not ready."""
    return status.startswith("5") and status != "503"


def figures(metrics: Metrics, bins: Sequence[WinBin], outbox_age: float, candle_age: float | None) -> dict[str, float]:
    """The figure of each objective that can be told now, by its name; what nobody measured lately is left out."""
    answers, trips = metrics.answers, metrics.round_trips
    enough = answers.count() >= FEW_ANSWERS
    found = {
        "latency": answers.quantile(0.95) if enough else None,
        "errors": answers.share(failed) if enough else None,
        "rate_limited": metrics.asked_exchange.share(lambda result: result == "rate_limited"),
        "freshness": candle_age,
        "round_trip": trips.quantile(0.95),
        "time_to_trigger": metrics.triggers.quantile(0.95),
        "win_rate": inversion(bins) if bins else None,
        "outbox": outbox_age,
    }
    return {name: value for name, value in found.items() if value is not None}


def candle_age(metrics: Metrics) -> float | None:
    """Seconds since the newest candle of the pair that is longest without one."""
    ages = [
        sample.value
        for metric in metrics.feed_age.collect()
        for sample in metric.samples
        if sample.labels["stream"] == "candle"
    ]
    return max(ages, default=None)
