"""The verbs that fetch market data: download what was, record what comes."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from bot.app import okx_market
from bot.clock import SystemClock
from bot.download import Download
from bot.download_report import DownloadRequest, PairReport, report_json
from bot.engine_start import EngineStart
from bot.errors import DataError, SettingsError
from bot.feeds.okx_wire import Deaf, OkxWire
from bot.market import Market, first_rules
from bot.metrics import Metrics
from bot.recorder import Recorder
from bot.settings import Settings
from storage.store_lock import StoreTaken

LOG = logging.getLogger(__name__)
SEALER = "storage.journal_tape"
EVERY_MS = {True: 200, False: 30_000}  # between two words of progress: on a terminal, elsewhere


async def download(settings: Settings, request: DownloadRequest, as_json: bool) -> int:
    """Fetch history; tells each pair as it ends, or one JSON object at the end."""
    clock = SystemClock()
    wire = OkxWire(settings.okx_rest_url, settings.okx_ws_url, Deaf(), clock, Metrics(), request_ms=1)
    progress = _Progress(clock.now_ms())

    def finished(report: PairReport) -> None:
        progress.clear()
        if not as_json:
            print(report.line(), flush=True)

    try:
        work = Download(request, wire, clock, lambda *at: progress.tell(clock.now_ms(), *at))
        reports = await work.run(finished)
    finally:
        progress.clear()
        await wire.close()
    print(report_json(reports) if as_json else f"written to {request.data}")
    return 0


async def record(settings: Settings, data: Path, pairs: tuple[str, ...]) -> int:
    """Append the live tape to `data` until Ctrl+C or SIGTERM: a journal, and the files of each pair from it."""
    market = okx_market(settings, pairs, Metrics())
    try:
        with Recorder(data, market.clock, sealer=SEALER) as recorder:
            await _until_stopped(market, recorder, lambda: print(f"recording into {data}; Ctrl+C ends it", flush=True))
            await recorder.finish()
            if recorder.broken is not None:
                raise DataError(f"--data {data}: {recorder.broken}; what was recorded is kept")
            if not recorder.begun:
                unheard = "the exchange did not answer; is the network there, and is OKX_REST_URL right?"
                raise DataError(f"nothing was recorded: {unheard}")
    except StoreTaken as error:
        raise SettingsError(f"--data {data}: process {error.pid} is recording there; stop it first") from error
    except OSError as error:
        raise DataError(f"--data {data}: cannot be written ({error.strerror or error})") from error
    finally:
        await market.feed.close()
    print(f"recorded into {data}")
    return 0


async def _until_stopped(market: Market, recorder: Recorder, begun: Callable[[], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    begun()
    try:
        async with asyncio.TaskGroup() as group:
            upkeep = group.create_task(recorder.upkeep())
            work = group.create_task(_listen(market, recorder))
            stopped = group.create_task(stop.wait())
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (upkeep, work, stopped):
                task.cancel()
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors


async def _listen(market: Market, recorder: Recorder) -> None:
    """Everything that `run` would tell a new engine, in the same order; ends when it can no longer be written."""
    instruments = tuple(await market.feed.instruments())
    past = market.past_until()
    recorder.begin(EngineStart(market.timeframe, instruments, first_rules(past, restored=False), continues=True))
    async with aclosing(market.feed.events()) as events:
        async for event in events:
            if market.settles_the_past(event):
                recorder.rules({"publish_from": past})
                LOG.info("the history of %d pairs is recorded; what comes now is live", len(instruments))
            recorder.note(event)
            if recorder.broken is not None:
                return


class _Progress:
    """How far it is and how long it may still take: in place on a terminal, a line now and then elsewhere."""

    def __init__(self, now_ms: int) -> None:
        self._started = self._told = now_ms
        self._terminal = sys.stderr.isatty()
        self._width = 0

    def tell(self, now_ms: int, done: int, total: int, doing: str) -> None:
        if now_ms - self._told < EVERY_MS[self._terminal]:
            return
        self._told = now_ms
        left = (now_ms - self._started) / 1000 / done * (total - done)
        text = f"download: {done} of about {total} requests, about {duration(left)} left: {doing}"
        if self._terminal:
            print(f"\r{text.ljust(self._width)}", end="", file=sys.stderr, flush=True)
            self._width = len(text)
        else:
            print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make room for a line of another kind."""
        if self._terminal and self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
            self._width = 0


def duration(seconds: float) -> str:
    """For people.

    >>> duration(42.3), duration(600), duration(9000)
    ('42 s', '10 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
