"""One fit: labels in, the content of a policy document out. Nothing here looks beyond the labels it is given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.decision.policy import ANY_BOOK, KIND, MIN_N_EFF, SCHEMA
from engine.learning.calibration import (
    BOOK_SD,
    FEW,
    INTERCEPT,
    INTERCEPT_SD,
    SLOPE,
    SLOPE_SD,
    Row,
    Scored,
    calibrate,
    fit_platt,
    predict,
)
from engine.learning.dataset import choose_inputs, matrix
from engine.learning.labels import DAY, DECAY, Labels, clustering, effective
from engine.learning.model import Hierarchy, Posterior, hierarchical, with_intercept
from engine.learning.procedures import BY_NAME, FIRST, Procedure
from engine.learning.splits import embargo_of, purged_folds
from engine.learning.table import Floats, Ints
from engine.learning.thresholds import gross_ratio, margin
from engine.learning.weights import learned_weights

Mask = NDArray[np.bool_]
FOLDS = 5
INPUT_SD, INPUT_BOOK_SD = 0.25, 0.12
ODDS_MEAN, ODDS_SD = 0.5, 0.5
INTERCEPT_BOOK_SD = 0.2
# The calibration rule's slope prior is meant for a raw logit 2.2 times too sure of itself; the model's own is not. Its
# intercept is left to the calibration, which knows each book's base rate.
RAW_SCALE = 2.2


@dataclass(frozen=True, slots=True)
class _Design:
    """A fit's matrix with everything the hierarchical model wants."""

    x: Floats
    y: Floats
    weight: Floats
    book: Ints
    books: int
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    sd_book: tuple[float, ...]

    def fit(self, rows: Ints, start: Hierarchy | None = None) -> Hierarchy:
        """Some rows' model; `start` says where to begin, and saves steps."""
        x, y, weight, book = self.x[rows], self.y[rows], self.weight[rows], self.book[rows]
        return hierarchical(x, y, weight, book, self.books, self.mean, self.sd, self.sd_book, start)


@dataclass(frozen=True, slots=True)
class Care:
    """After an alarm: forget at least this fast (share kept a day), and ask for this much more over break-even (R)."""

    gamma: float = 1.0
    margin: float = 0.0


NO_CARE = Care()


def fit_policy(
    labels: Labels,
    cut: int,
    before: Mapping[str, Mapping[str, float]],
    prior: Mapping[str, float],
    procedure: Procedure = BY_NAME[FIRST],
    care: Care = NO_CARE,
) -> Row:
    """The content of a policy fitted to `labels` (both classes present), without their fingerprint. Deterministic.

    `before`: the weights in force of each book key (prior weights where it has none). Every book is paper, nothing is
    avoided: what is proven is for others to say (`engine/learning/learner.py`). `care`: what an alarm asks for. Raises
    ValueError where no finite numbers come of it.
    """
    labels = _faded(labels, cut, min(procedure.gamma, care.gamma))
    inputs = choose_inputs(labels, procedure.surroundings)
    members = labels.books()
    deff = clustering(labels)
    told = labels.weight / deff
    book = np.zeros(len(labels.y), dtype=np.int64)
    for at, rows in enumerate(members.values()):
        book[rows] = at
    design = _design(labels, told, inputs, book, len(members))
    model = design.fit(np.arange(len(labels.y)))
    embargo = embargo_of({name.split("/")[0] for name in members})
    scored = Scored(_out_of_fold(design, labels, embargo, model), labels.y, told, labels.opened, labels.closed)
    joint = hierarchical(
        with_intercept(scored.raw[:, None]), labels.y, told, book, len(members),
        (INTERCEPT, SLOPE), (INTERCEPT_SD, SLOPE_SD), BOOK_SD,
    )  # fmt: skip
    books = {ANY_BOOK: _everything(labels, scored, model.top, joint.top, care)}
    for at, (name, rows) in enumerate(members.items()):
        n_eff = effective(labels.weight[rows])
        others = _others(scored, book != at)
        row = calibrate(scored.take(rows), n_eff, joint.books[at], others, embargo)
        part = labels.take(rows)
        ratio = gross_ratio(part)
        books[name] = {
            **_book(part, n_eff, model.books[at], row),
            "gross_ratio": ratio,
            "margin": margin(part, predict(row, scored.raw[rows]), ratio, n_eff) + care.margin,
            "weights": learned_weights(inputs, model.books[at].mean[1:].tolist(), before.get(name, prior))
            if n_eff >= MIN_N_EFF
            else None,
        }
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "procedure": procedure.name,
        "probation_until": 0,
        "avoid": [],
        "cut": cut,
        "labels": len(labels.y),
        "n_eff": labels.n_eff,
        "clustering": deff,
        "inputs": inputs,
        "books": books,
    }


def fingerprint(labels: Labels) -> str:
    """sha256 of exactly what was trained on."""
    found = hashlib.sha256(json.dumps([labels.ids[at] for at in labels.at]).encode())
    for column in (labels.y, labels.net, labels.opened, labels.closed, labels.raw):
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def _faded(labels: Labels, cut: int, gamma: float) -> Labels:
    """The labels as they weigh where a day's share `gamma` is kept instead of the usual one."""
    if gamma >= DECAY:
        return labels
    return replace(labels, weight=labels.weight * (gamma / DECAY) ** ((cut - labels.closed) / DAY))


def _design(labels: Labels, told: Floats, inputs: list[dict[str, Any]], book: Ints, books: int) -> _Design:
    odds = [one["form"] == "odds" for one in inputs]
    return _Design(
        x=with_intercept(matrix(labels.raw, inputs)),
        y=labels.y,
        weight=told,
        book=book,
        books=books,
        mean=(INTERCEPT, *(ODDS_MEAN * one["scale"] if odd else 0.0 for one, odd in zip(inputs, odds))),
        sd=(INTERCEPT_SD, *(ODDS_SD * one["scale"] if odd else INPUT_SD for one, odd in zip(inputs, odds))),
        sd_book=(INTERCEPT_BOOK_SD, *(INPUT_BOOK_SD for _ in inputs)),
    )


def _out_of_fold(design: _Design, labels: Labels, embargo: int, whole: Hierarchy) -> Floats:
    """Each row's raw logit from a model that saw nothing near it (`whole`, which saw all, is only where it begins)."""
    raw = np.zeros(len(labels.y))
    for train, test in purged_folds(labels.opened, labels.closed, folds=FOLDS, embargo=embargo):
        fitted = design.fit(train, whole)
        coefficients = np.array([posterior.mean for posterior in fitted.books])[design.book[test]]
        raw[test] = RAW_SCALE * np.sum(design.x[test, 1:] * coefficients[:, 1:], axis=1)
    return raw


def _others(scored: Scored, apart: Mask) -> Posterior | None:
    """Platt on every other book, where they have enough labels to lean on."""
    rest = scored.take(np.flatnonzero(apart))
    return fit_platt(rest) if effective(rest.weight) >= FEW else None


def _everything(labels: Labels, scored: Scored, model: Posterior, joint: Posterior, care: Care) -> Row:
    """The book for books never seen: all labels together, and no p (its own n_eff is 0)."""
    ratio = gross_ratio(labels)
    row = calibrate(scored, 0.0, joint, None, 0)
    return {
        **_book(labels, 0.0, model, row),
        "gross_ratio": ratio,
        "margin": margin(labels, predict(row, scored.raw), ratio, 0.0) + care.margin,
        "weights": None,
    }


def _book(labels: Labels, n_eff: float, model: Posterior, calibration: Row) -> Row:
    return {
        "mode": "paper",
        "n_eff": n_eff,
        "labels": len(labels.y),
        "intercept": 0.0,
        "coefficients": [RAW_SCALE * float(value) for value in model.mean[1:]],
        "calibration": calibration,
    }
