"""What was measured in the last minutes: counts by minute, spans in bins a tenth apart, so that nothing grows."""

from __future__ import annotations

import math
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from bot.clock import Clock

MINUTES = 10
MINUTE_MS = 60_000
SHORTEST = 1e-4  # seconds: the first bin ends here
STEP = 1.1
BINS = 132  # the last begins at about 26 seconds


@dataclass(slots=True)
class _Minute:
    number: int
    spans: dict[str, array[int]] = field(default_factory=dict)
    results: Counter[str] = field(default_factory=Counter)


class Recent:
    """Spans (seconds) by name and results by word, of the last ten minutes.

    >>> class At:
    ...     now = 0
    ...     def now_ms(self): return self.now
    ...     async def sleep(self, seconds): ...
    >>> clock = At()
    >>> recent = Recent(clock)
    >>> for n in range(100): recent.add("/x", 0.001 * n, "200")
    >>> round(recent.quantile(0.95), 2), recent.share(lambda result: result == "200"), recent.count()
    (0.1, 1.0, 100)
    >>> clock.now = 700_000
    >>> recent.quantile(0.95) is None, recent.count()
    (True, 0)
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._minutes: deque[_Minute] = deque(maxlen=MINUTES + 1)

    def add(self, name: str, seconds: float, result: str = "") -> None:
        """One more."""
        number = self._clock.now_ms() // MINUTE_MS
        if not self._minutes or self._minutes[-1].number != number:
            self._minutes.append(_Minute(number))
        minute = self._minutes[-1]
        spans = minute.spans.get(name)
        if spans is None:
            spans = minute.spans[name] = array("L", bytes(array("L").itemsize * BINS))
        spans[_bin(seconds)] += 1
        minute.results[result] += 1

    def names(self) -> list[str]:
        """Every name that was measured."""
        return sorted({name for minute in self._now() for name in minute.spans})

    def count(self, name: str | None = None) -> int:
        """How many, of a name or all."""
        return sum(self._sums(name))

    def quantile(self, share: float, name: str | None = None) -> float | None:
        """The span (seconds) that `share` of all stay within, to a tenth of itself; None where there were none."""
        sums = self._sums(name)
        left = math.ceil(share * sum(sums))
        if not left:
            return None
        reached = next(at for at, upto in enumerate(accumulate(sums)) if upto >= left)
        return SHORTEST * float(STEP**reached)

    def speed(self, name: str) -> dict[str, float]:
        """How many of a name, and p50, p95 and p99 of their spans (0 without any)."""
        marks = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        return {"count": self.count(name)} | {key: self.quantile(q, name) or 0.0 for key, q in marks.items()}

    def share(self, chosen: Callable[[str], bool]) -> float | None:
        """The part of all whose result is `chosen`; None where there were none."""
        found: Counter[str] = Counter()
        for minute in self._now():
            found.update(minute.results)
        total = found.total()
        return sum(count for result, count in found.items() if chosen(result)) / total if total else None

    def _now(self) -> Iterable[_Minute]:
        first = self._clock.now_ms() // MINUTE_MS - MINUTES
        return [minute for minute in self._minutes if minute.number >= first]

    def _sums(self, name: str | None) -> list[int]:
        sums = [0] * BINS
        for minute in self._now():
            for found, spans in minute.spans.items():
                if name in (None, found):
                    sums = [a + b for a, b in zip(sums, spans)]
        return sums


def _bin(seconds: float) -> int:
    """Which bin a span falls into: the first that ends at or after it."""
    if seconds <= SHORTEST:
        return 0
    return min(BINS - 1, math.ceil(math.log(seconds / SHORTEST) / math.log(STEP) - 1e-9))
