"""The program that lives through months in minutes: `python -m benchmarks.living run`, in a folder of its own.

Everything is as in `sharpsignal run` but for this: its clock is set on from beside, as the exchange's is, so that the
days between two signals need not be waited for; streams that tell nothing in such a day are not lost; and what is a
process of its own once a night or an hour does not run many times a minute here: no night trains, and a log of the
journal is made Parquet when it is full, not by the hour.
"""

from __future__ import annotations

import asyncio
import logging
import mmap
import os
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import stations
from bot import recorder
from bot.app import App, okx_market
from bot.clock import SystemClock
from bot.feeds.okx_watch import OkxTiming
from bot.learning import learn
from bot.metrics import Metrics
from bot.settings import load_settings
from bot.tasks import TASKS

AHEAD = "ahead.bin"  # in the folder where the program runs: how far its clock is ahead of the machine's (ms, 8 bytes)
FOREVER_MS = 2**40
STREAMS = ("candle", "trades", "book", "open_interest", "funding")
NEVER: Mapping[str, int] = dict.fromkeys(STREAMS, FOREVER_MS)
TIMING = OkxTiming(
    bar_lost_ms=FOREVER_MS, lost_ms={name: FOREVER_MS for name in STREAMS[1:4]}, quiet_ms=NEVER, request_ms=2
)


@dataclass(frozen=True, slots=True)
class SetClock:
    """The machine's clock, set on by what stands in the file that `ahead` maps."""

    ahead: mmap.mmap

    def now_ms(self) -> int:
        (ms,) = struct.unpack_from("<q", self.ahead)
        return SystemClock().now_ms() + int(ms)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def mapped(home: Path) -> mmap.mmap:
    """The file that sets the clock of the program in `home`, zero where it is new."""
    with (home / AHEAD).open("a+b") as file:
        if not file.tell():
            file.write(struct.pack("<q", 0))
            file.flush()
        return mmap.mmap(file.fileno(), 8)


def main() -> int:
    """Run until killed."""
    logging.basicConfig(level=logging.INFO)
    recorder.LOG_MS = FOREVER_MS
    settings, metrics, clock = load_settings(os.environ), Metrics(), SetClock(mapped(Path()))
    market = okx_market(settings, settings.pairs, metrics, TIMING, clock)
    tasks = [task for task in TASKS if task is not learn]
    app = App(settings, market, metrics, settings.database_url, settings.data_dir, print, tasks=tasks)
    return asyncio.run(app.run())


if __name__ == "__main__":
    with stations.watching():
        sys.exit(main())
