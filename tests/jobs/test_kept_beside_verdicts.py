"""What the pipeline keeps beside verdicts: prices for the hour after each setup, and every way of entering one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.announce import Announcer
from bot.engine_start import EngineStart
from bot.feeds.okx import settled
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from bot.jobs.training import read
from bot.metrics import Metrics
from bot.pipeline import Desk, Pipeline
from engine.decision.policy import Policy
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Tick, WayClosed
from engine.decision.ways import waiting
from engine.learning.arm import way_drawn
from engine.learning.history import History
from engine.learning.waited import fit_waited, timing_status
from engine.market.events import Candle, Event, PolicyTaken, Settle, merge_key
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from storage import engine_state, ways
from storage.database import Database
from storage.ways import StoredWay
from tests.engine.timing_policy import timed

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
        pipeline = Pipeline(engine, db, Announcer([], lambda: 0), Metrics(), desk, lambda _: None)
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


async def test_ways_of_entering_are_kept_through_a_kill(tmp_path: Path) -> None:
    """Stopped in the middle of a tape and started again from the store: the same rows as an engine that ran on."""
    market, pair = SimulatedMarket(11, PAIRS, 2.0), PAIRS[0]
    instruments = [one for one in market.instruments() if one.inst_id == pair]
    start, days = EngineStart("5m", tuple(instruments), asdict(RULES)), market.days(pair)
    found = [event for _ in range(12) for event in slow_events(pair, next(days))]
    events = list(settled(sorted(found, key=merge_key)))
    whole = start.engine(Params(), RULES)
    facts = [fact for event in events for fact in whole.process(event).facts]
    told = [fact for fact in facts if isinstance(fact, WayClosed)]
    stop = next(at for at in range(len(events) * 2 // 3, len(events)) if isinstance(events[at], Settle)) + 1
    url = f"sqlite+aiosqlite:///{tmp_path}/s.db"
    first = start.engine(Params(), RULES)
    await _through(url, first, events[:stop])
    second = start.engine(Params(), RULES)
    async with await Database.open(url) as db, db.read() as conn:
        loaded = await engine_state.load(conn)
    assert loaded is not None
    second.restore(json.loads(loaded[0]))
    await _through(url, second, events)
    async with await Database.open(url) as db, db.read() as conn:
        kept = {(one.decision_id, one.way): one async for one in ways.each(conn, 0, events[-1].known_at)}
    assert kept == {(one.decision_id, one.way): _stored(one) for one in told} and len(kept) > 40
    assert {one.result for one in kept.values()} > {None, "win", "lose"}
    heard, cut = History(), events[-1].known_at + 1
    for fact in facts:
        heard.take(fact)
    here, there = fit_waited(heard, cut), fit_waited((await read(url, cut)).history, cut)
    assert here is not None and there is not None and len(here.places) > 10
    assert timing_status(here) == timing_status(there), "a night by the store is a night of a replay"


async def test_the_way_that_the_paper_arm_draws_is_kept_with_its_chance(tmp_path: Path) -> None:
    market, pair = SimulatedMarket(11, PAIRS, 2.0), PAIRS[0]
    instruments = [one for one in market.instruments() if one.inst_id == pair]
    days = market.days(pair)
    found = [event for _ in range(12) for event in slow_events(pair, next(days))]
    events = list(settled(sorted(found, key=merge_key)))
    taken = PolicyTaken(events[0].known_at, timed("now", "choch"))
    url = f"sqlite+aiosqlite:///{tmp_path}/s.db"
    ticks = await _through(
        url, EngineStart("5m", tuple(instruments), asdict(RULES)).engine(Params(), RULES), [taken, *events]
    )
    began = [fact for tick in ticks for fact in tick.facts if isinstance(fact, Decided) and waiting(fact) is not None]
    with closing(sqlite3.connect(tmp_path / "s.db")) as store:
        rows = {
            name: (way, share) for name, way, share in store.execute("SELECT decision_id, drawn, propensity FROM waits")
        }
    assert rows.keys() == {fact.decision_id for fact in began} and len(rows) > 10
    policy = Policy.from_document(taken.document)
    for fact in began:
        again = way_drawn(fact, policy)
        assert again is not None and rows[fact.decision_id] == (again.way, again.propensity)
    assert {way for way, _ in rows.values()} <= {"now", "choch", "full"}
    assert {round(share, 6) for way, share in rows.values() if way == "now"} == {1.0}, "it is sure of it"


async def _through(url: str, engine: SharpSignalEngine, events: Sequence[Event]) -> list[Tick]:
    async with await Database.open(url) as db:
        desk = Desk(ZoneInfo("UTC"), "UTC", True)
        pipeline = Pipeline(engine, db, Announcer([], lambda: 0), Metrics(), desk, lambda _: None)
        return [await pipeline.take(event) for event in events]


def _stored(fact: WayClosed) -> StoredWay:
    end = None if fact.outcome is None else fact.outcome.followable
    if end is None:
        return StoredWay(fact.decision_id, fact.way, fact.ts, None, None, None, None)
    return StoredWay(fact.decision_id, fact.way, fact.ts, fact.plan.ts, end.result, end.exit_reason, end.rr)
