"""Who reads: a language and a time zone, and how numbers, times and sentences look there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from bot.i18n import say
from bot.messages.markup import escape

_MINUS = "−"


@cache
def _rules(locale: str) -> Locale:
    """How a language writes dates, found once."""
    return Locale.parse(locale)


@cache
def _signs(locale: str) -> dict[int, str]:
    """The language's own signs in place of Python's, taken from a number that has both."""
    told = format_decimal(Decimal("1000.5"), format="#,##0.0", locale=locale)
    return str.maketrans({",": told[1], ".": told[-2], "-": _MINUS})


@cache
def _percent(locale: str) -> tuple[str, str]:
    """What stands before and after a share."""
    before, _, after = format_percent(Decimal(1), locale=locale).partition("100")
    return before, after


@lru_cache(2_000)
def _clock(locale: str, pattern: str, hour: int, minute: int) -> str:
    """A clock time as a language writes it: a signal's are the same few every day."""
    return format_time(time(hour, minute), pattern, locale=_rules(locale))


@lru_cache(1_000)
def _day(locale: str, pattern: str, day: date) -> str:
    """A day as a language writes it."""
    return format_date(day, pattern, locale=_rules(locale))


@dataclass(frozen=True, slots=True)
class Reader:
    """A language (`id`, `en`) and the zone in which times are told."""

    locale: str
    zone: ZoneInfo

    def plain(self, key: str, /, **values: str | int) -> str:
        """A sentence as plain text: labels, toasts, placeholders."""
        return say(self.locale, key, **values)

    def html(self, key: str, /, **values: str | int) -> str:
        """A sentence as HTML: every value is escaped, the tags are the sentence's own."""
        safe = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
        return say(self.locale, key, **safe)

    def escaped(self, text: str) -> str:
        """Text made ready to stand in HTML."""
        return escape(text)

    def number(self, value: str | int | float | Decimal, places: int | None = None) -> str:
        """A number with this language's point and grouping; `places` None keeps those of the text.

        >>> Reader("id", ZoneInfo("UTC")).number("64120.50"), Reader("en", ZoneInfo("UTC")).number("0.00001230")
        ('64.120,50', '0.00001230')
        """
        exact = Decimal(str(value))
        if places is None:
            places = max(0, -int(exact.as_tuple().exponent))
        return f"{exact:,.{places}f}".translate(_signs(self.locale))

    def signed(self, value: float, places: int = 2) -> str:
        """A number that always shows its sign, never a minus zero.

        >>> Reader("id", ZoneInfo("UTC")).signed(-1.084), Reader("en", ZoneInfo("UTC")).signed(0.5)
        ('−1,08', '+0.50')
        """
        rounded = Decimal(str(round(value, places) + 0.0))
        return ("" if rounded < 0 else "+") + self.number(rounded, places)

    def r(self, value: float) -> str:
        """A result in R.

        >>> Reader("en", ZoneInfo("UTC")).r(-1)
        '−1.00R'
        """
        return self.signed(value) + "R"

    def percent(self, share: float, places: int = 0) -> str:
        """A share as percent.

        >>> Reader("id", ZoneInfo("UTC")).percent(0.0035, 2)
        '0,35%'
        """
        before, after = _percent(self.locale)
        return f"{before}{self.number(100 * Decimal(str(share)), places)}{after}"

    def clock(self, ms: int) -> str:
        """Hour and minute with the zone's short name.

        >>> Reader("id", ZoneInfo("Asia/Makassar")).clock(0)
        '08:00 WITA'
        """
        at = self._at(ms)
        return f"{_clock(self.locale, self.plain('pattern-clock'), at.hour, at.minute)} {self.zone_name(ms)}"

    def moment(self, ms: int) -> str:
        """Day, hour and minute with the zone's short name.

        >>> Reader("id", ZoneInfo("Asia/Jakarta")).moment(1_796_000_000_000)
        '30 Nov 07:53 WIB'
        """
        return f"{self.day(ms)} {self.clock(ms)}"

    def day(self, ms: int) -> str:
        """Day and month."""
        return _day(self.locale, self.plain("pattern-day"), self._at(ms).date())

    def date(self, ms: int) -> str:
        """Day, month and year.

        >>> Reader("id", ZoneInfo("UTC")).date(0), Reader("en", ZoneInfo("UTC")).date(0)
        ('1 Jan 1970', 'Jan 1, 1970')
        """
        return _day(self.locale, "medium", self._at(ms).date())

    def dated(self, ms: int) -> str:
        """Day, month, year and clock: for what may be long ago."""
        return f"{self.date(ms)} {self.clock(ms)}"

    def until(self, ms: int, now_ms: int) -> str:
        """A clock time, with the day where it is not the day of `now_ms`."""
        return self.clock(ms) if self._at(ms).date() == self._at(now_ms).date() else self.moment(ms)

    def span(self, seconds: float) -> str:
        """How long: the two largest units.

        >>> Reader("id", ZoneInfo("UTC")).span(4335), Reader("en", ZoneInfo("UTC")).span(59.7)
        ('1 jam 12 mnt', '59s')
        """
        whole = max(0, int(seconds))
        if whole < 60:
            return self.plain("span-seconds", s=str(whole))
        if whole < 3600:
            return self.plain("span-minutes", m=str(whole // 60))
        if whole < 86400:
            return self.plain("span-hours", h=str(whole // 3600), m=str(whole % 3600 // 60))
        return self.plain("span-days", d=str(whole // 86400), h=str(whole % 86400 // 3600))

    def zone_name(self, ms: int) -> str:
        """WIB, WITA, WIT, another zone's abbreviation, else its offset.

        >>> Reader("en", ZoneInfo("Asia/Kathmandu")).zone_name(0), Reader("en", ZoneInfo("Asia/Singapore")).zone_name(0)
        ('UTC+5:30', 'UTC+7:30')
        """
        at = self._at(ms)
        name = at.tzname() or ""
        if name[:1].isalpha():
            return name
        offset = at.utcoffset()
        minutes = 0 if offset is None else int(offset.total_seconds() // 60)
        sign, size = ("-", -minutes) if minutes < 0 else ("+", minutes)
        return f"UTC{sign}{size // 60}" + (f":{size % 60:02d}" if size % 60 else "")

    def _at(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(self.zone)


def ms_of(iso: str) -> int:
    """Milliseconds UTC of an ISO 8601 time with offset.

    >>> ms_of("1970-01-01T07:00:01+07:00")
    1000
    """
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        raise ValueError(f"time without offset: {iso}")
    return round(moment.timestamp() * 1000)


def ticker(pair: str) -> str:
    """A pair as people write it.

    >>> ticker("SOL-USDT-SWAP"), ticker("ODD")
    ('SOL/USDT', 'ODD')
    """
    parts = pair.split("-")
    return f"{parts[0]}/{parts[1]}" if len(parts) > 1 else pair
