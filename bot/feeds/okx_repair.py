"""What the sockets missed, fetched over REST: bars that are due, trades of a gap, settled funding."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.clock import Clock
from bot.errors import Fatal, Retryable
from bot.feeds.okx_history import OkxHistory
from bot.feeds.okx_live import OkxLive
from engine.market.events import TIMEFRAMES

log = logging.getLogger(__name__)

PATIENCE = 40  # tries of one settlement, about half an hour


@dataclass
class Tries:
    """How often something was asked for, and when (ms of our clock)."""

    what: int = -1
    count: int = 0
    at: int = 0

    def again(self, what: int, now_ms: int) -> int:
        """Note one more try of `what`; the number of tries so far."""
        self.count = self.count + 1 if what == self.what else 1
        self.what, self.at = what, now_ms
        return self.count

    def rested(self, what: int, now_ms: int, first_ms: int) -> bool:
        """Whether the pause since the last try of `what` is over: doubling, a minute at most."""
        pause = min(60_000, first_ms * 2 ** min(self.count, 10))
        return what != self.what or now_ms >= self.at + pause


class OkxRepair:
    """Endless loops that run beside the streams; each survives any fault of the exchange."""

    def __init__(self, live: OkxLive, history: OkxHistory, clock: Clock, timeframe: str, fallback_ms: int) -> None:
        self._live = live
        self._history = history
        self._clock = clock
        self._timeframe = timeframe
        self._step = TIMEFRAMES[timeframe]
        self._fallback_ms = fallback_ms
        self._bar_tries: dict[str, Tries] = {}
        self._funding_tries: dict[str, Tries] = {}
        self.last_funding: dict[str, int] = {}

    async def bars(self) -> None:
        """Fetch bars that are due by the exchange's clock, that a newer one left behind, or after a reconnect."""
        while True:
            for pair in self._live.assembler.pairs():
                tries = self._bar_tries.setdefault(pair, Tries())
                opened = self._live.assembler.lanes[pair].next_open
                if self._bar_wanted(pair, opened) and tries.rested(opened, self._clock.now_ms(), 500):
                    await self._fetch_bars(pair, opened, tries.again(opened, self._clock.now_ms()))
            await self._clock.sleep(0.1)

    def _bar_wanted(self, pair: str, opened: int) -> bool:
        bars = self._live.assembler.lanes[pair].bars
        due = opened not in bars and self._live.now_ms() >= opened + self._step + self._fallback_ms
        return due or pair in self._live.bars_wanted or self._live.assembler.gap(pair) is not None

    async def _fetch_bars(self, pair: str, opened: int, tries: int) -> None:
        self._live.bars_wanted.discard(pair)
        now = self._live.now_ms()
        try:
            bars = await self._history.candles(pair, self._timeframe, opened, now, now, attempts=1)
        except (Retryable, Fatal) as error:
            log.warning("bars of %s could not be fetched: %s", pair, error)
            bars = []
        for bar in bars:
            self._live.bar(bar)
        left = self._live.unconfirmed(pair)
        if tries >= 3 and left is not None and left.known_at + self._fallback_ms <= now and not bars:
            self._live.bar(left)
        gap = self._live.assembler.gap(pair)
        if gap is not None and tries >= 3:
            log.warning("%s: OKX has no bar before %d; going on from there", pair, gap)
            self._live.assembler.skip_to(pair, gap)

    async def trades(self) -> None:
        """Close the gap of trades after each subscription."""
        while True:
            for pair in list(self._live.trades_wanted):
                self._live.trades_wanted.discard(pair)
                if not self._live.lines[pair].whole:
                    await self._heal(pair)
            await self._clock.sleep(0.05)

    async def _heal(self, pair: str) -> None:
        line, lane = self._live.lines[pair], self._live.assembler.lanes[pair]
        ct_val = self._live.instruments[pair].ct_val
        try:
            rows, whole = await self._history.trades(pair, ct_val, line.last_id, lane.next_open, self._live.now_ms())
        except (Retryable, Fatal) as error:
            log.warning("trades of %s could not be fetched: %s", pair, error)
            rows, whole = [], False
        if not whole:
            self._live.lose(pair, "trades")
        lane.trades_whole = True
        line.heal(rows)
        self._live.wake()

    async def funding(self) -> None:
        """Fetch the realized rate of each settlement that passed."""
        while True:
            for pair, settlement in list(self._live.funding_wanted.items()):
                tries = self._funding_tries.setdefault(pair, Tries())
                if pair in self.last_funding and tries.rested(settlement, self._clock.now_ms(), 1000):
                    await self._fetch_funding(pair, settlement, tries.again(settlement, self._clock.now_ms()))
            await self._clock.sleep(0.25)

    async def _fetch_funding(self, pair: str, settlement: int, tries: int) -> None:
        since = self.last_funding[pair]
        try:
            rows = await self._history.funding(pair, since, self._live.now_ms(), attempts=1)
        except (Retryable, Fatal) as error:
            log.warning("funding of %s could not be fetched: %s", pair, error)
            return
        for event in rows:
            self.last_funding[pair] = event.ts
            self._live.tell(event)
        done = self.last_funding[pair] >= settlement or tries >= PATIENCE
        if done and self._live.funding_wanted.get(pair) == settlement:
            del self._live.funding_wanted[pair]
