"""SharpSignalEngine: events in, ticks out. Pure: no clock, no I/O; the same events give the same ticks everywhere.

`process(event)` is the only way in, live and in a replay. `replay_columns` is the batch path: stage 1 compiled over
columns, then the same stage 2; its facts are equal bit for bit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.columns.batch import Columns
from engine.columns.block import Block
from engine.columns.replaying import Command, Decide, Replaying
from engine.decision.hearing import fill_reported, heard, take_adviser
from engine.decision.pulse import Pulse
from engine.decision.row import Row
from engine.decision.snapshot import dump_stream, load_stream
from engine.decision.stream import DecisionStream, Rules
from engine.decision.tick import Fact, Rejected, Tick
from engine.decision.triggers import NONE_ASKED
from engine.market import flow
from engine.market.events import (
    MINUTE,
    TIMEFRAMES,
    Adviser,
    Book,
    Candle,
    Delisted,
    Event,
    FeedLost,
    FillReported,
    Funding,
    Heartbeat,
    OpenInterest,
    Opinion,
    Pause,
    PolicyTaken,
    Resume,
    Settle,
    Trades,
)
from engine.market.instrument import Instrument
from engine.market.plausible import is_price, is_rate, is_size
from engine.params import Params, engine_version
from engine.stage import Stage, plain_stage

MARKET = (Candle, Trades, Book, OpenInterest, Funding)
STREAMS = {"candle": 0, "trades": 1, "book": 2, "open_interest": 3, "funding": 4}


class SharpSignalEngine:
    """One engine for all pairs.

    `bases` names the base timeframe of each pair ("1m", "5m" or "15m"). Facts are numbered: `Tick.seq` counts the
    ticks that carried facts. `number` is the next signal's. `stage` keeps the pairs (of the same `params`; None: as
    plain objects).
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        bases: Mapping[str, str],
        params: Params,
        rules: Rules,
        number: int = 1,
        stage: Stage | None = None,
    ) -> None:
        self.params = params
        self._stage = stage = stage or plain_stage(params)
        self.stream = DecisionStream(instruments, params, rules, engine_version(params), stage.judge)
        self.stream.number = number
        self.pairs = {
            name: stage.new_pair(TIMEFRAMES[bases[name]] // MINUTE, i.tick) for name, i in instruments.items()
        }
        for name, pair in self.pairs.items():
            self.stream.books.base_ms[name] = pair.base_minutes * MINUTE
        self.seq = 0
        self.now = 0
        self._resumed_at = 0
        self._settled = 0  # the newest instant that was told whole
        self._walked: dict[str, int] = {}  # the newest trade of each pair that lives have seen
        self._walked_before: dict[str, int] = {}

    def process(self, event: Event) -> Tick:
        """One event; everything the engine concludes from it."""
        facts = self._facts(event)
        if facts and all(isinstance(fact, Rejected) for fact in facts):
            return self._tick(self.now, event.kind, event.pair, facts)
        known_at = event.known_at
        self.now = max(self.now, known_at)
        if isinstance(event, Settle):
            self._settled = max(self._settled, event.ts)
        return self._tick(known_at, event.kind, event.pair, facts)

    def _tick(self, ts: int, kind: str, pair: str, facts: list[Fact]) -> Tick:
        if facts:
            self.seq += 1
        return Tick(self.seq, ts, kind, pair, tuple(facts))

    def _facts(self, event: Event) -> list[Fact]:
        if isinstance(event, MARKET):
            if event.pair not in self.pairs:
                return [Rejected(event.kind, event.pair, "unknown_pair", 1)]
            facts = self._market_facts(event)
            if self.stream.lost and not any(isinstance(fact, Rejected) for fact in facts):
                self._heard(event)
            return facts
        match event:
            case Settle():
                return self.stream.settle(event.ts)
            case Pause():
                return self.stream.pause(event.ts, event.until, event.reason)
            case Resume():
                return self.stream.resume(event.ts)
            case PolicyTaken():
                return self.stream.take_policy(event.ts, event.document)
            case Adviser():
                return take_adviser(self.stream, event.document)
            case Opinion():
                return heard(self.stream, event)
            case FillReported():
                return fill_reported(self.stream, event.pair, event.number, event.ts)
            case FeedLost():
                return self._lost(event)
            case Delisted():
                return self._delisted(event)
            case Heartbeat():
                return self.stream.settle(event.ts)

    def _heard(self, event: Candle | Trades | Book | OpenInterest | Funding) -> None:
        """A stream that was lost is there again; finer bars of a catch-up are no stream."""
        if isinstance(event, Candle) and TIMEFRAMES[event.timeframe] < self.pairs[event.pair].base_minutes * MINUTE:
            return
        self.stream.lost.discard((event.pair, event.kind))

    def _market_facts(self, event: Candle | Trades | Book | OpenInterest | Funding) -> list[Fact]:
        match event:
            case Candle():
                return self._candle(event)
            case Trades():
                return self._trades(event)
            case Book():
                return self._book(event)
            case OpenInterest():
                return self._open_interest(event)
            case Funding():
                return self._funding(event)

    def _candle(self, e: Candle) -> list[Fact]:
        pair = self.pairs[e.pair]
        if not _sound(e):
            return [Rejected(e.kind, e.pair, "malformed", 1)]
        minutes = TIMEFRAMES[e.timeframe] // MINUTE
        if minutes < pair.base_minutes:  # finer bars walk open signals after downtime, nothing else
            return self.stream.on_bar(e.pair, e.ts, e.open, e.high, e.low, e.close, minutes * MINUTE, False)
        if minutes != pair.base_minutes or e.ts % (minutes * MINUTE):
            return [Rejected(e.kind, e.pair, "malformed", 1)]
        closed, newest = e.known_at, pair.newest
        if closed <= newest:
            return [Rejected(e.kind, e.pair, "duplicate" if closed == newest else "out_of_order", 1)]
        known = 0 if e.taker_buy is None else 1
        made = self._stage.on_candle(pair, e.ts, e.open, e.high, e.low, e.close, e.volume, e.taker_buy or 0.0, known)
        self.stream.closes.add(e.pair, closed, e.close)
        if closed <= self._resumed_at:
            return []
        x = pair.flow
        covered = x.delta_source == 2
        facts = self.stream.on_bar(e.pair, e.ts, e.open, e.high, e.low, e.close, minutes * MINUTE, covered)
        bits = pair.sniper.seen if minutes <= 5 else NONE_ASKED
        self.stream.on_pulse(e.pair, Pulse(closed, e.close, bits, x.bid, x.ask, x.book_ts))
        if made & 1:
            self.stream.on_row(Row(e.pair, pair.fast.row))
        if made & 2:
            self.stream.on_row(Row(e.pair, pair.slow.row))
        return facts

    def _trades(self, e: Trades) -> list[Fact]:
        n = len(e.ts)
        if not (n == len(e.price) == len(e.size) == len(e.side)) or n == 0:
            return [Rejected(e.kind, e.pair, "malformed", max(1, n))]
        x = self.pairs[e.pair].flow
        bad = late = 0
        ts: list[int] = []
        price: list[float] = []
        for i in range(n):
            if not (is_price(e.price[i]) and is_size(e.size[i]) and e.size[i] > 0.0 and e.side[i] in (1, -1)):
                bad += 1
            elif e.ts[i] < x.bar_end:
                late += 1
            else:
                flow.trade(x, int(e.ts[i]), float(e.price[i]), float(e.size[i]), int(e.side[i]), self.params)
                ts.append(int(e.ts[i]))
                price.append(float(e.price[i]))
        facts: list[Fact] = []
        new = bisect_right(ts, self._walked_before.get(e.pair, 0))
        if new < len(ts):
            facts = self.stream.on_trades(e.pair, ts[new:] if new else ts, price[new:] if new else price)
            self._walked[e.pair] = ts[-1]
        if bad:
            facts.append(Rejected(e.kind, e.pair, "malformed", bad))
        if late:
            facts.append(Rejected(e.kind, e.pair, "late", late))
        return facts

    def _book(self, e: Book) -> list[Fact]:
        x = self.pairs[e.pair].flow
        sound = is_price(e.bid) and is_price(e.ask) and is_size(e.bid_size) and is_size(e.ask_size)
        if not sound or e.bid > e.ask:
            return [Rejected(e.kind, e.pair, "malformed", 1)]
        if e.ts < x.book_ts:
            return [Rejected(e.kind, e.pair, "out_of_order", 1)]
        flow.book(x, e.ts, e.bid, e.ask, e.bid_size, e.ask_size)
        return []

    def _open_interest(self, e: OpenInterest) -> list[Fact]:
        x = self.pairs[e.pair].flow
        if not is_size(e.open_interest):
            return [Rejected(e.kind, e.pair, "malformed", 1)]
        if e.ts < x.oi_ts:
            return [Rejected(e.kind, e.pair, "out_of_order", 1)]
        flow.open_interest(x, e.ts, e.open_interest)
        return []

    def _funding(self, e: Funding) -> list[Fact]:
        x = self.pairs[e.pair].flow
        if not is_rate(e.rate):
            return [Rejected(e.kind, e.pair, "malformed", 1)]
        if e.ts <= x.funding_ts:
            return [Rejected(e.kind, e.pair, "duplicate" if e.ts == x.funding_ts else "out_of_order", 1)]
        flow.funding(x, e.ts, e.rate)
        if e.ts > self._resumed_at:
            self.stream.on_funding(e.pair, e.ts, e.rate)
        return []

    def _lost(self, e: FeedLost) -> list[Fact]:
        if e.pair not in self.pairs or e.stream not in STREAMS:
            return [Rejected(e.kind, e.pair, "malformed", 1)]
        self.stream.lost.add((e.pair, e.stream))
        flow.lost(self.pairs[e.pair].flow, STREAMS[e.stream])
        return []

    def _delisted(self, e: Delisted) -> list[Fact]:
        """The pair ends here: whatever else comes of it is refused as unknown. Perhaps only lives of it are aside."""
        if self.pairs.pop(e.pair, None) is None and e.pair not in self.stream.aside:
            return [Rejected(e.kind, e.pair, "unknown_pair", 1)]
        return self.stream.delist(e.pair, e.ts)

    # --- restart

    @property
    def resumed_at(self) -> int:
        """The instant a restored engine goes on from (ms); 0 for a new one."""
        return self._resumed_at

    def snapshot(self) -> dict[str, Any]:
        """Stage 2 as JSON-able data. Stage 1 is rebuilt by warm-up.

        `now` is the newest settled instant: of a later one perhaps only some pairs were told, so all of it is told
        again; lives know by themselves which bars, trades and settlements they have seen.
        """
        walked = {pair: self._walked[pair] for pair in sorted(self._walked)}
        return {"now": self._settled, "seq": self.seq, "walked": walked, "stream": dump_stream(self.stream)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a snapshot: events known at or before it only warm stage 1 up. Raises ValueError or KeyError.

        Trades that the lives had seen by then are told again by a feed that fills its gap; the lives see them once.
        """
        self.now = self._resumed_at = self._settled = int(state["now"])
        self._walked = {str(pair): int(ts) for pair, ts in state.get("walked", {}).items()}
        self._walked_before = dict(self._walked)
        self.seq = int(state["seq"])
        load_stream(self.stream, state["stream"])

    # --- batch

    def replay_columns(
        self, columns: Mapping[str, Columns], cache_dir: str = "", commands: Sequence[Command] = ()
    ) -> Iterator[Tick]:
        """The batch path over tapes without trades, told fact by fact: one tick per instant and step that made facts.

        Equal to `process` over the merged events with a Settle after each instant that had a candle.
        """
        for block in self.replay_blocks(columns, cache_dir, commands):
            for ts, kind, pair, facts in block.instants():
                yield self._tick(ts, kind, pair, facts)

    def replay_blocks(
        self,
        columns: Mapping[str, Columns],
        cache_dir: str = "",
        commands: Sequence[Command] = (),
        workers: int = 1,
    ) -> Iterator[Block]:
        """The batch path over tapes without trades, in blocks; the engine must be new.

        `commands` in order of `ts`, each taken before any candle of its instant. Pairs are read by `workers` threads;
        their number changes nothing.
        """
        at: dict[int, list[Command]] = {}
        for command in commands:
            at.setdefault(command.ts, []).append(command)
        yield from self.replay_asking(columns, list(at), at.__getitem__, cache_dir, workers)

    def replay_asking(
        self, columns: Mapping[str, Columns], instants: Sequence[int], decide: Decide, cache_dir: str, workers: int
    ) -> Iterator[Block]:
        """`replay_blocks` whose commands are made on the way: `decide` is asked for them at each of `instants` (ms,
        rising), when every block up to there was taken.
        """
        for block in Replaying(self.stream, columns, cache_dir, workers).blocks(instants, decide):
            self.now = self._settled = block.end
            yield block


def _sound(e: Candle) -> bool:
    """Plausible, open and close inside [low, high], taker <= volume."""
    low, high = e.low, e.high
    if e.timeframe not in TIMEFRAMES or not (is_price(low) and is_price(high)):
        return False
    if not (low <= e.open <= high and low <= e.close <= high):
        return False
    taker = 0.0 if e.taker_buy is None else e.taker_buy
    return is_size(e.volume) and is_size(taker) and taker <= e.volume * (1 + 1e-9)
