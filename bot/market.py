"""Where a run gets its market from: the feed, and what only that kind of market knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.clock import Clock
from bot.ports import Feed
from engine.market.events import Candle, Event, Settle

FRESH_MS = 120_000  # a setup that closed this long before the warm-up ended may still be published
HOUR_MS = 3_600_000


class Listing(Protocol):
    """What the exchange lists of what we follow or followed.

    `followed`, to be told before the feed's `instruments()`: pairs that are no wrong setting where they are not traded
    any more. `missing`, known after it: wanted pairs that are left out because of that.
    """

    followed: Collection[str]
    missing: Sequence[str]

    async def gone(self, pairs: Collection[str]) -> Sequence[str]:
        """Those that the exchange does not list any more."""
        ...


class AllListed:
    """A market that takes no pair off."""

    def __init__(self) -> None:
        self.followed: Collection[str] = ()
        self.missing: Sequence[str] = ()

    async def gone(self, pairs: Collection[str]) -> Sequence[str]:
        """None of them."""
        return ()


@dataclass(frozen=True, slots=True)
class Market:
    """A feed with its surroundings.

    `now_ms()`: the exchange's own time. `past_until()`: close (ms) of the newest bar told as history, known after
    `instruments()`. `minutes` fetches 1m bars for signals that were open while the program was down. `stale()` lists
    (pair, stream) of what is lost now. `listing`: what was taken off. `wake_seconds`: how often (real time) the learner
    looks at the clock.
    """

    feed: Feed
    clock: Clock
    exchange: str
    simulated: bool
    timeframe: str
    now_ms: Callable[[], int]
    past_until: Callable[[], int]
    minutes: Callable[[str, int, int], Awaitable[Sequence[Candle]]]
    stale: Callable[[], Sequence[tuple[str, str]]]
    wake_seconds: float = 60.0
    listing: Listing = field(default_factory=AllListed)

    def ahead_ms(self) -> int:
        """How far the exchange's clock is ahead of this machine's (negative: behind)."""
        return self.now_ms() - self.clock.now_ms()

    def settles_the_past(self, event: Event) -> bool:
        """Whether the event ends the history while what closed at its end may still be published.

        A warm-up can take longer than that.
        """
        past = self.past_until()
        fresh = self.simulated or self.now_ms() - past <= FRESH_MS
        return isinstance(event, Settle) and event.ts == past and fresh


def first_rules(past: int, restored: bool) -> dict[str, int]:
    """Since when (ms) setups are judged and published by an engine whose history ends at `past`."""
    return {"judge_from": 0 if restored else past - HOUR_MS + 1, "publish_from": past + 1}


class ExchangeClock:
    """The exchange's time as a clock: what takes effect on the tape is timed by it."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def now_ms(self) -> int:
        return self._market.now_ms()

    async def sleep(self, seconds: float) -> None:
        await self._market.clock.sleep(seconds)
