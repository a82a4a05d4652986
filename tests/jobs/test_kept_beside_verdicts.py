"""What the pipeline keeps beside verdicts: prices for the hour after each setup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.announce import Announcer
from bot.engine_start import EngineStart
from bot.feeds.okx import settled
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from bot.metrics import Metrics
from bot.pipeline import Desk, Pipeline
from engine.decision.stream import Rules
from engine.market.events import Candle, Event, merge_key
from engine.params import Params
from storage.database import Database

PAIRS = ("SOL-USDT-SWAP", "XRP-USDT-SWAP")
RULES, DAYS, HALF = Rules(0.6), 5, 1_800_000


async def test_prices_are_kept_for_an_hour_after_each_setup(tmp_path: Path) -> None:
    market, events = SimulatedMarket(5, PAIRS), list[Event]()
    for pair in PAIRS:
        days = market.days(pair)
        events += [event for _ in range(DAYS) for event in slow_events(pair, next(days))]
    engine = EngineStart("5m", tuple(market.instruments()), asdict(RULES)).engine(Params(), RULES)
    told: dict[tuple[str, int], float] = {}
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path}/s.db") as db:
        desk = Desk(ZoneInfo("UTC"), "UTC", True)
        pipeline = Pipeline(engine, db, Announcer([], lambda: 0), Metrics(), desk, lambda: None)
        for event in settled(sorted(events, key=merge_key)):
            await pipeline.take(event)
            if isinstance(event, Candle):
                told[event.pair, event.known_at] = event.close
    with closing(sqlite3.connect(tmp_path / "s.db")) as store:
        closes = {(pair, ts): close for pair, ts, close in store.execute("SELECT pair, ts, close FROM closes")}
        judged = store.execute("SELECT pair, min(ts) FROM decisions GROUP BY decision_id").fetchall()
    last = max(ts for _, ts in told)
    wanted = {(pair, ts + after) for pair, ts in judged for after in (0, HALF, 2 * HALF) if ts + after <= last}
    assert len(judged) > 50 and wanted <= closes.keys() and len(closes) < len(told) / 3
    assert closes == {key: told[key] for key in closes}
