"""A snapshot at any settle, a fresh engine, warm-up over the past, and on: the same facts as without the break."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.feeds.okx import settled
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Fact
from engine.market.events import Event, Settle, merge_key
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from tests.engine.runs import LEAST, engine_of, feed_over

DAY = 86_400_000


def facts_from(engine: SharpSignalEngine, events: list[Event]) -> list[Fact]:
    return [fact for event in events for fact in engine.process(event).facts]


@pytest.mark.parametrize("part", [0.55, 0.7, 0.9])
def test_a_restart_changes_nothing(simulated: Path, part: float) -> None:
    feed = feed_over(simulated)
    events = list(feed.iterate())
    cut = next(i for i in range(int(len(events) * part), len(events)) if isinstance(events[i], Settle)) + 1
    first = engine_of(feed)
    facts_from(first, events[:cut])
    saved = json.loads(json.dumps(first.snapshot()))
    whole = facts_from(first, events[cut:])
    second = engine_of(feed)
    second.restore(saved)
    assert facts_from(second, events[:cut]) == []
    assert facts_from(second, events[cut:]) == whole
    assert whole


def test_a_restart_with_thirty_days_of_history_reads_days_and_settlements_as_if_it_had_run_on() -> None:
    """It is stopped in the middle of a day, so that its history begins in the middle of one, too."""
    market = SimulatedMarket(5, ["SOL-USDT-SWAP"], 2.0)
    days, (instrument,) = market.days("SOL-USDT-SWAP"), market.instruments()
    found = [event for _ in range(49) for event in slow_events(instrument.inst_id, next(days))]
    events = list(settled(sorted(found, key=merge_key)))
    stop = events[0].known_at // DAY * DAY + 46 * DAY + 11 * 3_600_000
    cut = next(i for i, event in enumerate(events) if isinstance(event, Settle) and event.ts >= stop) + 1
    pair = {instrument.inst_id: instrument}
    first, second = (SharpSignalEngine(pair, {instrument.inst_id: "5m"}, Params(), Rules(LEAST)) for _ in range(2))
    facts_from(first, events[:cut])
    second.restore(json.loads(json.dumps(first.snapshot())))
    assert facts_from(second, [event for event in events[:cut] if event.known_at > stop - 30 * DAY]) == []
    whole, again = (list(_judged(facts_from(engine, events[cut:]))) for engine in (first, second))
    assert whole == again
    assert sum(bias is not None and z is not None and z != 0.0 for *_, bias, z in whole) > 10


def _judged(facts: list[Fact]) -> Iterator[tuple[object, ...]]:
    """What was decided, and the daily bias and the robust z behind it."""
    for fact in facts:
        if isinstance(fact, Decided) and fact.judged is not None:
            z = fact.judged.candidate.row.fact("funding", "robust_z")
            yield fact.ts, fact.timeframe, fact.side, fact.verdict, fact.reasons, fact.plan, fact.features["bias_1d"], z


def test_a_snapshot_is_plain_json_and_round_trips(simulated: Path) -> None:
    feed = feed_over(simulated)
    engine = engine_of(feed)
    facts_from(engine, list(feed.iterate()))
    saved = json.loads(json.dumps(engine.snapshot(), allow_nan=False))
    other = engine_of(feed)
    other.restore(saved)
    assert other.stream.books.count() == engine.stream.books.count() > 0
    assert {**other.snapshot(), "now": saved["now"]} == saved


def test_a_setup_that_waits_keeps_what_the_policy_said_of_it(simulated: Path) -> None:
    """Mode and expected R were those of the policy at its close, whatever policy is in force at the restart."""
    feed = feed_over(simulated)
    engine = engine_of(feed)
    next(event for event in feed.iterate() if engine.process(event) and any(engine.stream.books.monitors.values()))
    saved = json.loads(json.dumps(engine.snapshot()))
    (item, *_) = saved["stream"]["monitors"]
    item["judged"] |= {"mode": "live", "gross_r": 1.25}
    other = engine_of(feed)
    other.restore(saved)
    candidate = other.stream.books.monitors[item["pair"]][0].candidate
    assert (candidate.mode, candidate.gross_r) == ("live", 1.25)
