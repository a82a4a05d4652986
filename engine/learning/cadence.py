"""When the learner learns and when what it found takes effect: pure functions of tape time (ms UTC)."""

from __future__ import annotations

from engine.market.events import MINUTE

HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7  # days
CUT = 120 * MINUTE  # 02:00 UTC
EFFECTIVE = 180 * MINUTE  # 03:00 UTC
STEP = 15 * MINUTE


def cut_before(ts: int) -> int:
    """The newest data cut (02:00 UTC) at or before `ts`.

    >>> cut_before(CUT), cut_before(CUT - 1) == CUT - DAY
    (7200000, True)
    """
    return (ts - CUT) // DAY * DAY + CUT


def weekly(cut: int) -> bool:
    """Whether the dear work of a week falls on this cut: one UTC day of seven.

    >>> weekly(CUT), weekly(CUT + DAY), weekly(CUT + 7 * DAY)
    (True, False, True)
    """
    return cut // DAY % WEEK == 0


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


def look_before(ts: int) -> int:
    """The newest look between nights at or before `ts`: every full hour but those of the nights.

    >>> look_before(CUT + HOUR + 1) == CUT + HOUR, look_before(CUT + 1) == CUT - HOUR
    (True, True)
    """
    hour = ts // HOUR * HOUR
    return hour - HOUR if hour == cut_before(hour) else hour


def looks_between(after: int, until: int) -> list[int]:
    """Every look in (after, until].

    >>> [ts // HOUR for ts in looks_between(0, 4 * HOUR)]
    [1, 3, 4]
    """
    hours = range(after // HOUR * HOUR + HOUR, until + 1, HOUR)
    return [ts for ts in hours if ts != cut_before(ts)]


def taken_at(cut: int, ready: int | None = None) -> int:
    """When what was concluded at `cut` takes effect: a night at `effective_at`, a look at the next 15m boundary.

    >>> taken_at(CUT) == EFFECTIVE, taken_at(CUT + HOUR) == CUT + HOUR + STEP
    (True, True)
    >>> taken_at(CUT + HOUR, CUT + HOUR + STEP + 1) == CUT + HOUR + 2 * STEP
    True
    """
    if cut == cut_before(cut):
        return effective_at(cut, ready)
    earliest = cut // STEP * STEP + STEP
    return -(-max(earliest, earliest if ready is None else ready) // STEP) * STEP
