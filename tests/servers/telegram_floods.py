"""Telegram's flood limits, enforced: 30 a second overall, about one a second to a person, 20 a minute to a group.

What is refused does not count. A person's chat bears a short burst, as Telegram's does; the others are hard.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

PACED = frozenset(
    {"sendMessage", "sendPhoto", "editMessageText", "editMessageMedia", "editMessageCaption", "editMessageReplyMarkup"}
)
BURST = 3


@dataclass(slots=True)
class _Bucket:
    """A person's chat: one message a second, `BURST` at once."""

    level: float = 0.0
    at: float = 0.0

    def wait(self, now: float) -> float:
        self.level = max(0.0, self.level - (now - self.at))
        self.at = now
        return self.level + 1 - BURST

    def add(self) -> None:
        self.level += 1


@dataclass
class FloodGate:
    """`refused` are the self-made floods: (second, chat, limit). `now` is in seconds of a steady clock."""

    now: Callable[[], float]
    refused: list[tuple[float, int, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _people: dict[int, _Bucket] = field(default_factory=lambda: defaultdict(_Bucket))

    def wait(self, chat: int) -> int:
        """0 where the call is let in (and counted), else the seconds of `retry_after`."""
        now = self.now()
        waits = {"overall": _left(self._all, now, 30, 1.0)}
        if chat < 0:
            waits["group"] = _left(self._groups[chat], now, 20, 60.0)
        else:
            waits["person"] = self._people[chat].wait(now)
        limit, longest = max(waits.items(), key=lambda one: one[1])
        if longest > 0:
            self.refused.append((now, chat, limit))
            return max(1, math.ceil(longest))
        self._all.append(now)
        self.times.append(now)
        if chat < 0:
            self._groups[chat].append(now)
        else:
            self._people[chat].add()
        return 0


def _left(moments: deque[float], now: float, count: int, span: float) -> float:
    """Seconds until one more fits."""
    while moments and moments[0] <= now - span:
        moments.popleft()
    return 0.0 if len(moments) < count else moments[0] + span - now
