"""An engine over a recorded folder, both ways."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path

from bot.feeds.replay import ReplayFeed
from bot.replay.run import columns_of
from engine.columns.batch import Columns
from engine.columns.block import Block
from engine.columns.replaying import Command
from engine.decision.stream import Rules
from engine.decision.tick import Tick
from engine.market.events import merge_key
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from engine.stage import Stage

LEAST = Params().confluence_active


def engine_of(
    feed: ReplayFeed, rules: Rules | None = None, stage: Stage | None = None, params: Params | None = None
) -> SharpSignalEngine:
    """A fresh engine for the pairs of a feed."""
    tapes = feed.tapes()
    instruments = {name: tape.instrument for name, tape in tapes.items()}
    bases = {name: tape.candles.timeframe for name, tape in tapes.items()}
    return SharpSignalEngine(instruments, bases, params or Params(), rules or Rules(LEAST), stage=stage)


def live_ticks(feed: ReplayFeed, rules: Rules | None = None, commands: Sequence[Command] = ()) -> list[Tick]:
    """Event by event, the ticks that carried facts; commands before everything else of their instant."""
    engine = engine_of(feed, rules)
    events = heapq.merge(commands, feed.iterate(), key=merge_key)
    return [tick for tick in map(engine.process, events) if tick.facts]


def batch_ticks(
    feed: ReplayFeed, cache_dir: str, rules: Rules | None = None, commands: Sequence[Command] = ()
) -> list[Tick]:
    """Over columns, compiled."""
    return list(engine_of(feed, rules).replay_columns(columns_over(feed), cache_dir, commands))


def blocks_of(feed: ReplayFeed, cache_dir: str, workers: int = 1) -> list[Block]:
    """Over columns, compiled, in blocks."""
    return list(engine_of(feed).replay_blocks(columns_over(feed), cache_dir, workers=workers))


def columns_over(feed: ReplayFeed) -> dict[str, Columns]:
    """The columns of every pair."""
    return {name: columns_of(tape) for name, tape in feed.tapes().items()}


def feed_over(folder: Path, pairs: tuple[str, ...] | None = None, end: str | int | None = None) -> ReplayFeed:
    return ReplayFeed(folder, pairs, None, end)
