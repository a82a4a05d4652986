"""What a second opinion may cost, and when it is left in peace: a purse by day and month, and a breaker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from storage.opinions import Spent

CALLS_A_DAY = 60
TOKENS_IN, TOKENS_OUT = 1_200, 150  # what a question should need
TOKENS_A_MONTH = 31 * CALLS_A_DAY * (TOKENS_IN + TOKENS_OUT)
FOR_WAITING = 20  # calls of a day that are kept for setups whose publishing waits
LISTENING = 10  # calls a day while the opinion is ignored
TRIPS = 3  # failures in a row
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 300_000, 3_600_000
FAILURES = frozenset({"timeout", "rate", "server", "request", "key"})


def day_and_month(now: int) -> tuple[int, int]:
    """The starts (ms) of the UTC day and month of `now`.

    >>> day_and_month(1_700_000_000_000)
    (1699920000000, 1698796800000)
    """
    day = datetime.fromtimestamp(now // 1000, tz=UTC).replace(hour=0, minute=0, second=0)
    return round(day.timestamp()) * 1000, round(day.replace(day=1).timestamp()) * 1000


class Purse:
    """Counts every request before it is made, every token after. Filled anew each UTC day and month."""

    def __init__(self, now: int, spent: Spent) -> None:
        self._day, self._month = day_and_month(now)
        self.calls, self.tokens = spent.calls, spent.tokens

    def pay(self, now: int, most: int = CALLS_A_DAY) -> bool:
        """Whether one more request may be made; it is counted if so. `most`: of a day."""
        self._turn(now)
        if self.calls >= most or self.tokens >= TOKENS_A_MONTH:
            return False
        self.calls += 1
        return True

    def used(self, tokens: int) -> None:
        """A request's tokens, both ways."""
        self.tokens += tokens

    def _turn(self, now: int) -> None:
        day, month = day_and_month(now)
        if day > self._day:
            self._day, self.calls = day, 0
        if month > self._month:
            self._month, self.tokens = month, 0


@dataclass(slots=True)
class Breaker:
    """Opens after three failures in a row, for 5 minutes, then twice as long each time, an hour at most."""

    failures: int = 0
    until: int = 0
    _pause: int = FIRST_PAUSE_MS

    def open(self, now: int) -> bool:
        """Whether the server is left in peace."""
        return now < self.until

    def note(self, silence: str, now: int) -> None:
        """How a question ended; a wrong key opens it at once."""
        if silence not in FAILURES:
            self.failures, self._pause = 0, FIRST_PAUSE_MS
            return
        self.failures += 1
        if self.failures >= TRIPS or silence == "key":
            self.until = now + self._pause
            self._pause = min(LONGEST_PAUSE_MS, 2 * self._pause)
