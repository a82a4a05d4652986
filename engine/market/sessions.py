"""Which venues are open: `asia`, `london`, `new_york`, `overlap` (London and New York) or `off`.

Cash hours by the venues' own clocks, so that daylight saving moves them as it moves their traders: Asia is Tokyo from
09:00 until Hong Kong closes at 16:00 there, London 08:00 to 16:30, New York 09:30 to 16:00, Monday to Friday on the
venue's own calendar. Where Asia and London are open together (summer mornings) London is named. Holidays are not kept.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TOKYO, HONG_KONG = ZoneInfo("Asia/Tokyo"), ZoneInfo("Asia/Hong_Kong")
LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


def _minute(moment: datetime, zone: ZoneInfo) -> int:
    """Minutes since local midnight; -1 on a local weekend."""
    local = moment.astimezone(zone)
    return -1 if local.weekday() >= 5 else local.hour * 60 + local.minute


def venue_session(ts: int) -> str:
    """The session at `ts` (ms UTC).

    >>> venue_session(1_784_038_200_000)  # Tuesday 2026-07-14 14:10 UTC: 15:10 in London, 10:10 in New York
    'overlap'
    >>> venue_session(1_768_400_400_000)  # Wednesday 2026-01-14 14:20 UTC: New York opens in ten minutes
    'london'
    """
    moment = datetime.fromtimestamp(ts / 1000.0, UTC)
    london = 480 <= _minute(moment, LONDON) < 990
    new_york = 570 <= _minute(moment, NEW_YORK) < 960
    if london and new_york:
        return "overlap"
    if london:
        return "london"
    if new_york:
        return "new_york"
    if _minute(moment, TOKYO) >= 540 and 0 <= _minute(moment, HONG_KONG) < 960:
        return "asia"
    return "off"
