"""`sharpsignal replay`: the live path over recorded data, into files."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.errors import SettingsError
from bot.feeds.replay import ReplayFeed
from bot.replay.figures import Covered, Summary
from bot.replay.window import empty_window
from bot.replay.writer import ReplayWriter
from engine.columns.batch import Columns
from engine.decision.policy import Policy
from engine.decision.stream import Rules
from engine.market.events import MINUTE, PolicyTaken
from engine.params import Params, confluence_of
from engine.sharp_signal_engine import SharpSignalEngine
from storage.tape import Tape

if TYPE_CHECKING:
    from bot.replay.learning import ReplayLearning

Progress = Callable[[int, int], None]  # the newest instant (ms), and the last (0: nobody knows)
Nights = Callable[[int], None]  # how many nights were learned
SAID = 2048  # events between two words of progress


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What to replay and where to write; `sensitivity`, `publish` and the zone are the settings that count."""

    data: Path
    out: Path
    pairs: tuple[str, ...] | None
    start: str | None
    end: str | None
    policy: Path | None
    decisions: bool
    skip_bad_rows: bool
    sensitivity: str
    publish: str
    timezone: str
    cache_dir: str
    learn: bool = False


def replay(request: ReplayRequest, progress: Progress, learned: Nights = lambda nights: None) -> Summary:
    """Run to the end of the data and write the files. `progress` hears now and then how far it came, `learned` before
    it how many nights were learned.

    Raises SettingsError (wrong use) and DataError (a recording that cannot be used); nothing is written then.
    """
    if request.learn and request.policy is not None:
        raise SettingsError("--learn: what is learned decides which policy is in force; leave --policy out")
    feed = ReplayFeed(request.data, request.pairs, request.start, request.end, request.skip_bad_rows)
    document = _policy(request.policy)
    tapes = feed.tapes()
    if (request.start or request.end) and not feed.bars() and (span := feed.span()) is not None:
        raise empty_window(request.start, request.end, *span)
    params = Params()
    least, proven = confluence_of(request.sensitivity, params), request.publish == "proven"
    rules = Rules(least, proven, feed.start_ms or 0, ways=request.learn)
    instruments = {name: tape.instrument for name, tape in tapes.items()}
    bases = {name: tape.candles.timeframe for name, tape in tapes.items()}
    engine = SharpSignalEngine(instruments, bases, params, rules)
    started = time.perf_counter()
    writer = ReplayWriter(
        request.out,
        feed.pairs,
        zone=ZoneInfo(request.timezone),
        zone_name=request.timezone,
        decisions=request.decisions,
        policy_version=None if document is None else str(document["version"]),
    )
    with writer:
        if document is not None:
            opened = [int(tape.candles.ts[0]) for tape in tapes.values() if len(tape.candles.ts)]
            writer.take(engine.process(PolicyTaken(min(opened, default=0), document)))
        told = _with_trades if any(tape.trades is not None for tape in tapes.values()) else _over_columns
        last = max((int(tape.candles.known_at[-1]) for tape in tapes.values() if len(tape.candles.ts)), default=0)
        learning = _learning(rules, tapes, last) if request.learn else None
        for ts in told(engine, feed, writer, request.cache_dir, learning):
            if learning is not None:
                learned(len(learning.nights))
            progress(ts, last)
        if learning is not None:
            writer.learned(learning.document())
        return writer.finish(
            time.perf_counter() - started,
            feed.bars(),
            skipped_rows=feed.skipped(),
            tick_inferred=[name for name, i in instruments.items() if i.tick_inferred],
            covered=covered_by(tapes, feed.start_ms or 0),
        )


def _learning(rules: Rules, tapes: Mapping[str, Tape], last: int) -> ReplayLearning:
    """The learning loop over tapes up to `last` (ms); only a replay that learns loads it."""
    from bot.replay.learning import ReplayLearning

    first = min((int(tape.candles.ts[0]) for tape in tapes.values() if len(tape.candles.ts)), default=0)
    return ReplayLearning(rules.least_confluence, max(first, rules.judge_from), last, closes_of(tapes))


def closes_of(tapes: Mapping[str, Tape]) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """When the bars of each pair closed (ms), and at which price."""
    return {name: (tape.candles.known_at, tape.candles.close) for name, tape in tapes.items()}


def _with_trades(
    engine: SharpSignalEngine, feed: ReplayFeed, writer: ReplayWriter, cache_dir: str, learning: ReplayLearning | None
) -> Iterator[int]:
    """Event by event: trades walk open signals one by one. Says now and then how far it came."""
    waiting = deque(learning.instants if learning is not None else ())
    for number, event in enumerate(feed.iterate()):
        while learning is not None and waiting and event.known_at >= waiting[0]:
            for command in learning.decide(waiting.popleft()):
                writer.take(engine.process(command))
        tick = engine.process(event)
        if tick.facts:
            writer.take(tick)
            if learning is not None:
                learning.hear_tick(tick)
        if number % SAID == 0:
            yield tick.ts


def _over_columns(
    engine: SharpSignalEngine, feed: ReplayFeed, writer: ReplayWriter, cache_dir: str, learning: ReplayLearning | None
) -> Iterator[int]:
    """The batch path, on every core there is."""
    columns = {name: columns_of(tape) for name, tape in feed.tapes().items()}
    workers = len(os.sched_getaffinity(0))
    if learning is None:
        blocks = engine.replay_blocks(columns, cache_dir, workers=workers)
    else:
        blocks = engine.replay_asking(columns, learning.instants, learning.decide, cache_dir, workers)
    for block in blocks:
        writer.take_block(block)
        if learning is not None:
            learning.hear(block)
        yield block.end


def columns_of(tape: Tape) -> Columns:
    """A recorded tape as the engine's columns; what was not recorded has no rows."""
    none, empty = np.zeros(0, dtype=np.int64), np.zeros(0)
    c, trades, interest, funding, book = tape.candles, tape.trades, tape.open_interest, tape.funding, tape.book
    return Columns(
        base_minutes=c.step // MINUTE,
        ts=c.ts,
        open=c.open,
        high=c.high,
        low=c.low,
        close=c.close,
        volume=c.volume,
        taker_buy=np.full(len(c.ts), np.nan) if c.taker_buy is None else c.taker_buy,
        funding_ts=none if funding is None else funding.ts,
        funding_rate=empty if funding is None else funding.rate,
        oi_ts=none if interest is None else interest.ts,
        oi=empty if interest is None else interest.open_interest,
        book_ts=none if book is None else book.ts,
        book=[empty] * 4 if book is None else [book.bid, book.ask, book.bid_size, book.ask_size],
        trade_ts=none if trades is None else trades.ts,
        trade_price=empty if trades is None else trades.price,
        trade_size=empty if trades is None else trades.size,
        trade_side=none if trades is None else trades.side.astype(np.int64),
    )


def covered_by(tapes: Mapping[str, Tape], start: int) -> dict[str, Covered]:
    """What of each tape is judged: base bars that open at or after `start` (ms). Pairs without any are left out."""
    found = {}
    for name, tape in tapes.items():
        opened = tape.candles.ts[tape.candles.ts >= start]
        if len(opened):
            step = tape.candles.step
            found[name] = Covered(int(opened[0]), int(opened[-1]) + step, len(opened) * step / 3_600_000)
    return found


def _policy(path: Path | None) -> dict[str, Any] | None:
    """The policy file, read and checked. Raises SettingsError naming what is wrong with it."""
    if path is None:
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        Policy.from_document(document)
    except OSError as error:
        raise SettingsError(f"--policy: {path} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise SettingsError(f"--policy: {path} is not a policy of ours: {error}") from error
    return dict(document)
