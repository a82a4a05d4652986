"""What a night looks at before its contests: whether p fell short, whether the model before was better, and, once a
policy is fitted, whether it may be used at all.

Thin: the statistics are those of engine/learning/rollback.py, here they meet what a procedure said and how it ended.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.decision.guardrails import EPSILON
from engine.decision.policy import Policy
from engine.learning.cadence import DAY
from engine.learning.forecast import forecast
from engine.learning.history import History
from engine.learning.labels import Labels
from engine.learning.past import CROWNED, Event
from engine.learning.rollback import PROBATION_DAYS, Alarm, Vitals, collapse, threshold, tripwires
from engine.learning.safety import LAST_SETUPS
from engine.learning.shadow import Said, Shadow
from engine.learning.table import Table

FRESH = 7 * DAY  # residuals this young do not set the level that they are held to
RATE_OVER = 14 * DAY
LEAST_TAKEN = 20  # setups taken by either, below which a rate says nothing
SEED = 612


def level_of(said: Said, labels: Labels, cut: int) -> float | None:
    """h of the CUSUM of p - y, tuned on the procedure's own residuals, all but those of the last week.

    `said` is of the setups of `labels`. None where there are too few days of setups for which a p was shown.
    """
    residual = said.p - labels.y
    settled = said.shown & (labels.closed <= cut - FRESH)
    return threshold(residual[settled], labels.closed[settled] // DAY, SEED)


def fallen_short(history: History, shadow: Shadow, since: int, cut: int, level: float) -> Alarm | None:
    """Whether clearly fewer win than was said of the setups judged from `since` (ms) on; the shadow has heard them."""
    places = history.filled(cut, since)
    said = shadow.said(places)
    residual = (said.p - history.table.floats("win")[places])[said.shown]
    return collapse(residual, history.table.ints("closed")[places][said.shown], level)


def probation(events: Sequence[Event], champion: str, cut: int) -> Event | None:
    """The promotion that `champion` is on trial for at `cut` (ms); None where it is not, or is by a person's choice."""
    crowned = [event for event in events if event.kind in CROWNED]
    last = crowned[-1] if crowned else None
    if last is None or last.kind != "promoted" or last.procedure != champion:
        return None
    return last if cut - last.at <= PROBATION_DAYS * DAY else None


def tripped(policy: Policy, shadow: Shadow | None, table: Table, cut: int, careful: bool) -> tuple[Alarm, ...]:
    """The tripwires that a fitted policy cuts: an impossible p on the last setups, or a rate that leaps.

    The rate is how often p reaches tau on the setups of the last 14 days, against what the procedure said of them; it
    is not asked without a `shadow`, which must have heard every setup. `careful`: after an alarm less is to be
    published, so only more is wrong.
    """
    last = slice(max(0, len(table) - LAST_SETUPS), None)
    p = forecast(policy.document, table.books.words, table.ints("book")[last], table.floats("features")[last]).p
    published, expected = (0, 0) if shadow is None else _taken(policy, shadow, table, cut)
    if max(published, expected) < LEAST_TAKEN or (careful and published < expected):
        expected = published
    # That the content matches its hash is Policy.from_document's to say; a policy that never served has no drawdown.
    return tripwires(Vitals(cut, True, p, published, expected, drawdown=0.0, paper_drawdown_p95=0.0))


def _taken(policy: Policy, shadow: Shadow, table: Table, cut: int) -> tuple[int, int]:
    """How many of the setups of the last 14 days reach tau by `policy`, and how many did by what was said then."""
    at = np.flatnonzero(table.ints("judged_at") > cut - RATE_OVER)
    now = forecast(policy.document, table.books.words, table.ints("book")[at], table.floats("features")[at])
    then = shadow.said(at)
    both = now.shown & then.shown
    reached, was = ((one.p >= one.tau - EPSILON) & both for one in (now, then))
    return int(reached.sum()), int(was.sum())
