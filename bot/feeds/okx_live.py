"""What OKX's sockets say, checked and put into the pairs' lanes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bot.clock import Clock
from bot.feeds import okx_rows
from bot.feeds.assembler import Assembler
from bot.feeds.okx_rows import Refused, TradeRow
from bot.feeds.okx_trades import TradeLine
from bot.metrics import Metrics
from engine.market.events import TIMEFRAMES, Candle, Event, FeedLost
from engine.market.instrument import Instrument

log = logging.getLogger(__name__)

CHANNELS = {
    "trades": "trades",
    "bbo-tbt": "book",
    "open-interest": "open_interest",
    "funding-rate": "funding",
}


class OkxLive:
    """Takes frames (see okx_wire.Frames). `wanted` collects the repairs that the feed's tasks then make."""

    def __init__(self, timeframe: str, assembler: Assembler, clock: Clock, metrics: Metrics) -> None:
        self.instruments: dict[str, Instrument] = {}
        self.lines: dict[str, TradeLine] = {}
        self.assembler = assembler
        self.skew_ms = 0
        self.seen: dict[tuple[str, str], int] = {}
        self.heard: dict[str, int] = {}
        self.acked: set[tuple[str, str]] = set()
        self.bars_wanted: set[str] = set()
        self.trades_wanted: set[str] = set()
        self.coming: dict[str, int] = {}
        self.funding_wanted: dict[str, int] = {}
        self.wake: Callable[[], None] = lambda: None
        self._clock = clock
        self._metrics = metrics
        self._timeframe = timeframe
        self._step = TIMEFRAMES[timeframe]
        self._newest = (0, clock.now_ms())
        self._forming: dict[str, Candle] = {}
        self._last: dict[tuple[str, str], int] = {}
        self._takers = {
            f"candle{timeframe}": self._candle,
            "trades": self._trade,
            "bbo-tbt": self._book,
            "open-interest": self._interest,
            "funding-rate": self._funding,
        }

    def start(self, instruments: Mapping[str, Instrument]) -> None:
        """These pairs are followed."""
        self.instruments = dict(instruments)
        self.lines = {
            pair: TradeLine(partial(self._trade_told, pair), partial(self.refused, pair, "trades"))
            for pair in instruments
        }

    def now_ms(self) -> int:
        """The exchange's time, as far as we know it."""
        return self._clock.now_ms() + self.skew_ms

    def tape_ms(self) -> int:
        """The newest stamp of the exchange, carried on by our clock: the time of what we notice ourselves."""
        newest, at = self._newest
        return newest + max(0, self._clock.now_ms() - at) if newest else self.now_ms()

    def refused(self, pair: str, stream: str, reason: str) -> None:
        """Count what is not let in."""
        self._metrics.refused(pair, stream, reason)

    def on_garbage(self, stream: str, reason: str) -> None:
        """A frame that belongs to no pair."""
        self.refused("", stream, reason)

    def on_ack(self, channel: str, inst_id: str) -> None:
        """A subscription stands: what was missed since is asked for now."""
        self.acked.add((channel, inst_id))
        if inst_id not in self.assembler.lanes:
            return
        if channel.startswith("candle"):
            self.bars_wanted.add(inst_id)
        elif channel == "trades":
            self.trades_wanted.add(inst_id)
        elif channel == "funding-rate":
            self.funding_wanted.setdefault(inst_id, 0)

    def on_broken(self, channel: str, pairs: Sequence[str]) -> None:
        """A stream ended: its subscriptions are gone."""
        for pair in pairs:
            self.acked.discard((channel, pair))
            if channel == "trades":
                self.lines[pair].broke()
                self.assembler.lanes[pair].trades_whole = False

    def on_frame(self, stream_name: str, channel: str, inst_id: str, rows: Sequence[Any]) -> None:
        """Rows of a channel; each is checked by itself."""
        taker = self._takers.get(channel)
        lane = self.assembler.lanes.get(inst_id)
        stream = CHANNELS.get(channel, "candle" if taker else "unknown")
        if taker is None or lane is None or lane.gone:
            self.refused("", stream, "wrong_inst")
            return
        self.heard[stream_name] = self._clock.now_ms()
        for row in rows:
            try:
                taker(inst_id, row)
            except Refused as error:
                self.refused(inst_id, stream, error.reason)
        self.wake()

    def saw(self, pair: str, stream: str, stamp: int) -> None:
        """Something true of a stream came: it is not lost."""
        now = self._clock.now_ms()
        self.seen[pair, stream] = now
        self.assembler.found(pair, stream)
        if stamp > self._newest[0]:
            self._newest = (stamp, now)

    def lose(self, pair: str, stream: str) -> None:
        """A stream of a pair is stale."""
        self.assembler.lose(FeedLost(self.tape_ms(), pair, stream))

    def bar(self, candle: Candle) -> None:
        """A closed bar, from the channel or from REST."""
        if not self.assembler.bar(candle, self._clock.now_ms()):
            return
        self.saw(candle.pair, "candle", candle.known_at)
        if self.assembler.gap(candle.pair) is not None:
            self.bars_wanted.add(candle.pair)
        self.wake()

    def unconfirmed(self, pair: str) -> Candle | None:
        """The next bar as last seen, where a newer one began without its confirmation."""
        bar = self._forming.get(pair)
        return bar if bar is not None and bar.ts == self.assembler.lanes[pair].next_open else None

    def tell(self, event: Event) -> None:
        """An event that a repair found."""
        self.assembler.tell(event)
        self.wake()

    def _candle(self, pair: str, row: object) -> None:
        candle, confirmed = okx_rows.candle(pair, self._timeframe, row, self.now_ms())
        lane = self.assembler.lanes[pair]
        if candle.ts < lane.next_open or candle.ts in lane.bars:
            self.refused(pair, "candle", "duplicate" if confirmed else "out_of_order")
        elif confirmed:
            self.bar(candle)
        elif candle.ts == lane.next_open:
            self._forming[pair] = candle
        elif candle.ts - self._step not in lane.bars:
            self.bars_wanted.add(pair)

    def _trade(self, pair: str, row: object) -> None:
        line = self.lines[pair]
        line.offer(okx_rows.trade(pair, row, self.instruments[pair].ct_val, self.now_ms()))
        if not line.whole:
            self.trades_wanted.add(pair)

    def _trade_told(self, pair: str, row: TradeRow) -> None:
        self.saw(pair, "trades", row.ts)
        self.assembler.trade(pair, row)

    def _book(self, pair: str, row: object) -> None:
        book = okx_rows.book(pair, row, self.instruments[pair].ct_val, self.now_ms())
        if self._in_order(pair, "book", book.ts):
            self.assembler.quote(book)

    def _interest(self, pair: str, row: object) -> None:
        event = okx_rows.open_interest(pair, row, self.now_ms())
        if self._in_order(pair, "open_interest", event.ts):
            self.assembler.quote(event)

    def _funding(self, pair: str, row: object) -> None:
        coming = okx_rows.next_settlement(pair, row)
        self.seen[pair, "funding"] = self._clock.now_ms()
        before = self.coming.get(pair)
        if before is not None and coming < before:
            raise Refused("out_of_order")
        if before is not None and coming > before:
            self.funding_wanted[pair] = before
        self.coming[pair] = coming

    def _in_order(self, pair: str, stream: str, ts: int) -> bool:
        last = self._last.get((pair, stream), 0)
        if ts < last:
            raise Refused("out_of_order")
        self._last[pair, stream] = ts
        self.saw(pair, stream, ts)
        return True
