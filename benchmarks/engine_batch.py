"""The engine over recorded columns, one core: the compiled readings alone, and a whole replay with its files."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.compilation import compiled_folder
from bot.feeds.replay import ReplayFeed
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.run import ReplayRequest, columns_of, replay
from engine.batch import BatchPair
from engine.params import Params

PAIR = "SOL-USDT-SWAP"
DAYS = 350  # 100,800 bars of 5m
ROUNDS = 3
CACHE = Path.home() / ".cache" / "sharpsignal"


def run() -> None:
    """Print medians beside the targets; compiling and making the tape are not counted."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "tape"
        tape(data, SimulatedMarket(5, (PAIR,)), DAYS, without=frozenset({"trades"}))
        recorded = ReplayFeed(data).tapes()[PAIR]
        bars = len(recorded.candles.ts)
        cache, tick, columns = compiled_folder(CACHE), recorded.instrument.tick, columns_of(recorded)
        readings = _median(lambda: drain(BatchPair(columns, tick, Params(), cache)))
        whole = _median(lambda: replay_into(data, Path(folder) / "out", cache))
    print(f"{bars:,} bars of 5m, one pair, best bid and ask, open interest and funding, no trades")
    print(f"readings (eight layers, five timeframes) {readings / bars * 1e6:8.2f} us/bar     target <= 1.5 us")
    print(f"whole replay, tape loaded, files written {bars / whole:8,.0f} bars/s     target >= 300,000 on a million")


def drain(pair: BatchPair) -> int:
    return sum(len(chunk.bar) for chunk in pair.chunks())


def replay_into(data: Path, out: Path, cache: str) -> None:
    request = ReplayRequest(
        data=data,
        out=out,
        pairs=None,
        start=None,
        end=None,
        policy=None,
        decisions=False,
        skip_bad_rows=False,
        sensitivity="balanced",
        publish="all",
        timezone="UTC",
        cache_dir=cache,
    )
    replay(request, lambda ts, last: None)


def _median(work: Callable[[], object]) -> float:
    """Seconds, the first run (which may compile) left out."""
    work()
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)
