"""How fast a channel may talk: so many messages in a span, for each chat and for all of them together.

Telegram allows about one message a second to a person, 20 a minute to a group or channel and 30 a second overall; edits
count. What the other side says in a 429 wins over all of it, for that chat only.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `count` messages in any `span_ms`."""

    count: int
    span_ms: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowances per person, per group (address begins with - or @) and overall; None is no limit."""

    person: Allowance | None = None
    group: Allowance | None = None
    overall: Allowance | None = None


TELEGRAM = Limits(Allowance(1, 1_000), Allowance(20, 60_000), Allowance(30, 1_000))
WHATSAPP = Limits(Allowance(1, 1_000), None, Allowance(20, 1_000))
UNLIMITED = Limits()


class _Window:
    """The moments of the newest messages within one allowance."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.moments: deque[int] = deque()

    def wait_ms(self, now: int, spare: int) -> int:
        """0 where one more message fits while `spare` places stay free, else ms until it may."""
        while self.moments and not now - self.allowance.span_ms < self.moments[0] <= now:
            self.moments.popleft()
        most = max(1, self.allowance.count - spare)
        if len(self.moments) < most:
            return 0
        return self.moments[-most] + self.allowance.span_ms - now


class Pacer:
    """Hands out turns to talk. Not for use from several threads."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = _Window(limits.overall) if limits.overall else None
        self._chats: dict[str, _Window] = {}
        self._held: dict[str, int] = {}

    def take(self, address: str, spare: int = 0) -> int:
        """Take a turn for `address`: 0 where it was taken, else ms after which to ask again.

        `spare` keeps so many places of a group's allowance free for what matters more.
        """
        chat, now = address.split(":")[0], self._clock.now_ms()
        held = self._held.get(chat, 0) - now
        if held > 0:
            return held
        self._held.pop(chat, None)
        windows = [window for window in (self._window(chat, now), self._overall) if window is not None]
        wait = max((window.wait_ms(now, spare) for window in windows), default=0)
        if wait <= 0:
            for window in windows:
                window.moments.append(now)
            return 0
        return wait

    async def turn(self, address: str, spare: int = 0) -> None:
        """Wait for a turn and take it."""
        while (wait := self.take(address, spare)) > 0:
            await self._clock.sleep(wait / 1000)

    def hold(self, address: str, seconds: float) -> None:
        """The other side asked for silence towards this chat."""
        chat = address.split(":")[0]
        until = self._clock.now_ms() + math.ceil(seconds * 1000)
        self._held[chat] = max(until, self._held.get(chat, 0))

    def _window(self, chat: str, now: int) -> _Window | None:
        allowance = self._limits.group if chat[:1] in ("-", "@") else self._limits.person
        if allowance is None:
            return None
        if chat not in self._chats and len(self._chats) >= 5_000:
            self._chats = {name: window for name, window in self._chats.items() if window.wait_ms(now, 0) > 0}
        return self._chats.setdefault(chat, _Window(allowance))
