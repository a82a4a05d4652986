"""From the frame of a closed candle to the request at the Bot API server: the real program, two local servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.bars import CACHE, Bars
from benchmarks.line import Line, Target
from bot.compilation import compiled_folder
from engine.packed import packed_stage
from engine.params import Params
from tests.whole.stage import HOME, staged

RUNS = 10  # one signal each: a pair gives no second one for hours
WORK = "candle frame to request at the Bot API server, one pair"


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds from the frame sent to the signal's message received."""
    packed_stage(Params(), compiled_folder(CACHE))
    took = np.array([asyncio.run(_signal(bars.folder / f"to-chat-{run}")) for run in range(RUNS)]) * 1e3
    yield Line(f"{WORK}, p95 of {RUNS}", "ms", float(np.percentile(took, 95)), target=Target(5.0))
    yield Line(f"{WORK}, p50", "ms", float(np.percentile(took, 50)))


async def _signal(home: Path) -> float:
    """Seconds of one signal."""
    async with staged(home, head_start=6_000, TELEGRAM_CHAT_IDS=str(HOME)) as stage:
        await stage.up()
        bar = stage.scene.bar(stage.scene.boundary - 300_000)
        await stage.at(bar.known_at + 200)
        await stage.trade(bar.close)  # the next bar's first: that no trade of this one is still on its way is known
        await asyncio.sleep(0.3)
        start = time.perf_counter()
        await stage.okx.push_candle(bar.pair, bar.ts, (bar.open, bar.high, bar.low, bar.close), bar.volume)
        await stage.until(lambda: stage.telegram.called("sendMessage"), "the signal")
        return time.perf_counter() - start
