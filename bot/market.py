"""Where a run gets its market from: the feed, and what only that kind of market knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.ports import Feed
from engine.market.events import Candle


@dataclass(frozen=True, slots=True)
class Market:
    """A feed with its surroundings.

    `now_ms()`: the exchange's own time. `past_until()`: close (ms) of the newest bar told as history, known after
    `instruments()`. `minutes` fetches 1m bars for signals that were open while the program was down. `stale()` lists
    (pair, stream) of what is lost now. `wake_seconds`: how often (real time) the learner looks at the clock.
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

    def ahead_ms(self) -> int:
        """How far the exchange's clock is ahead of this machine's (negative: behind)."""
        return self.now_ms() - self.clock.now_ms()


class ExchangeClock:
    """The exchange's time as a clock: what takes effect on the tape is timed by it."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def now_ms(self) -> int:
        return self._market.now_ms()

    async def sleep(self, seconds: float) -> None:
        await self._market.clock.sleep(seconds)
