"""From decision features to a matrix: which inputs a policy reads, and how it standardises them.

Inputs are the eight layer scores (signed to the trade's side), the odds that TP1's distance alone gives, the features
of the surroundings that a procedure names, and an indicator for a score that is missing in some rows but not in most.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.decision.signal import LAYER_NAMES
from engine.learning.labels import COLUMNS, Labels
from engine.learning.table import Floats

ODDS = "rr_tp1"
LEAST_SCALE = 0.1
INDICATOR_SHARE = (0.05, 0.95)


def choose_inputs(labels: Labels, surroundings: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The inputs of a policy fitted to `labels`, as its document keeps them (feature, form, center, scale).

    Raises ValueError where a feature is infinite, or too large to be squared.
    """
    inputs = []
    for name in LAYER_NAMES:
        inputs.append(_measured(labels, f"score_{name}", "value"))
    inputs.append(_measured(labels, ODDS, "odds"))
    inputs += [_measured(labels, name, "value") for name in surroundings]
    for name in LAYER_NAMES:
        missing = float(np.mean(np.isnan(labels.column(f"score_{name}")))) if len(labels.y) else 1.0
        if INDICATOR_SHARE[0] <= missing <= INDICATOR_SHARE[1]:
            inputs.append(_measured(labels, f"score_{name}", "missing"))
    return inputs


def column(raw: Floats, feature: str, form: str) -> Floats:
    """One input before it is standardised, NaN where missing (an indicator never is)."""
    found = raw[:, COLUMNS.index(feature)]
    if form == "missing":
        return np.isnan(found).astype(np.float64)
    if form == "odds":
        return -np.log(np.where(found > 0.0, found, np.nan))
    return found


def matrix(raw: Floats, inputs: Sequence[Mapping[str, Any]]) -> Floats:
    """Rows x inputs, standardised, what is missing at 0: the same numbers as the policy computes one by one."""
    out = np.zeros((len(raw), len(inputs)))
    for at, one in enumerate(inputs):
        found = (column(raw, one["feature"], one["form"]) - one["center"]) / one["scale"]
        out[:, at] = np.where(np.isnan(found), 0.0, found)
    return out


def _measured(labels: Labels, feature: str, form: str) -> dict[str, Any]:
    raw = column(labels.raw, feature, form)
    seen = ~np.isnan(raw)
    weight = labels.weight[seen]
    center, scale = 0.0, 1.0
    if len(weight) and float(weight.sum()) > 0.0:
        with np.errstate(over="ignore", invalid="ignore"):
            center = float(np.average(raw[seen], weights=weight))
            scale = max(LEAST_SCALE, float(np.sqrt(np.average((raw[seen] - center) ** 2, weights=weight))))
        if not math.isfinite(center + scale):
            raise ValueError(f"{feature} holds a number beyond all measure")
    return {"feature": feature, "form": form, "center": round(center, 12), "scale": round(scale, 12)}
