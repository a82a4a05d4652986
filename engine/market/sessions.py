"""Which venues are open: `asia`, `london`, `new_york`, `overlap` (London and New York) or `off`.

Cash hours by the venues' own clocks, so that daylight saving moves them as it moves their traders: Asia is Tokyo from
09:00 until Hong Kong closes at 16:00 there, London 08:00 to 16:30, New York 09:30 to 16:00, Monday to Friday on the
venue's own calendar. Where Asia and London are open together (summer mornings) London is named. Holidays are not kept.

The clocks are arithmetic, so that they run inside a step: summer time in London lasts from the last Sunday of March to
that of October, 01:00 UTC (since 1996), in New York from the second Sunday of March to the first one of November, 02:00
there (since 2007). A test holds them to the time zone database.
"""

from __future__ import annotations

from engine.records import step

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CLOSED = -1


def venue_session(ts: int) -> str:
    """The session at `ts` (ms UTC).

    >>> venue_session(1_784_038_200_000)  # Tuesday 2026-07-14 14:10 UTC: 15:10 in London, 10:10 in New York
    'overlap'
    >>> venue_session(1_768_400_400_000)  # Wednesday 2026-01-14 14:20 UTC: New York opens in ten minutes
    'london'
    """
    if london_open(ts) == 1:
        return "overlap" if new_york_open(ts) == 1 else "london"
    if new_york_open(ts) == 1:
        return "new_york"
    return "asia" if asia_open(ts) == 1 else "off"


@step
def asia_open(ts: int) -> int:
    """1 from 09:00 in Tokyo to 16:00 in Hong Kong, an hour behind."""
    return 1 if 540 <= local_minute(ts + 9 * HOUR) < 1020 else 0


@step
def london_open(ts: int) -> int:
    """1 from 08:00 to 16:30 in London."""
    year = year_of(ts)
    begin = sunday_by(day_number(year, 3, 31)) * DAY + HOUR
    end = sunday_by(day_number(year, 10, 31)) * DAY + HOUR
    return 1 if 480 <= local_minute(ts + (HOUR if begin <= ts < end else 0)) < 990 else 0


@step
def new_york_open(ts: int) -> int:
    """1 from 09:30 to 16:00 in New York."""
    year = year_of(ts)
    begin = sunday_by(day_number(year, 3, 14)) * DAY + 7 * HOUR
    end = sunday_by(day_number(year, 11, 7)) * DAY + 6 * HOUR
    return 1 if 570 <= local_minute(ts - (4 * HOUR if begin <= ts < end else 5 * HOUR)) < 960 else 0


@step
def local_minute(local: int) -> int:
    """Minutes since midnight of a local time (ms as if it were UTC); CLOSED on a Saturday or Sunday."""
    if (local // DAY + 3) % 7 >= 5:  # 1970-01-01 was a Thursday
        return CLOSED
    return local % DAY // MINUTE


@step
def year_of(ts: int) -> int:
    """The year, to a day or so about New Year, when no clock is changed."""
    return 1970 + ts // DAY * 400 // 146_097


@step
def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a date from March on (after Hinnant's days_from_civil).

    >>> day_number(1970, 3, 1), day_number(2026, 11, 21) * DAY
    (59, 1795219200000)
    """
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719_469


@step
def sunday_by(day: int) -> int:
    """The Sunday on or before a day number.

    >>> sunday_by(10) == 10, sunday_by(16)  # 1970-01-11 was a Sunday
    (True, 10)
    """
    return day - (day + 4) % 7
