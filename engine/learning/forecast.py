"""A policy's forecasts of many setups at once: the numbers that it gives one by one (a test holds both equal)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.decision.policy import ANY_BOOK, MIN_N_EFF
from engine.decision.policy_calibration import Q90
from engine.learning.calibration import Row, floor, predict
from engine.learning.dataset import matrix
from engine.learning.labels import COLUMNS
from engine.learning.model import expit
from engine.learning.table import Floats, Ints, Mask

COST, TARGET = COLUMNS.index("cost_r"), COLUMNS.index("rr_tp1")


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Of some setups: p and its lower bound, tau, whether p has support (n_eff), whether the book is live."""

    p: Floats
    low: Floats
    tau: Floats
    shown: Mask
    live: Mask


def forecast(document: Mapping[str, Any], keys: Sequence[str], book: Ints, raw: Floats) -> Forecasts:
    """Forecast rows of the feature matrix `raw`; `book` numbers into `keys` (timeframe/REGIME)."""
    x = matrix(raw, document["inputs"])
    found = Forecasts(
        np.empty(len(raw)), np.empty(len(raw)), np.empty(len(raw)), np.zeros(len(raw), bool), np.zeros(len(raw), bool)
    )
    cost, target = np.nan_to_num(raw[:, COST]), np.nan_to_num(raw[:, TARGET])
    for code in np.unique(book):
        rows = np.flatnonzero(book == code)
        row = document["books"].get(keys[code]) or document["books"][ANY_BOOK]
        logit = row["intercept"] + _each(x[rows], np.array(row["coefficients"]))
        p = predict(row["calibration"], logit)
        found.p[rows] = p
        found.low[rows] = np.minimum(lower(row["calibration"], logit), p)
        worth = 1.0 + target[rows] * row["gross_ratio"]
        found.tau[rows] = np.minimum(1.0, (1.0 + cost[rows] + row["margin"]) / worth)
        found.shown[rows] = row["n_eff"] >= MIN_N_EFF
        found.live[rows] = row["mode"] == "live"
    for one in document["avoid"]:
        found.tau[avoided(one, keys, book, raw)] = 1.0
    return found


def _each(x: Floats, coefficients: Floats) -> Floats:
    """x @ coefficients, row by row: a product of matrices rounds a row by how many there are beside it."""
    found: Floats = (x * coefficients).sum(axis=1)
    return found


def raw_logit(document: Mapping[str, Any], keys: Sequence[str], book: Ints, x: Floats) -> Floats:
    """The logit of each row of inputs `x` before its book's calibration."""
    found = np.empty(len(x))
    for code in np.unique(book):
        rows = np.flatnonzero(book == code)
        row = document["books"].get(keys[code]) or document["books"][ANY_BOOK]
        found[rows] = row["intercept"] + _each(x[rows], np.array(row["coefficients"]))
    return found


def lower(calibration: Row, logit: Floats) -> Floats:
    """A calibration's lower bound at a column of logits: the lower of the Platt and the beta posterior, or the floor.

    The engine holds it to p where that is lower.
    """
    a, b, aa, ab, bb = calibration["platt"]
    low = a + b * logit - Q90 * np.sqrt(np.maximum(0.0, aa + 2.0 * ab * logit + bb * logit * logit))
    if calibration["beta"] is not None:
        mu, sd, q_mean, q_sd, t0, t1, t2, v00, v01, v02, v11, v12, v22 = calibration["beta"]
        size = np.abs(logit)
        x, q = (logit - mu) / sd, (-size - 2.0 * np.log1p(np.exp(-size)) - q_mean) / q_sd
        variance = v00 + 2.0 * (v01 * x + v02 * q + v12 * x * q) + v11 * x * x + v22 * q * q
        low = np.minimum(low, t0 + t1 * x + t2 * q - Q90 * np.sqrt(np.maximum(0.0, variance)))
    bound = floor(calibration, logit)
    return np.where(np.isnan(bound), expit(low), bound)


def avoided(one: Mapping[str, Any], keys: Sequence[str], book: Ints, raw: Floats) -> Mask:
    """The rows that a policy's rule says to stay out of."""
    named = np.array(
        [
            (one["timeframe"] in (None, key.split("/")[0])) and (one["regime"] in (None, key.split("/")[-1]))
            for key in keys
        ],
        dtype=bool,
    )
    found: Mask = named[book]
    for name, (low, high) in one["where"].items():
        values = raw[:, COLUMNS.index(name)]
        found = found & (values >= low) & (values <= high)
    return found
