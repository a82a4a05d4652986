"""An honest test: forecasts of labels by fits that knew only what was over before, against the base rate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from engine.learning import scores
from engine.learning.dataset import ODDS, column
from engine.learning.fit import ODDS_MEAN, ODDS_SD, fit_policy
from engine.learning.forecast import forecast
from engine.learning.labels import DAY, DECAY, Labels, effective, labelled, labels_of
from engine.learning.model import expit, laplace, with_intercept
from engine.learning.splits import BLOCK, MIN_TRAIN, walk_forward
from engine.learning.table import Decision, Floats, Table
from engine.readings import PRIOR_WEIGHTS

FEW_LABELS = 100.0
FEW_DAYS = 5
CONFIDENCE = 1.2816  # standard errors of the daily gain over the base rate: one-sided 90 %
Reason = Literal["edge", "too_few_labels", "one_class", "too_short", "no_edge"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What walking forward over labels found.

    edge: out of sample the forecast surely beats the base rate. too_few_labels: fewer than 100 effective labels.
    one_class: only wins or only losses. too_short: too few labels or days to test out of sample. no_edge: out of sample
    the forecast does not surely beat the base rate.
    `n` labels, `n_eff` effective ones, `books` n_eff of each; `metrics` of the out-of-sample forecasts (None where
    undefined): brier, brier_base_rate, skill, log_loss, ece, pr_auc, base_rate, tested, days, gain, gain_low.
    """

    reason: Reason
    cut: int
    n: int
    n_eff: float
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    books: Mapping[str, float] = field(default_factory=dict)


def evaluate(rows: Iterable[Decision] | Table, *, cut: int) -> Evaluation:
    """Walk forward over every label known at `cut` (ms UTC). No policy comes of it: nights make those."""
    labels = labels_of(rows, cut) if isinstance(rows, Table) else labelled(rows, cut)
    n, n_eff = len(labels.y), labels.n_eff
    if n_eff < FEW_LABELS:
        return Evaluation("too_few_labels", cut, n, n_eff)
    if float(labels.y.min()) == float(labels.y.max()):
        return Evaluation("one_class", cut, n, n_eff, {"base_rate": float(labels.y.mean())})
    found = _measure(list(_forecasts(labels, cut)))
    books = {name: effective(labels.weight[at]) for name, at in labels.books().items()}
    if (found["days"] or 0.0) < FEW_DAYS:
        return Evaluation("too_short", cut, n, n_eff, found, books)
    return Evaluation("edge" if (found["gain_low"] or 0.0) > 0.0 else "no_edge", cut, n, n_eff, found, books)


@dataclass(frozen=True, slots=True)
class _Tested:
    """One block's forecasts: by the policy, by the training base rate, and by that base rate at TP1's odds."""

    day: int
    y: float
    p: float
    base: float
    by_odds: float


def _forecasts(labels: Labels, cut: int) -> Iterator[_Tested]:
    """Walk forward: fit on the labels closed before each block, forecast the block as the engine would."""
    if len(labels.y) < 2:
        return
    span = int(labels.opened.max() - labels.opened.min())
    block = min(BLOCK, max(DAY, span // 10))
    least = min(MIN_TRAIN, labels.n_eff / 2)
    for train_rows, test_rows in walk_forward(
        labels.opened, labels.closed, labels.weight, block=block, min_train=least
    ):
        start = int(labels.opened[test_rows].min())
        known, coming = _aged(labels.take(train_rows), cut - start), labels.take(test_rows)
        if float(known.y.min()) == float(known.y.max()):
            continue
        document = fit_policy(known, start, {}, PRIOR_WEIGHTS)
        base = float(np.average(known.y, weights=known.weight))
        by_odds = _odds_forecast(known, coming)
        p = forecast(document, coming.keys, coming.book, coming.raw).p
        for one in zip((coming.opened // DAY).tolist(), coming.y.tolist(), p.tolist(), by_odds.tolist(), strict=True):
            day, y, said, reference = one
            yield _Tested(day, y, said, base, reference)


def _aged(labels: Labels, earlier: int) -> Labels:
    """The labels as they weighed `earlier` ms ago."""
    return replace(labels, weight=labels.weight / DECAY ** (earlier / DAY))


def _odds_forecast(known: Labels, coming: Labels) -> Floats:
    """The base rate at each setup's RR(TP1): a nearer target is reached more often, with no skill at all."""
    center = float(np.average(_odds(known), weights=known.weight))
    base = float(np.average(known.y, weights=known.weight))
    level = math.log(base / (1.0 - base))
    fitted = laplace(
        with_intercept((_odds(known) - center)[:, None]), known.y, known.weight, (level, ODDS_MEAN), (1.0, ODDS_SD)
    )
    return expit(with_intercept((_odds(coming) - center)[:, None]) @ fitted.mean)


def _odds(labels: Labels) -> Floats:
    return np.nan_to_num(column(labels.raw, ODDS, "odds"))


def _measure(tested: Sequence[_Tested]) -> dict[str, float | None]:
    """Metrics against the better of the two base rates; the gain is judged over days (one day, one shock)."""
    y, p = np.array([one.y for one in tested]), np.array([one.p for one in tested])
    constant = scores.brier(np.array([one.base for one in tested]), y)
    by_odds = scores.brier(np.array([one.by_odds for one in tested]), y)
    better = "base" if (constant or 0.0) <= (by_odds or 0.0) else "by_odds"
    score, reference = scores.brier(p, y), constant if better == "base" else by_odds
    gain, low, days = _daily_gain(tested, better)
    return {
        "tested": float(len(tested)),
        "days": float(days),
        "base_rate": float(np.mean(y)) if len(y) else None,
        "brier": score,
        "brier_base_rate": reference,
        "skill": 1.0 - score / reference if score is not None and reference else None,
        "gain": gain,
        "gain_low": low,
        "log_loss": scores.log_loss(p, y),
        "ece": scores.ece_debiased(p, y),
        "pr_auc": scores.pr_auc(p, y),
    }


def _daily_gain(tested: Sequence[_Tested], reference: str) -> tuple[float | None, float | None, int]:
    """Mean Brier gain a label over the base rate, its one-sided 90 % lower bound from daily sums, and the days."""
    sums: dict[int, float] = {}
    for one in tested:
        gain = (getattr(one, reference) - one.y) ** 2 - (one.p - one.y) ** 2
        sums[one.day] = sums.get(one.day, 0.0) + gain
    days = len(sums)
    if days < 2:
        return None, None, days
    daily = np.array(list(sums.values()))
    error = float(np.std(daily, ddof=1)) * math.sqrt(days)
    total = float(daily.sum())
    return total / len(tested), (total - CONFIDENCE * error) / len(tested), days
