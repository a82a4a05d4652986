"""The program with 300 pairs that close a bar at once: `python -m benchmarks.crowd run`, in a folder of its own.

Everything is as in `sharpsignal run` but for the sockets: the past is told at once, and the frames of the last bars are
handed over as the exchange's client gives them. The pairs are one pair under 300 names, so all of them have a setup at
that instant; the guardrails let out what they always do. The clock is the machine's monotonic one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from benchmarks import stations
from bot.app import App
from bot.clock import SystemClock
from bot.feeds.assembler import Assembler
from bot.feeds.okx_live import OkxLive
from bot.market import Market
from bot.metrics import Metrics
from bot.settings import load_settings
from engine.market.events import Candle, Event, Funding, OpenInterest, Settle, merge_key
from engine.market.instrument import Instrument
from tests.whole.tape import QUARTER, STEP, Scene, record, scene

PAIRS = 300
CALM_S = 3.0  # the sender's silent first second, and what else a start does
FILE = "handed.txt"  # in the folder where the program runs: the stamp of the moment when the frames were handed over


class Crowd:
    """A market of PAIRS names of one scene (`bot.ports.Feed`): its past, then the bars that decide."""

    def __init__(self, found: Scene, metrics: Metrics) -> None:
        self._scene = found
        self._clock = SystemClock()
        self._assembler = Assembler("5m", metrics.refused)
        self.live = OkxLive("5m", self._assembler, self._clock, metrics)
        self.live.skew_ms = found.boundary + 1_000 - self._clock.now_ms()
        plain = Instrument.from_okx(record())
        names = [f"P{number:03}-USDT-SWAP" for number in range(PAIRS)]
        self._instruments = [replace(plain, inst_id=name) for name in names]

    @property
    def past_until(self) -> int:
        return self._scene.boundary - STEP

    async def instruments(self) -> Sequence[Instrument]:
        return self._instruments

    async def events(self) -> AsyncGenerator[Event, None]:
        """What was, and after a moment of calm what every pair's bar leads to."""
        for event in self._past():
            yield event
        self.live.start({instrument.inst_id: instrument for instrument in self._instruments})
        for pair, line in self.live.lines.items():
            self._assembler.open(pair, self.past_until)
            line.heal([])
        await asyncio.sleep(CALM_S)
        frames = list(self._frames())
        handed = stations.now()
        Path(FILE).write_text(f"{handed}", encoding="utf-8")
        for channel, pair, row in frames:
            self.live.on_frame(channel, channel, pair, [row])
        for event in self._assembler.due(self._clock.now_ms()):
            yield event
        await asyncio.Event().wait()

    async def close(self) -> None:
        """There is nothing to close."""

    async def minutes(self, pair: str, start_ms: int, end_ms: int) -> list[Candle]:
        return []

    def _past(self) -> Iterator[Event]:
        """Every event of the scene up to the last bars, under each name."""
        bars = [bar for bar in self._scene.bars if bar.known_at <= self.past_until]
        events = sorted([*bars, *self._scene.slow], key=merge_key)
        for known_at, group in groupby(events, key=lambda event: event.known_at):
            told = list(group)
            for instrument in self._instruments:
                for event in told:
                    assert isinstance(event, Candle | Funding | OpenInterest)
                    yield replace(event, pair=instrument.inst_id)
            if any(isinstance(event, Candle) for event in told):
                yield Settle(known_at)

    def _frames(self) -> Iterator[tuple[str, str, object]]:
        """(channel, pair, row): the first trade of the next bar, and the bar that closed."""
        bar = self._scene.bar(self.past_until)
        prices = [repr(price) for price in (bar.open, bar.high, bar.low, bar.close)]
        for number, instrument in enumerate(self._instruments):
            pair, size = instrument.inst_id, {"sz": "1", "side": "sell", "count": "1"}
            yield "trades", pair, {"instId": pair, "tradeId": "1", "px": prices[3], "ts": str(bar.known_at), **size}
            yield "candle5m", pair, [str(bar.ts), *prices, "1", repr(bar.volume + number / 1e6), "1", "1"]


def main() -> int:
    """Run until killed."""
    logging.basicConfig(level=logging.INFO)
    settings, metrics, clock = load_settings(os.environ), Metrics(), SystemClock()
    crowd = Crowd(scene((clock.now_ms() + QUARTER // 2) // QUARTER * QUARTER), metrics)
    market = Market(
        feed=crowd,
        clock=clock,
        exchange="okx",
        simulated=False,
        timeframe="5m",
        now_ms=crowd.live.now_ms,
        past_until=lambda: crowd.past_until,
        minutes=crowd.minutes,
        stale=list,
    )
    app = App(settings, market, metrics, settings.database_url, settings.data_dir, print)
    return asyncio.run(app.run())


if __name__ == "__main__":
    sys.exit(main())
