"""Tasks in the background have the house, run beside the market, and end with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.app import App
from bot.clock import TapeClock
from bot.feeds.simulator import SimulatedMarket, SimulatorFeed
from bot.house import House
from bot.market import Market
from bot.metrics import Metrics
from bot.settings import load_settings
from engine.market.events import Candle
from storage import web_chat
from storage.database import Database

PAIR = "SOL-USDT-SWAP"


async def _no_minutes(pair: str, start: int, end: int) -> Sequence[Candle]:
    return []


def market() -> Market:
    clock = TapeClock()
    feed = SimulatorFeed(SimulatedMarket(3, (PAIR,)), 48.0, 1, None, clock)
    return Market(
        feed, clock, "simulated", True, "5m", clock.now_ms, lambda: feed.live_from, _no_minutes, lambda: (), 2.0
    )


async def test_a_task_writes_to_every_chat_and_ends_with_the_market(tmp_path: Path) -> None:
    seen: list[str] = []

    async def greet(house: House) -> None:
        while not house.started():
            await asyncio.sleep(0.01)
        async with house.db.write() as conn:
            await house.announcer.tell(conn, "restarted", "restarted:1", {"down_s": 60, "open": 0})
        house.people.nudge()
        seen.append((await house.status()).feeds[0].pair)

    async def wait(house: House) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    url = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    app = App(load_settings({}, None), market(), Metrics(), url, tmp_path, seen.append, False, (greet, wait))
    assert await app.run() == 0
    assert seen[-2:] == [PAIR, "ended"]
    async with await Database.open(url) as db, db.read() as conn:
        texts = [row.text for row in await web_chat.since(conn, "web", 0, 100)]
    assert any("1 mnt" in text for text in texts)
