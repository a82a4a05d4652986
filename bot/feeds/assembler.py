"""Puts what many sockets say into the one order of the engine's stream.

The base bar of a pair is a gate: what happened after its close waits until the bar itself has been told. An instant
is told when every fresh pair delivered its bar and its trades went past it (`grace_ms` are given to them), or
`settle_ms` after the first bar: what was known before, then the bars, then Settle. A bar that comes later is told when
it comes, with a Settle of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from bot.feeds.okx_rows import TradeRow
from engine.market.events import TIMEFRAMES, Book, Candle, Event, FeedLost, OpenInterest, Settle, Trades, merge_key

MOST_TRADES = 500_000  # of one pair that wait for their bar; more are counted and dropped


@dataclass
class Columns:
    """Trades of a pair, not told yet."""

    ts: list[int] = field(default_factory=list)
    price: list[float] = field(default_factory=list)
    size: list[float] = field(default_factory=list)
    side: list[int] = field(default_factory=list)

    def append(self, row: TradeRow) -> None:
        self.ts.append(row.ts)
        self.price.append(row.price)
        self.size.append(row.size)
        self.side.append(row.side)

    def take(self, pair: str, before: int) -> Trades | None:
        """Cut off the rows with ts < `before`, in the order they came."""
        count = next((index for index, ts in enumerate(self.ts) if ts >= before), len(self.ts))
        if count == 0:
            return None
        batch = Trades(pair, self.ts[:count], self.price[:count], self.size[:count], self.side[:count])
        for column in (self.ts, self.price, self.size, self.side):
            del column[:count]
        return batch


class Throttled:
    """Lets one value in `every_ms` through, and the last one before a gate."""

    def __init__(self, every_ms: int) -> None:
        self._every = every_ms
        self._told = -(2**62)
        self._latest: Book | OpenInterest | None = None

    def offer(self, event: Book | OpenInterest, gate: int) -> list[Event]:
        """What may be told now because `event` came."""
        told: list[Event] = []
        if self._latest is not None and self._latest.ts <= gate < event.ts:
            told += self.last_before(gate)
        self._latest = event
        if event.ts - self._told >= self._every:
            told.append(self._pass(event))
        return told

    def last_before(self, gate: int) -> list[Event]:
        """The newest value up to `gate`, unless it was told."""
        if self._latest is None or self._latest.ts > gate:
            return []
        return [self._pass(self._latest)]

    def _pass(self, event: Book | OpenInterest) -> Event:
        self._told, self._latest = event.ts, None
        return event


@dataclass
class Lane:
    """One pair on its way: `next_open` is the open of the bar that comes next."""

    pair: str
    next_open: int
    trades: Columns = field(default_factory=Columns)
    bars: dict[int, Candle] = field(default_factory=dict)
    came: dict[int, int] = field(default_factory=dict)
    held: list[Event] = field(default_factory=list)
    book: Throttled = field(default_factory=lambda: Throttled(1000))
    interest: Throttled = field(default_factory=lambda: Throttled(10_000))
    trades_whole: bool = True
    lost: set[str] = field(default_factory=set)
    gone: bool = False

    def past(self, closed: int) -> bool:
        """Whether its trades are known to have gone past a close: a later one came, or none is heard at all."""
        return "trades" in self.lost or bool(self.trades.ts and self.trades.ts[-1] >= closed)


class Assembler:
    """The lanes of all pairs. `late` is called with (pair, stream, reason) of a row that came too late."""

    def __init__(
        self, timeframe: str, late: Callable[[str, str, str], None], settle_ms: int = 1500, grace_ms: int = 250
    ) -> None:
        self._step = TIMEFRAMES[timeframe]
        self._late = late
        self._settle_ms = settle_ms
        self._grace_ms = grace_ms
        self._control: list[Event] = []
        self.lanes: dict[str, Lane] = {}

    def open(self, pair: str, next_open: int) -> Lane:
        """A pair goes live; what came before `next_open` has been told."""
        self.lanes[pair] = Lane(pair, next_open)
        return self.lanes[pair]

    def gate(self, pair: str) -> int:
        """Close of the bar that comes next."""
        return self.lanes[pair].next_open + self._step

    def bar(self, candle: Candle, now_ms: int) -> bool:
        """A closed bar; False for one that was told or waits already."""
        lane = self.lanes[candle.pair]
        if candle.ts < lane.next_open or candle.ts in lane.bars:
            return False
        lane.bars[candle.ts] = candle
        lane.came[candle.ts] = now_ms
        return True

    def gap(self, pair: str) -> int | None:
        """Open of the first bar that is there, where the next one is not."""
        lane = self.lanes[pair]
        return min(lane.bars) if lane.bars and lane.next_open not in lane.bars else None

    def skip_to(self, pair: str, next_open: int) -> None:
        """The bars before `next_open` will not come."""
        lane = self.lanes[pair]
        lane.next_open = max(lane.next_open, next_open)

    def trade(self, pair: str, row: TradeRow) -> None:
        """A trade, in exchange order."""
        lane = self.lanes[pair]
        if row.ts < lane.next_open:
            self._late(pair, "trades", "late")
            return
        if len(lane.trades.ts) >= MOST_TRADES:
            self._late(pair, "trades", "overflow")
            lane.trades_whole = False
            return
        lane.trades.append(row)

    def quote(self, event: Book | OpenInterest) -> None:
        """A new best level or open interest, thinned out."""
        lane = self.lanes[event.pair]
        if event.ts < lane.next_open:
            self._late(event.pair, event.kind, "late")
            return
        thin = lane.book if isinstance(event, Book) else lane.interest
        lane.held += thin.offer(event, self.gate(event.pair))

    def tell(self, event: Event) -> None:
        """Anything that is told at its time: funding of a pair, controls."""
        if event.rank == 0 or event.pair not in self.lanes:
            self._control.append(event)
        else:
            self.lanes[event.pair].held.append(event)

    def lose(self, event: FeedLost) -> None:
        """A stream of a pair is lost: it is told once, until something of it comes again."""
        lane = self.lanes[event.pair]
        if event.stream not in lane.lost:
            lane.lost.add(event.stream)
            self._control.append(event)

    def found(self, pair: str, stream: str) -> None:
        """Something of the stream came."""
        self.lanes[pair].lost.discard(stream)

    def due(self, now_ms: int) -> list[Event]:
        """Everything that may be told now, in order."""
        told: list[Event] = []
        while (closed := self._instant(now_ms)) is not None:
            told += self._settle(closed)
        return told + self._between()

    def _live(self) -> list[Lane]:
        return [lane for lane in self.lanes.values() if not lane.gone]

    def _instant(self, now_ms: int) -> int | None:
        """The oldest instant that may be told: its close."""
        ready = [lane for lane in self._live() if lane.next_open in lane.bars]
        if not ready:
            return None
        opened = min(lane.next_open for lane in ready)
        closed = opened + self._step
        since = now_ms - min(lane.came[opened] for lane in ready if lane.next_open == opened)
        missing = any(opened not in lane.bars for lane in self._waited_for(opened))
        if missing or not all(lane.trades_whole for lane in ready):
            patience = self._settle_ms
        else:
            patience = 0 if all(lane.past(closed) for lane in ready if lane.next_open == opened) else self._grace_ms
        return closed if since >= patience else None

    def waits(self) -> bool:
        """Whether a bar is there that may not be told yet: what comes next may let it through."""
        return any(lane.next_open in lane.bars for lane in self._live())

    def _waited_for(self, opened: int) -> list[Lane]:
        return [lane for lane in self._live() if "candle" not in lane.lost and lane.next_open == opened]

    def _settle(self, closed: int) -> list[Event]:
        opened = closed - self._step
        lanes = [lane for lane in self._live() if lane.next_open == opened and opened in lane.bars]
        before = [event for event in self._control if event.known_at <= closed]
        self._control = [event for event in self._control if event.known_at > closed]
        for lane in lanes:
            before += self._known(lane, closed)
            if not lane.trades_whole and "trades" not in lane.lost:
                lane.lost.add("trades")
                before.append(FeedLost(closed, lane.pair, "trades"))
        bars: list[Event] = [lane.bars.pop(opened) for lane in sorted(lanes, key=lambda lane: lane.pair)]
        for lane in lanes:
            lane.next_open = closed
            self._drop_old(lane)
        return sorted(before, key=merge_key) + bars + [Settle(closed)]

    def _drop_old(self, lane: Lane) -> None:
        lane.bars = {ts: bar for ts, bar in lane.bars.items() if ts >= lane.next_open}
        lane.came = {ts: at for ts, at in lane.came.items() if ts >= lane.next_open}

    def _known(self, lane: Lane, closed: int) -> list[Event]:
        """Everything of a pair that was known before its bar closed."""
        quotes = lane.book.last_before(closed) + lane.interest.last_before(closed)
        told = [event for event in lane.held + quotes if event.known_at <= closed]
        lane.held = [event for event in lane.held if event.known_at > closed]
        batch = lane.trades.take(lane.pair, closed)
        return [*told, batch] if batch is not None else told

    def _between(self) -> list[Event]:
        """What happened since, up to each pair's gate."""
        told, self._control = self._control, []
        for lane in self._live():
            gate = lane.next_open + self._step
            told += [event for event in lane.held if event.known_at <= gate]
            lane.held = [event for event in lane.held if event.known_at > gate]
            batch = lane.trades.take(lane.pair, gate)
            if batch is not None:
                told.append(batch)
        return sorted(told, key=merge_key)

    def pairs(self) -> Collection[str]:
        """Pairs that are still told."""
        return [lane.pair for lane in self._live()]
