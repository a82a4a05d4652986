"""`sharpsignal demo`: the whole product on a simulated exchange, with no account and no network.

Only the market and its clock are simulated: engine, store, scheduler, web chat and messages are the real ones.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.app import App
from bot.channels.web.channel import ADDRESS
from bot.clock import TapeClock
from bot.feeds.simulator import SimulatedMarket, SimulatorFeed
from bot.market import Market
from bot.metrics import Metrics
from bot.settings import Settings
from bot.terminal import terminal_reader
from engine.decision.signal import iso
from engine.market.events import Candle
from storage import decisions, web_chat
from storage.database import Database
from storage.standing import standing

PAIRS = tuple(
    f"{coin}-USDT-SWAP" for coin in ("BTC", "ETH", "SOL", "XRP", "DOGE", "PEPE", "BNB", "ADA", "LINK", "AVAX")
)
WARMUP_DAYS = 21
RUSH_HOURS = 96.0  # told at once, so that whoever opens the page finds something to read
HEADLESS_HOURS = 48.0


async def run_demo(
    settings: Settings, seed: int, edge: float, speed: float, hours: float | None, headless: bool
) -> int:
    """Run the demo. Headless: as fast as possible for `hours`, then the chat and a summary are printed."""
    if headless and hours is None:
        hours = HEADLESS_HOURS
    clock = TapeClock()
    simulated = SimulatedMarket(seed, PAIRS, edge)
    rush = 0.0 if headless else RUSH_HOURS
    feed = SimulatorFeed(simulated, hours, WARMUP_DAYS, None if headless else speed, clock, rush_hours=rush)
    market = Market(
        feed=feed,
        clock=clock,
        exchange="simulated",
        simulated=True,
        timeframe="5m",
        now_ms=clock.now_ms,
        past_until=lambda: feed.live_from,
        minutes=_no_minutes,
        stale=_nothing_stale,
        wake_seconds=2.0,
    )
    if headless:
        logging.getLogger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="sharpsignal-demo-") as folder:
        data = Path(folder)
        url = f"sqlite+aiosqlite:///{data / 'demo.db'}"
        if not headless:
            _greet(settings, seed, edge, speed)
        code = await App(settings, market, Metrics(), url, data, print, serve_http=not headless).run()
        if headless:
            await _print_chat(url, settings, seed, edge, hours or 0.0)
    return code


def _greet(settings: Settings, seed: int, edge: float, speed: float) -> None:
    reader = terminal_reader(settings)
    print(reader.plain("start-demo", seed=str(seed), edge=f"{edge:g}", seconds=f"{3600 / speed:.0f}"))
    print(reader.plain("start-demo-open", url=f"http://{settings.host}:{settings.port}/"), flush=True)


async def _no_minutes(pair: str, start: int, end: int) -> Sequence[Candle]:
    return []


def _nothing_stale() -> Sequence[tuple[str, str]]:
    return []


async def _print_chat(url: str, settings: Settings, seed: int, edge: float, hours: float) -> None:
    """The chat as people would read it, then the figures, all from the store."""
    reader = terminal_reader(settings)
    db = await Database.open(url)
    try:
        async with db.read() as conn:
            for row in await web_chat.since(conn, ADDRESS, 0, 100_000):
                print(f"--- {iso(row.at, reader.zone)}")
                print(row.text)
            figures = await standing(conn)
            judged = await decisions.rows(conn)
    finally:
        await db.close()
    print("=== SIMULATED: summary")
    print(f"seed {seed}, edge {edge:g}, {hours:g} h, {len(PAIRS)} pairs")
    print(f"setups judged: {len(judged)}")
    first = Counter(row.reasons[0] for row in judged if row.verdict == "refuse" and row.reasons)
    print("refused first by: " + ", ".join(f"{name} {count}" for name, count in first.most_common()))
    print(f"signals: {figures.signals}, open {figures.open}, filled {figures.filled}, win {figures.win}")
    print(f"lose {figures.lose}, expire {figures.expire}, no-fill {figures.no_fill}, void {figures.void}")
    low, high = figures.expectancy_r_low, figures.expectancy_r_high
    if figures.expectancy_r is not None:
        span = "" if low is None or high is None else f" (90 % interval {low:.2f} to {high:.2f})"
        print(f"expectancy: {figures.expectancy_r:.3f} R a fill{span}")
