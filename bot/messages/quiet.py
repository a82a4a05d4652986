"""Hours in which a chat wants no sound: messages arrive silently, and what they missed is summed up at their end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

NAME = "quiet"  # the preference's name; its value is "HH:MM-HH:MM" in the reader's zone
_SPAN = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])-([01]?[0-9]|2[0-3]):([0-5][0-9])")


def span_of(value: str | None) -> tuple[time, time] | None:
    """Begin and end of quiet hours; None for none, or for what is no span.

    >>> span_of("22:00-07:30"), span_of("off"), span_of("08:00-08:00")
    ((datetime.time(22, 0), datetime.time(7, 30)), None, None)
    """
    found = _SPAN.fullmatch((value or "").replace(" ", ""))
    if found is None:
        return None
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return None if begin == end else (begin, end)


def quiet(value: str | None, now: int, zone: tzinfo, urgent: bool) -> bool:
    """Whether a message goes out silently at `now` (ms); what is urgent never does.

    >>> night = "22:00-07:00"
    >>> quiet(night, 0, UTC, False), quiet(night, 0, UTC, True), quiet(night, 8 * 3_600_000, UTC, False)
    (True, False, False)
    """
    span = span_of(value)
    if span is None or urgent:
        return False
    begin, end = span
    clock = _local(now, zone).time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def last_night(value: str | None, now: int, zone: tzinfo) -> tuple[int, int] | None:
    """Begin and end (ms) of the quiet hours that ended last; None where there are none.

    >>> last_night("22:00-07:00", 86_400_000 + 8 * 3_600_000, UTC)
    (79200000, 111600000)
    """
    span = span_of(value)
    if span is None:
        return None
    here = _local(now, zone)
    ended = datetime.combine(here.date(), span[1], tzinfo=zone)
    if ended > here:
        ended = datetime.combine(here.date() - timedelta(days=1), span[1], tzinfo=zone)
    day = ended.date() if span[0] < span[1] else ended.date() - timedelta(days=1)
    begun = datetime.combine(day, span[0], tzinfo=zone)
    return round(begun.timestamp() * 1000), round(ended.timestamp() * 1000)


def _local(ms: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(zone)
