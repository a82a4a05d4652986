"""From the frame of a closed candle to the request at the Bot API server: the real program, two local servers."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import stations
from benchmarks.bars import CACHE, Bars
from benchmarks.line import Line, Target
from bot.compilation import compiled_folder
from engine.packed import packed_stage
from engine.params import Params
from tests.whole.stage import HOME, staged

RUNS = 10  # one signal each: a pair gives no second one for hours
WORK = "candle frame to request at the Bot API server, one pair"
WAY = ("frame sent", *stations.STATIONS, "request at the server")
ROOT = str(Path(__file__).resolve().parents[1])
WATCHED = (sys.executable, "-m", "benchmarks.stations")


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds from the frame sent to the signal's message received, and between the stations of its way."""
    packed_stage(Params(), compiled_folder(CACHE))
    ways = np.array([asyncio.run(_signal(bars.folder / f"to-chat-{run}")) for run in range(RUNS)]) * 1e3
    took = ways[:, -1] - ways[:, 0]
    yield Line(f"{WORK}, p95 of {RUNS}", "ms", float(np.percentile(took, 95)), target=Target(5.0))
    yield Line(f"{WORK}, p50", "ms", float(np.percentile(took, 50)))
    for index, (since, until) in enumerate(itertools.pairwise(WAY)):
        yield Line(f"- {since} to {until}, p50", "ms", float(np.median(ways[:, index + 1] - ways[:, index])))


async def _signal(home: Path) -> list[float]:
    """When (seconds) one signal passed each station of WAY."""
    async with staged(home, head_start=6_000, launch=WATCHED, TELEGRAM_CHAT_IDS=str(HOME), PYTHONPATH=ROOT) as stage:
        await stage.up()
        bar = stage.scene.bar(stage.scene.boundary - 300_000)
        await stage.at(bar.known_at + 200)
        await stage.trade(bar.close)  # the next bar's first: that no trade of this one is still on its way is known
        await asyncio.sleep(0.3)
        start = time.perf_counter()
        await stage.okx.push_candle(bar.pair, bar.ts, (bar.open, bar.high, bar.low, bar.close), bar.volume)
        await stage.until(lambda: stage.telegram.called("sendMessage"), "the signal")
        end = time.perf_counter()
        between = stations.passed(home, start, end)
        assert between is not None, "the signal passed no station"
        return [start, *between, end]
