"""From the frame of a closed candle to the request at the Bot API server: the real program, local servers.

One pair: the frame is sent over a socket. 300 pairs: all of them close at one instant, all have a setup, and the time
runs from the first frame handed over to the first message (Telegram lets nobody send 300 at once).
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import crowd, stations
from benchmarks.bars import CACHE, Bars
from benchmarks.line import Line, Target
from bot.compilation import compiled_folder
from engine.packed import packed_stage
from engine.params import Params
from tests.servers.telegram_api import TOKEN, TelegramApi
from tests.whole.process import Program
from tests.whole.stage import HOME, OWNER, staged

CROWDS = 2
RUNS = 10  # one signal each: a pair gives no second one for hours
WORK = "candle frame to request at the Bot API server, one pair"
CROWDED = f"{crowd.PAIRS} pairs closing at once, first frame handed over to first request"
WAY = ("frame sent", *stations.STATIONS, "request at the server")
ROOT = str(Path(__file__).resolve().parents[1])
WATCHED = (sys.executable, "-m", "benchmarks.stations")
CROWD = (sys.executable, "-m", "benchmarks.crowd")


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds from the frame sent to the message received, between the stations on the way, and of computing."""
    packed_stage(Params(), compiled_folder(CACHE))
    ways = np.array([asyncio.run(_signal(bars.folder / f"to-chat-{run}")) for run in range(RUNS)]) * 1e3
    at, computed = ways[..., 0], ways[:, 1:-1, 1]
    took = at[:, -1] - at[:, 0]
    yield Line(f"{WORK}, p95 of {RUNS}", "ms", float(np.percentile(took, 95)), target=Target(5.0))
    yield Line(f"{WORK}, p50", "ms", float(np.percentile(took, 50)))
    for index, (since, until) in enumerate(itertools.pairwise(WAY)):
        yield Line(f"- {since} to {until}, p50", "ms", float(np.median(at[:, index + 1] - at[:, index])))
    spent = float(np.median(computed[:, -1] - computed[:, 0]))
    yield Line(f"- computed by the program from {WAY[1]} to {WAY[-2]}, p50", "ms", spent)
    firsts = np.array([asyncio.run(_first(bars.folder / f"crowd-{run}")) for run in range(CROWDS)]) * 1e3
    yield Line(f"{CROWDED}, worst of {CROWDS}", "ms", float(firsts[:, 0].max()), target=Target(150.0))
    yield Line("- computed by the program until the turn is taken, worst", "ms", float(firsts[:, 1].max()))


async def _signal(home: Path) -> list[stations.Stamp]:
    """When one signal passed each station of WAY."""
    async with staged(home, head_start=6_000, launch=WATCHED, TELEGRAM_CHAT_IDS=str(HOME), PYTHONPATH=ROOT) as stage:
        await stage.up()
        bar = stage.scene.bar(stage.scene.boundary - 300_000)
        await stage.at(bar.known_at + 200)
        await stage.trade(bar.close)  # the next bar's first: that no trade of this one is still on its way is known
        await asyncio.sleep(0.3)
        start = stations.now()
        await stage.okx.push_candle(bar.pair, bar.ts, (bar.open, bar.high, bar.low, bar.close), bar.volume)
        await stage.until(lambda: stage.telegram.called("sendMessage"), "the signal")
        end = stations.now()
        return [start, *stations.passed(home, start.at, end.at), end]


async def _first(home: Path) -> tuple[float, float]:
    """Seconds from the first of the crowd's frames to the first message at the server, and those computed by then."""
    async with TelegramApi() as telegram:
        settings = {
            "SHARPSIGNAL_LOCALE": "en",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": telegram.url,
            "TELEGRAM_CHAT_IDS": str(HOME),
            "TELEGRAM_OWNER_IDS": str(OWNER),
            "PYTHONPATH": ROOT,
        }
        home.mkdir()
        async with Program(home, settings, CROWD) as program:
            await program.start()
            await telegram.until(lambda: bool(telegram.called("sendMessage")), 300.0)
            end = stations.now()
    handed = stations.Stamp(*map(float, (home / crowd.FILE).read_text(encoding="utf-8").split()))
    last = stations.passed(home, handed.at, end.at)[-1]
    return end.at - handed.at, last.computed - handed.computed
