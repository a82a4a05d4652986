"""Sessions by the venues' own clocks, in winter and in summer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.market import sessions
from engine.market.sessions import venue_session


@pytest.mark.parametrize(
    ("when", "session"),
    [
        ("2026-01-14 00:00", "asia"),  # Tokyo 09:00
        ("2026-01-13 23:59", "off"),
        ("2026-01-14 07:59", "asia"),  # Hong Kong 15:59
        ("2026-01-14 08:00", "london"),
        ("2026-07-14 07:00", "london"),  # 08:00 in British summer
        ("2026-07-14 06:59", "asia"),
        ("2026-01-14 14:29", "london"),
        ("2026-01-14 14:30", "overlap"),
        ("2026-07-14 13:30", "overlap"),
        ("2026-03-16 13:30", "overlap"),  # America has changed its clocks, Britain has not
        ("2026-03-16 14:30", "overlap"),
        ("2026-01-14 16:30", "new_york"),
        ("2026-01-14 20:59", "new_york"),
        ("2026-01-14 21:00", "off"),
        ("2026-01-17 10:00", "off"),  # Saturday
        ("2026-01-18 23:30", "off"),  # Sunday in London, Monday 08:30 in Tokyo
        ("2026-01-19 00:10", "asia"),  # Monday
        ("2026-01-16 20:30", "new_york"),  # Friday afternoon there
    ],
)
def test_session(when: str, session: str) -> None:
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert venue_session(int(moment.timestamp() * 1000)) == session


def open_by_the_database(moment: datetime, zone: str, opens: int, closes: int) -> int:
    """1 where the venue's wall clock says so, by the time zone database."""
    local = moment.astimezone(ZoneInfo(zone))
    return int(local.weekday() < 5 and opens <= local.hour * 60 + local.minute < closes)


@pytest.mark.parametrize("year", range(2008, 2038, 3))
def test_clocks_are_those_of_the_time_zone_database(year: int) -> None:
    """Every half hour of the weeks in which clocks change, and of a week about New Year."""
    for begin, days in ((datetime(year, 3, 5, tzinfo=UTC), 29), (datetime(year, 10, 22, tzinfo=UTC), 20),
                        (datetime(year, 12, 28, tzinfo=UTC), 8)):  # fmt: skip
        for half_hours in range(days * 48):
            moment = begin + timedelta(minutes=30 * half_hours)
            ts = int(moment.timestamp() * 1000)
            assert sessions.london_open(ts) == open_by_the_database(moment, "Europe/London", 480, 990), moment
            assert sessions.new_york_open(ts) == open_by_the_database(moment, "America/New_York", 570, 960), moment
            assert sessions.asia_open(ts) == open_by_the_database(moment, "Asia/Hong_Kong", 480, 960), moment
