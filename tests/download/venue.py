"""An OKX on loopback with a past, and downloads from it: in this process without pauses, or as a command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from bot.clock import SystemClock
from bot.download import Download
from bot.download_report import DownloadRequest, PairReport
from bot.feeds.okx_wire import Deaf, OkxWire
from bot.metrics import Metrics
from tests.servers.okx import OkxServer, instrument
from tests.tapes import candles

A, B = "AAA-USDT-SWAP", "BBB-USDT-SWAP"
STEP = 300_000
HOUR = 3_600_000
DAY = 86_400_000
NOW = 1_763_683_200_000 + 7 * HOUR + 1_323_456  # a moment inside a bar


class Hasty(SystemClock):
    """Sleeps no longer than the loop needs."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


def venue(days: float = 3.0, pairs: tuple[str, ...] = (A, B)) -> OkxServer:
    """Bars, open interest, taker volume and funding of `days`, the newest bar still open."""
    server = OkxServer(NOW, [{**instrument(pair), "listTime": "0"} for pair in pairs])
    for seed, pair in enumerate(pairs):
        bars = round(days * DAY / STEP)
        first = NOW // STEP * STEP - bars * STEP
        tape = candles(bars + 1, seed=seed, start=first)
        for row, ts in enumerate(tape.ts.tolist()):
            ohlc = [float(column[row]) for column in (tape.open, tape.high, tape.low, tape.close)]
            volume = float(tape.volume[row])
            server.set_candle(pair, ts, ohlc, volume, confirm=row < bars)
            server.add_taker_volume(pair, ts, volume * 0.625, volume * 0.375)
            server.add_open_interest(pair, ts, 1000.0 + row)
        for settlement in range(-(-first // (8 * HOUR)) * 8 * HOUR, NOW, 8 * HOUR):
            server.add_funding(pair, settlement, 0.0001)
    return server


def fills(server: OkxServer, pair: str, start: int, end: int, every_ms: int) -> None:
    """One fill at each step of time, three at each whole hour, in one millisecond."""
    ident = 1000
    for ts in range(start, end, every_ms):
        for _ in range(3 if ts % HOUR == 0 else 1):
            server.add_trade(pair, ident, ts, 100.0 + ident % 7 / 10, 1.0 + ident % 5, "buy" if ident % 2 else "sell")
            ident += 1


def request(data: Path, days: int = 3, trades: bool | None = False, pairs: tuple[str, ...] = (A, B)) -> DownloadRequest:
    return DownloadRequest(data, pairs, days, "5m", trades)


async def fetch(server: OkxServer, wanted: DownloadRequest) -> list[PairReport]:
    """A download in this process that never waits."""
    clock = Hasty()
    wire = OkxWire(server.rest_url, server.ws_url, Deaf(), clock, Metrics(), request_ms=1)
    try:
        return await Download(wanted, wire, clock, lambda *_: None).run(lambda _: None)
    finally:
        await wire.close()


def files(data: Path) -> dict[str, bytes]:
    """Every file of a folder but locks, by its path in it."""
    found = sorted(path for path in data.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(data)): path.read_bytes() for path in found}


def grid(days: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Open times of the closed bars of `days`."""
    end = NOW // STEP * STEP
    return np.arange(end - round(days * DAY), end, STEP, dtype=np.int64)
