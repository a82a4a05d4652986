"""What people said, as evidence for one night: it moves labels that the market left open, a little, and nothing else.

What votes say of a borderline label weighs at most 0.3 of a label; the market's own word keeps the rest. (To take the
whole label down to 0.3 would let anybody weaken a loss by voting on it at all.) In a likelihood the two are one label:
w (y0 - p) + s (y_soft - y0) is the pull of weight w towards y0 + s / w (y_soft - y0).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.learning.calibration import Row
from engine.learning.forecast import forecast
from engine.learning.labels import Labels
from engine.learning.raters import (
    LEAST_AGE,
    LEAST_GOLD,
    LEAST_RATERS,
    MOST_WEIGHT,
    Rater,
    Vote,
    counted,
    nudges,
    rate,
    through_margin_bp,
)
from engine.learning.table import Floats, Mask

MOST_MOVED = 0.02  # of any p, whoever votes
KEPT = (1.0, 0.5, 0.25)  # how much of all that votes say is tried, until no p moves further
APPROACHED = 0.05  # R
EXCUSED = frozenset({"late", "skipped"})  # reasons of a no fill that say nothing about the price


@dataclass(frozen=True, slots=True)
class Report:
    """One voter's word that a signal (its decision_id) was never filled; `reason` is of a closed set, or empty."""

    rater: str
    signal: str
    ts: int
    reason: str
    account_since: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything said before a data cut. `near`: the decisions whose end came within 0.05 R of the other one;
    `filled`: how many published signals the market filled.
    """

    votes: tuple[Vote, ...] = ()
    reports: tuple[Report, ...] = ()
    near: frozenset[str] = frozenset()
    filled: int = 0


NOBODY = Feedback()


@dataclass(frozen=True, slots=True)
class Heard:
    """How far votes move the y of each label, and what a night tells of the voters."""

    shift: Floats
    status: Mapping[str, Any]


NOTHING = Heard(np.zeros(0), {})


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit with the votes in it: the labels used, how far votes moved any p, and what share of them was let in."""

    content: Row
    labels: Labels
    moved: float = 0.0
    kept: float = 1.0


def hear(labels: Labels, timed_out: Mask, feedback: Feedback, cut: int) -> Heard:
    """What was said before `cut` (ms UTC) does to labels; `timed_out`: those that ended at the time limit."""
    place = _places(labels, feedback)
    near = np.zeros(len(labels.y), dtype=bool)
    near[[place[name] for name in feedback.near if name in place]] = True
    left_open = (timed_out & (labels.y < 0.5)) | near
    gold = {name: int(labels.y[at]) for name, at in place.items() if not left_open[at]}
    votes = [vote for vote in counted([vote for vote in feedback.votes if vote.ts < cut]) if vote.signal in place]
    raters = rate(votes, gold)
    proven = [vote for vote in votes if raters[vote.rater].gold >= LEAST_GOLD]
    found = nudges(proven, raters, {name: float(labels.y[at]) for name, at in place.items() if left_open[at]})
    shift = np.zeros(len(labels.y))
    for name, nudge in found.items():
        at = place[name]
        said = min(1.0, MOST_WEIGHT / labels.weight[at]) if labels.weight[at] > 0.0 else 0.0
        shift[at] = said * (nudge.y - labels.y[at])
    status = {
        **_people(feedback, votes, raters, gold, cut),
        "open": int(left_open.sum()),
        "touched": int(np.count_nonzero(shift)),
        "nofill": _no_fills(feedback, place, cut),
    }
    return Heard(shift, status)


def fit_heard(labels: Labels, heard: Heard, fit: Callable[[Labels], Row]) -> Fitted:
    """Fit with what was said, or with a part of it, so that votes move no p by more than 0.02; else without it."""
    plain = fit(labels)
    if not heard.shift.any():
        return Fitted(plain, labels)
    for kept in KEPT:
        voted = replace(labels, y=labels.y + kept * heard.shift)
        content = fit(voted)
        moved = furthest(plain, content, labels)
        if moved <= MOST_MOVED:
            return Fitted(content, voted, moved, kept)
    return Fitted(plain, labels, 0.0, 0.0)


def raters_status(heard: Heard, fitted: Sequence[Fitted]) -> dict[str, Any]:
    """What a night tells of the voters: who counts, and how far they moved any p of its fits (`kept`: let in)."""
    moved = max((one.moved for one in fitted), default=0.0)
    return {**heard.status, "moved": moved, "kept": min((one.kept for one in fitted), default=1.0)}


def furthest(one: Row, other: Row, labels: Labels) -> float:
    """How far p, or its lower bound, is apart between two fits, at most over all setups with a label."""
    first, second = (forecast(row, labels.keys, labels.book, labels.raw) for row in (one, other))
    apart = np.maximum(np.abs(first.p - second.p), np.abs(first.low - second.low))
    return float(apart.max(initial=0.0))


def approached(side: int, sl: float, tp1: float, fill: float, mfe: float, mae: float, win: int) -> bool:
    """Whether the market came within 0.05 R of the end that it did not take; prices, `mfe` >= 0 >= `mae` in price.

    >>> approached(1, 98.0, 103.0, 100.0, 2.95, -2.0, 0), approached(1, 98.0, 103.0, 100.0, 2.85, -2.0, 0)
    (True, False)
    >>> approached(-1, 102.0, 97.0, 100.0, 3.0, -1.95, 1)
    True
    """
    risk = (fill - sl) * side
    if risk <= 0.0:
        return False
    missed = risk + mae if win else (tp1 - fill) * side - mfe
    return missed <= APPROACHED * risk + 1e-9


def _places(labels: Labels, feedback: Feedback) -> dict[str, int]:
    """Which rows the labels are that anything was said of."""
    told = feedback.near.union(one.signal for said in (feedback.votes, feedback.reports) for one in said)
    rows = enumerate(labels.at.tolist()) if told else ()
    return {labels.ids[place]: at for at, place in rows if labels.ids[place] in told}


def _people(
    feedback: Feedback, votes: Sequence[Vote], raters: Mapping[str, Rater], gold: Mapping[str, int], cut: int
) -> dict[str, Any]:
    """How many voted at all, how many count, and how often those agree with the market on clear ends."""
    count = {name for name, rater in raters.items() if rater.gold >= LEAST_GOLD}
    told = [vote for vote in votes if vote.rater in count and vote.signal in gold]
    right = sum(vote.win == gold[vote.signal] for vote in told)
    return {
        "people": len({vote.rater for vote in feedback.votes if vote.ts < cut}),
        "counted": len(count),
        "agreement": right / len(told) if told else None,
        "gold": len(told),
    }


def _no_fills(feedback: Feedback, place: Mapping[str, int], cut: int) -> dict[str, Any]:
    """Of the published signals that the market filled, how many were reported as never filled by three and more.

    Reports of new accounts do not count, nor of who was late or left it. `margin_bp`: the margin that this asks for.
    """
    said: dict[str, set[str]] = {}
    for one in feedback.reports:
        told = one.ts < cut and one.ts - one.account_since >= LEAST_AGE and one.reason not in EXCUSED
        if told and one.signal in place:
            said.setdefault(one.signal, set()).add(one.rater)
    reported = sum(len(people) >= LEAST_RATERS for people in said.values())
    margin = through_margin_bp(reported, feedback.filled)
    return {"filled": feedback.filled, "reported": reported, "margin_bp": margin}
