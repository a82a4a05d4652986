"""An engine over a recorded folder, both ways."""

from __future__ import annotations

from pathlib import Path

from bot.feeds.replay import ReplayFeed
from bot.replay.run import columns_of
from engine.decision.stream import Rules
from engine.decision.tick import Tick
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine

LEAST = Params().confluence_active


def engine_of(feed: ReplayFeed, rules: Rules | None = None) -> SharpSignalEngine:
    """A fresh engine for the pairs of a feed."""
    tapes = feed.tapes()
    instruments = {name: tape.instrument for name, tape in tapes.items()}
    bases = {name: tape.candles.timeframe for name, tape in tapes.items()}
    return SharpSignalEngine(instruments, bases, Params(), rules or Rules(LEAST))


def live_ticks(feed: ReplayFeed) -> list[Tick]:
    """Event by event, the ticks that carried facts."""
    engine = engine_of(feed)
    return [tick for tick in map(engine.process, feed.iterate()) if tick.facts]


def batch_ticks(feed: ReplayFeed, cache_dir: str) -> list[Tick]:
    """Over columns, compiled."""
    engine = engine_of(feed)
    columns = {name: columns_of(tape) for name, tape in feed.tapes().items()}
    return [tick for tick in engine.replay_columns(columns, cache_dir) if tick.facts]


def feed_over(folder: Path, pairs: tuple[str, ...] | None = None, end: str | int | None = None) -> ReplayFeed:
    return ReplayFeed(folder, pairs, None, end)
