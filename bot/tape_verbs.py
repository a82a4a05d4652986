"""The verb that fetches market data: download."""

from __future__ import annotations

import sys

from bot.clock import SystemClock
from bot.download import Download
from bot.download_report import DownloadRequest, PairReport, report_json
from bot.feeds.okx_wire import Deaf, OkxWire
from bot.metrics import Metrics
from bot.settings import Settings

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
