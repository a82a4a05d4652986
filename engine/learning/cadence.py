"""When the learner learns and when what it found takes effect: pure functions of tape time (ms UTC)."""

from __future__ import annotations

from engine.market.events import MINUTE

DAY = 1440 * MINUTE
CUT = 120 * MINUTE  # 02:00 UTC
EFFECTIVE = 180 * MINUTE  # 03:00 UTC
STEP = 15 * MINUTE


def cut_before(ts: int) -> int:
    """The newest data cut (02:00 UTC) at or before `ts`.

    >>> cut_before(CUT), cut_before(CUT - 1) == CUT - DAY
    (7200000, True)
    """
    return (ts - CUT) // DAY * DAY + CUT


def cuts_between(after: int, until: int) -> list[int]:
    """Every data cut in (after, until]."""
    return list(range(cut_before(after) + DAY, cut_before(until) + 1, DAY))


def effective_at(cut: int, ready: int | None = None) -> int:
    """When a policy trained at `cut` takes effect: the first 15m boundary at or after 03:00 of that day.

    Training that was `ready` later than that: the next 15m boundary.

    >>> effective_at(CUT) == EFFECTIVE, effective_at(CUT, EFFECTIVE + 1) == EFFECTIVE + STEP
    (True, True)
    """
    earliest = cut + EFFECTIVE - CUT
    return -(-max(earliest, earliest if ready is None else ready) // STEP) * STEP
