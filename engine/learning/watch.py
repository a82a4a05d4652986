"""What is looked at by night and by the hour: tripwires, a run of losses, the model before, and what follows of each.

A night tunes the marks that it and the looks after it hold the champion to. Losses (the CUSUM of p - y, a drawdown, a p
that is none) are an alarm: the proof of edge begins anew and fits take care. A broken feed or a rate of publishing that
leaps is a warning: nothing is promoted until a night finds it over. In the fortnight after a promotion any of these
puts the model before back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from engine.learning.cadence import DAY
from engine.learning.conditions import named
from engine.learning.drift import REACTION, REACTION_DAYS
from engine.learning.fit import NO_CARE, Care
from engine.learning.labels import COLUMNS, Labels
from engine.learning.memory import Memory
from engine.learning.night import Review
from engine.learning.nightwatch import LEAST_TAKEN, RATE_OVER, SEED, fallen_short, level_of, probation
from engine.learning.past import CROWNED
from engine.learning.rollback import Alarm, Vitals, drawdown_limit, tripwires, worse_than_old
from engine.learning.scores import max_drawdown
from engine.learning.shadow import Shadow
from engine.learning.table import Floats, Ints, Table

Marks = Mapping[str, float | None]
FALL_OVER = 14 * DAY  # of the drawdown that is watched
MISSING_OVER, MISSING_MORE = 60 * DAY, 0.5  # an input's missing rows: before, and how much more of the last day
LEAST_ENDED, BROKEN = 10, 0.5  # void ends of a day, as a share of all that ended
LOSING = frozenset({"cusum", "adwin", "drawdown", "p_range", "bundle"})


def marks(memory: Memory, review: Review, labels: Labels) -> Marks:
    """What the champion is held to until the next night: h of the CUSUM, and the 95 % quantile of its drawdowns."""
    shadow = memory.shadows.get(review.champion)
    if shadow is None or shadow.begun is None:
        return {}
    places = _took(memory, shadow, 0, review.cut - FALL_OVER)
    day, net = memory.history.table.ints("closed")[places] // DAY, memory.history.net(places)
    return {
        "cusum": level_of(shadow.said(labels.at), labels, review.cut),
        "drawdown": drawdown_limit(net, day, FALL_OVER // DAY, SEED),
    }


def watch(memory: Memory, review: Review, held_to: Marks, more: Sequence[Alarm] = ()) -> dict[str, Mapping[str, float]]:
    """Tell what went off, and put the model before back where that is asked for. Every shadow must have heard.

    `more`: what else a night found. Returns the warnings among it all, told before or not.
    """
    shadow = memory.shadows.get(review.champion)
    if shadow is None or shadow.begun is None:
        return {}
    since = max(shadow.begun, memory.anew(review), memory.alarmed(review, review.champion))
    level = held_to.get("cusum")
    fallen = None if level is None else fallen_short(memory.history, shadow, since, review.cut, level)
    off = [*([] if fallen is None else [fallen]), *more, *tripwires(vitals(memory, review, shadow, since, held_to))]
    losing = next((one for one in off if one.name in LOSING), None)
    if losing is not None:
        review.tell("alarm", review.champion, sign=losing.name, **losing.numbers)
    fresh = [one for one in off if one.name not in LOSING and one.name not in memory.warnings(review)]
    for one in fresh:
        review.tell("tripped", review.champion, **named(one.name), **one.numbers)
    _on_trial(memory, review, shadow, losing or (fresh[0] if fresh else None))
    return {one.name: one.numbers for one in off if one.name not in LOSING}


def _on_trial(memory: Memory, review: Review, shadow: Shadow, off: Alarm | None) -> None:
    """Within a fortnight of a promotion the champion before comes back: where it is better, or anything went off."""
    trial = probation(memory.past.events(*CROWNED), review.champion, review.cut)
    old = None if trial is None else memory.shadows.get(str(trial.detail.get("instead_of")))
    if trial is None or old is None:
        return
    if off is None:
        off = worse_than_old(memory.paired(shadow, old, review), trial.at, review.cut)
    if off is not None:
        review.tell("rolled_back", old.name, instead_of=review.champion, **named(off.name), **off.numbers)
        review.champion = old.name


def vitals(memory: Memory, review: Review, shadow: Shadow, since: int, held_to: Marks) -> Vitals:
    """What the tripwires look at: the last 24 h of the champion, and its last drawdown (from `since` on, ms).

    The rate is how often the policy in force takes a setup, against how often it would have in the fortnight before.
    """
    history, table, cut = memory.history, memory.history.table, review.cut
    day, over = history.judged(cut - DAY, cut), history.judged(cut - RATE_OVER, cut - DAY)
    now, before = shadow.now(table, day), shadow.now(table, over)
    published, shown = int(np.sum(now.takes & now.shown)), before.shown
    share = float(np.mean(before.takes[shown])) if shown.any() else 0.0
    expected = share * float(np.sum(now.shown))
    if max(published, expected) < LEAST_TAKEN or not shown.any():
        expected = published
    limit, fall = held_to.get("drawdown"), 0.0
    if limit is not None:
        places = _took(memory, shadow, max(since, cut - FALL_OVER), cut)
        closed = table.ints("closed")[places]
        fall = max_drawdown(history.net(places[np.argsort(closed, kind="stable")]).tolist()) or 0.0
    return Vitals(
        at=cut,
        bundle_matches=True,  # Policy.from_document has compared content and hash
        p=now.p,
        published=published,
        expected=expected,
        drawdown=fall,
        paper_drawdown_p95=limit or 0.0,
        broken=feed_broken(memory, review, shadow, day),
    )


def feed_broken(memory: Memory, review: Review, shadow: Shadow, day: Ints) -> dict[str, Mapping[str, float]]:
    """What the last 24 h (`day`: setups judged in them) lack data of, with the numbers; {} where of nothing.

    Half of what ended is void for gaps in the tape ("PAIR candles"). Or inputs of the policy in force are missing in
    half more of the setups than in the 60 days before: the worst one ("PAIR input"), and how many inputs are. PAIR is
    the one that lacks most.
    """
    history, table, cut = memory.history, memory.history.table, review.cut
    told, found = memory.warnings(review), dict[str, Mapping[str, float]]()
    closed = table.ints("closed")
    ended = np.flatnonzero((closed > cut - DAY) & (closed <= cut))
    gaps = np.array([word == "data_gap" for word in table.exits.words], dtype=bool)[table.ints("exit")[ended]]
    if len(ended) >= LEAST_ENDED and float(np.mean(gaps)) > BROKEN:
        name, pairs = _lacking(table, ended[gaps], "candles", told)
        found[name] = {"void": float(gaps.sum()), "ended": float(len(ended)), "pairs": pairs}
    before = history.judged(cut - MISSING_OVER, cut - DAY)
    if shadow.newest is None or len(day) < LEAST_TAKEN or len(before) < LEAST_TAKEN:
        return found
    read = sorted({COLUMNS.index(one["feature"]) for one in shadow.newest.document["inputs"]})
    raw = table.floats("features")
    was, now = (_missing(raw[rows][:, read]) for rows in (before, day))
    lacking = np.flatnonzero(now > was + MISSING_MORE)
    if len(lacking):
        at = int(lacking[np.argmax((now - was)[lacking])])
        name, pairs = _lacking(table, day[np.isnan(raw[day, read[at]])], COLUMNS[read[at]], told)
        numbers = {"before": float(was[at]), "now": float(now[at]), "pairs": pairs}
        found[name] = {**numbers, "inputs": float(len(lacking))}
    return found


def _lacking(table: Table, rows: Ints, what: str, told: Collection[str]) -> tuple[str, float]:
    """What is lacking in `rows`, with the pair that has most of them (the first of equals), and in how many pairs.

    What a warning that goes on says already is said alike.
    """
    code, count = np.unique(table.ints("pair")[rows], return_counts=True)
    pairs = {table.pairs.words[one]: many for one, many in zip(code.tolist(), count.tolist())}
    names = [f"{pair} {what}" for pair in sorted(pairs, key=lambda pair: (-pairs[pair], pair))]
    return next((name for name in names if f"data_quality/{name}" in told), names[0]), float(len(pairs))


def care(memory: Memory, review: Review, name: str) -> Care:
    """What an alarm asks of the fits of two weeks."""
    alarmed = memory.alarmed(review, name)
    return REACTION if alarmed and review.cut - alarmed < REACTION_DAYS * DAY else NO_CARE


def _missing(rows: Floats) -> Floats:
    return np.asarray(np.isnan(rows).mean(axis=0), dtype=np.float64)


def _took(memory: Memory, shadow: Shadow, since: int, until: int) -> Ints:
    """Places of what a procedure's rule took, with a p, that ended in (since, until]."""
    places = memory.history.ended_by(until)
    places = places[memory.history.table.ints("closed")[places] > since]
    said = shadow.said(places)
    return places[said.takes & said.shown]
