"""From the frame of a closed candle to the request at the Bot API server: the real program, local servers.

One pair: one process that lives through months and sends each signal of them (benchmarks/life.py); beside it the first
signal of processes that were started for it. 300 pairs: all of them close at one instant, all have a setup, and the
time runs from the first frame handed over to the first message (Telegram lets nobody send 300 at once).

Targets stand twice: in milliseconds, and in proportion to the peer's 23 ms where they were set, as machines differ.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks import crowd, life, stations
from benchmarks.bars import CACHE, Bars
from benchmarks.life import Stamped
from benchmarks.line import Line, Target
from bot.compilation import compiled_folder
from engine.packed import packed_stage
from engine.params import Params
from tests.servers.telegram_api import TOKEN
from tests.whole.process import Program
from tests.whole.stage import HOME, OWNER

CROWDS = 2
STARTS = 10
FRESH = 5  # signals of the living process that do not count: Python makes code quick that it has seen run
WORK = "candle frame to request at the Bot API server, one pair"
CROWDED = f"{crowd.PAIRS} pairs closing at once, first frame handed over to first request"
WAY = ("frame sent", *stations.STATIONS, "request at the server")
ROOT = str(Path(__file__).resolve().parents[1])
PEER = "ccxt.pro, pandas, ta, smartmoneyconcepts, python-telegram-bot"
CROWD = (sys.executable, "-m", "benchmarks.crowd")


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds from the frame sent to the message received, between the stations on the way."""
    packed_stage(Params(), compiled_folder(CACHE))
    months = life.months()
    ways, peer = asyncio.run(_in_turn(bars.folder, months))
    at = np.array(ways)[FRESH:] * 1e3
    took = at[:, -1] - at[:, 0]
    p50, p95 = (float(np.percentile(took, share)) for share in (50, 95))
    their50, their95 = (float(np.percentile(peer[FRESH:], share)) * 1e3 for share in (50, 95)) if peer else (None, None)
    yield Line(f"{WORK}, p95 of {len(took)} signals", "ms", p95, target=Target(5.0))
    yield Line(f"{WORK}, p95", "ms", p95, PEER, their95, Target(4.6, of="ratio"))
    yield Line(f"{WORK}, p50", "ms", p50, PEER, their50)
    for index, (since, until) in enumerate(itertools.pairwise(WAY)):
        yield Line(f"- {since} to {until}, p50", "ms", float(np.median(at[:, index + 1] - at[:, index])))
    one = replace(months, signals=months.signals[:1])
    firsts = [asyncio.run(_alone(bars.folder / f"start-{run}", one)) for run in range(STARTS)]
    took = np.array([(way[-1] - way[0]) * 1e3 for way in firsts])
    yield Line(
        f"the same, the first signal of a process, p95 of {STARTS} processes", "ms", float(np.percentile(took, 95))
    )
    yield Line("the same, the first signal of a process, p50", "ms", float(np.percentile(took, 50)))
    worst = max(asyncio.run(_first(bars.folder / f"crowd-{run}")) for run in range(CROWDS)) * 1e3
    yield Line(f"{CROWDED}, worst of {CROWDS}", "ms", worst, target=Target(150.0))
    yield Line(CROWDED, "ms", worst, f"one pair, p95: {PEER}", their95, Target(23 / 150, of="ratio"))


async def _in_turn(folder: Path, months: life.Months) -> tuple[list[list[float]], list[float]]:
    """The way of each signal, and after each one what the same takes the bot that most would build.

    They take turns because the machine is quick in one minute and slow in another. No peer where a part of it is not
    installed.
    """
    ways, peer = list[list[float]](), list[float]()
    there = all(find_spec(name) for name in ("pandas", "ta", "smartmoneyconcepts", "telegram"))
    async with (
        aclosing(life.ways(folder / "months", months, ROOT)) as ours,
        aclosing(life.pandas_ways(folder / "pandas", months, ROOT)) as theirs,
    ):
        async for way in ours:
            ways.append(way)
            if there:
                peer.append(await anext(theirs))
    return ways, peer


async def _alone(home: Path, one: life.Months) -> list[float]:
    """The way of the first signal of a process."""
    async with aclosing(life.ways(home, one, ROOT)) as ways:
        return await anext(ways)


async def _first(home: Path) -> float:
    """Seconds from the first of the crowd's frames to the first message at the server."""
    async with Stamped() as telegram:
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
            await telegram.until(lambda: bool(telegram.came), 300.0)
            end = telegram.came[0]
    return end - float((home / crowd.FILE).read_text(encoding="utf-8"))
