"""Whether the world still is what was learned, asked once a night: residuals, features, regimes, silence, and leaks.

A warning is told when it begins and when it is over, and never in between. What a warning does stands with its name in
`BLOCKING` (engine/learning/rivals.py): nothing is promoted meanwhile. Where fewer win in one regime, the proof of its
books begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.learning import drift
from engine.learning.cadence import DAY, WEEK
from engine.learning.canary import Evidence, sing
from engine.learning.dataset import matrix
from engine.learning.labels import COLUMNS, Labels
from engine.learning.memory import Memory
from engine.learning.night import Night, Review
from engine.learning.nightwatch import FRESH, LEAST_TAKEN, SEED
from engine.learning.rollback import Alarm
from engine.learning.splits import embargo_of
from engine.learning.table import Floats, Ints

Numbers = Mapping[str, float]
RECENT, BEFORE = 7 * DAY, 60 * DAY
RANGE_DAYS, LEAST_WINDOWS, LEAST_SETUPS = 90, 21, 100
STICKY = frozenset({"fewer", "more"})  # a run of residuals is history once told: over after a fortnight
SEED_OF_NOISE = 15


def conditions(memory: Memory, night: Night) -> tuple[dict[str, Numbers], dict[str, Any]]:
    """What is off tonight, by name (a sign, and what it is about), and what people are shown of it."""
    shadow = memory.shadows.get(night.champion)
    if shadow is None or shadow.newest is None:
        return {}, {}
    features = _features(memory, night.cut, shadow.newest.document["inputs"])
    acting = {name: one.numbers for name, one in features.items() if one.name in ("missing", "moved")}
    regimes = _regimes(memory, night.cut)
    outside = {f"regime/{name}": one for name, one in regimes.items() if not one["low"] <= one["share"] <= one["high"]}
    canary = _canary(memory, night)
    leaks = {} if canary.get("clean", True) else {"canary": {"planted": canary["planted"], "honest": canary["honest"]}}
    off = {**_residuals(memory, night), **acting, **outside, **_silence(memory, night.cut), **leaks}
    shown = {"features": {name: dict(one.numbers) for name, one in features.items()}, "regimes": regimes}
    return off, {"drift": shown, "canary": canary}


def settle(memory: Memory, review: Review, off: Mapping[str, Numbers]) -> None:
    """Tell what is new of what is off, and what is over."""
    known = memory.warnings(review)
    for name in sorted(set(off) - set(known)):
        review.tell("tripped", review.champion, **named(name), **off[name])
    for name in sorted(set(known) - set(off)):
        if sign_of(name) not in STICKY or review.cut - known[name] >= drift.REACTION_DAYS * DAY:
            review.tell("cleared", review.champion, **named(name))


def named(name: str) -> dict[str, str]:
    """A warning's name as its event has it.

    >>> named("moved/spread"), named("stale")
    ({'sign': 'moved', 'about': 'spread'}, {'sign': 'stale'})
    """
    sign, _, about = name.partition("/")
    return {"sign": sign, "about": about} if about else {"sign": sign}


def sign_of(name: str) -> str:
    """The sign alone."""
    return name.partition("/")[0]


def changed(memory: Memory, review: Review, labels: Labels) -> Alarm | None:
    """Whether ADWIN finds that fewer win than was said since the champion is in force: an alarm like the CUSUM's."""
    residual, _, closed = _said(memory, review, labels, _since(memory, review))
    order = np.argsort(closed, kind="stable")
    at = drift.adwin(residual[order])
    if at is None:
        return None
    told = residual[order][:at]
    late = float(told[-max(1, at // 4) :].mean())
    if late <= float(told.mean()):
        return None
    return Alarm("adwin", int(closed[order][at - 1]), {"labels": float(at), "late": late})


def _residuals(memory: Memory, night: Night) -> dict[str, Numbers]:
    """Two-sided CUSUMs of p - y over all and in each regime; that fewer win over all is an alarm, told elsewhere."""
    told = [one.at for one in memory.past.events("tripped") if one.detail["sign"] in STICKY]
    since = max([_since(memory, night), *told])
    names = tuple(sorted({key.split("/")[-1] for key in night.labels.keys}))
    past, past_of, past_closed = _said(memory, night, night.labels, 0)
    settled = past_closed <= night.cut - FRESH
    levels = drift.levels(past[settled], past_of[settled], past_closed[settled] // DAY, names, SEED)
    found = {}
    for alarm in drift.residual_alarms(*_said(memory, night, night.labels, since), levels, names):
        about, side = alarm.name.split("/")
        if (about, side) != ("all", "worse"):
            found[f"{'fewer' if side == 'worse' else 'more'}/{about}"] = alarm.numbers
    return found


def _said(memory: Memory, review: Review, labels: Labels, since: int) -> tuple[Floats, Ints, Ints]:
    """p - y of the champion on labels judged from `since` on, their regimes (places in their names), their ends."""
    said = memory.shadows[review.champion].said(labels.at)
    rows = said.shown & (labels.opened >= since)
    names = sorted({key.split("/")[-1] for key in labels.keys})
    regime = np.array([names.index(key.split("/")[-1]) for key in labels.keys], dtype=np.int64)
    return (said.p - labels.y)[rows], regime[labels.book[rows]], labels.closed[rows]


def _since(memory: Memory, review: Review) -> int:
    begun = memory.shadows[review.champion].begun or 0
    return max(begun, memory.anew(review), memory.alarmed(review, review.champion))


def _features(memory: Memory, cut: int, inputs: list[dict[str, Any]]) -> dict[str, Alarm]:
    """The inputs of the policy in force that moved or are missing: the last 7 days against the 60 before."""
    history, table = memory.history, memory.history.table
    now, before = history.judged(cut - RECENT, cut), history.judged(cut - RECENT - BEFORE, cut - RECENT)
    if len(now) < LEAST_TAKEN or len(before) < LEAST_TAKEN:
        return {}
    day, raw = table.ints("judged_at") // DAY, table.floats("features")
    found = {}
    for name in sorted({one["feature"] for one in inputs}):
        column = raw[:, COLUMNS.index(name)]
        alarm = drift.feature_alarm(column[before], day[before], column[now], day[now], cut, SEED)
        if alarm is not None:
            found[f"{alarm.name}/{name}"] = alarm
    return found


def _regimes(memory: Memory, cut: int) -> dict[str, dict[str, float]]:
    """The share of each regime in the setups of the last 7 days, and its range in such weeks of the 90 days before."""
    history, table = memory.history, memory.history.table
    places = history.judged(cut - RANGE_DAYS * DAY, cut)
    age = (cut - table.ints("judged_at")[places]) // DAY
    names = sorted({key.split("/")[-1] for key in table.books.words})
    regime = np.array([names.index(key.split("/")[-1]) for key in table.books.words], dtype=np.int64)
    count = np.zeros((len(names), RANGE_DAYS + 1))
    if len(places):
        np.add.at(count, (regime[table.ints("book")[places]], age), 1.0)
    week = np.lib.stride_tricks.sliding_window_view(count, WEEK, axis=1).sum(axis=2)
    whole = week.sum(axis=0)
    told = np.flatnonzero(whole >= LEAST_SETUPS)
    earlier = told[told >= WEEK]
    if not len(told) or told[0] != 0 or len(earlier) < LEAST_WINDOWS:
        return {}
    share = week[:, told] / whole[told]
    rest = share[:, told >= WEEK]
    return {
        name: {"share": float(share[at, 0]), "low": float(rest[at].min()), "high": float(rest[at].max())}
        for at, name in enumerate(names)
    }


def _silence(memory: Memory, cut: int) -> dict[str, Numbers]:
    """No setup was judged for more than twice the longest pause of the 60 days before."""
    at = np.unique(memory.history.table.ints("judged_at"))
    at = at[(at > cut - BEFORE) & (at <= cut)]
    if len(at) < LEAST_TAKEN:
        return {}
    alarm = drift.stale(int(at[-1]), int(np.diff(at).max()), cut)
    return {} if alarm is None else {"stale": alarm.numbers}


def _canary(memory: Memory, night: Night) -> Mapping[str, Any]:
    """Once a week: whether the evaluation would notice a leak, and whether any input knows too much."""
    before: Mapping[str, Any] = memory.before("canary").get("canary", {})
    policy = memory.shadows[night.champion].newest
    if policy is None or (before and night.cut // DAY % WEEK):
        return before
    labels, inputs = night.labels, policy.document["inputs"]
    evidence = Evidence(matrix(labels.raw, inputs), labels.y, labels.weight, labels.opened, labels.closed)
    embargo = embargo_of({name.split("/")[0] for name in labels.books()})
    found = sing(evidence, labels.net, embargo, SEED_OF_NOISE)
    if found is None:
        return before
    return {
        "cut": night.cut,
        "clean": found.clean,
        "honest": found.honest,
        "planted": found.planted,
        "noise_low": found.shuffled.low,
        "suspects": [inputs[at]["feature"] for at in found.suspects],
    }
