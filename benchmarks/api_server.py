"""The API alone, as a process of its own: `python -m benchmarks.api_server URL TAPES` prints its port and serves."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.api.app import create_app
from bot.api.figures import figures_router
from bot.api.labels import labels_router
from bot.api.learned import learned_router
from bot.api.readings import readings_router
from bot.api.server import serve
from bot.clock import SystemClock
from bot.feeds.replay import ReplayFeed
from bot.figures import Figures
from bot.layer_view import LayerView
from bot.metrics import Metrics
from engine.decision.stream import Rules
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from storage.database import Database

EVENTS = 30_000
STREAMS = ("candle", "trades", "book", "open_interest", "funding")


class Well:
    """Nothing is missing."""

    async def missing(self) -> Sequence[str]:
        return ()


def engine_of(tapes: Path) -> SharpSignalEngine:
    """An engine that has read some weeks."""
    feed = ReplayFeed(tapes)
    instruments = {name: tape.instrument for name, tape in feed.tapes().items()}
    bases = {name: tape.candles.timeframe for name, tape in feed.tapes().items()}
    engine = SharpSignalEngine(instruments, bases, Params(), Rules(Params().confluence_balanced))
    for _, event in zip(range(EVENTS), feed.iterate()):
        engine.process(event)
    return engine


async def main(url: str, tapes: Path) -> None:
    """Serve until the end of the process."""
    engine, metrics, clock = engine_of(tapes), Metrics(), SystemClock()
    for pair in engine.pairs:
        for stream in STREAMS:
            metrics.feed_age.labels(exchange="okx", pair=pair, stream=stream).set(1.0)
    async with await Database.open(url) as db:
        routers = [
            labels_router(db),
            learned_router(db),
            figures_router(Figures(db, metrics, clock.now_ms).tell),
            readings_router(LayerView(lambda: engine, Params().confluence_balanced)),
        ]
        await serve(create_app(Well(), metrics, routers), "127.0.0.1", 0, lambda port: print(port, flush=True))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
