"""An engine that goes on from a snapshot, told the trades of its bar once more, makes each fact once."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.decision.tick import Closed, Fact, Progress
from engine.market.events import Settle, Trades, merge_key
from engine.sharp_signal_engine import SharpSignalEngine
from tests.whole.tape import HOUR, PAIR, STEP, Scene, new_engine, play, scene

BOUNDARY = 1_795_248_000_000
LATENCY = 45_000


def _rows(found: Scene) -> list[tuple[int, float]]:
    """Into the zone after the latency, to TP1, to the middle, to TP2."""
    plan = found.signal.plan
    between = plan.near + 0.3 * (plan.tp1 - plan.near)
    prices = (found.price, plan.near - plan.side * 0.08, between, plan.tp1, between, plan.tp2)
    return [(plan.ts + LATENCY * row + 1000, price) for row, price in enumerate(prices)]


def _batch(rows: Sequence[tuple[int, float]]) -> Trades:
    ts, price = [row[0] for row in rows], [row[1] for row in rows]
    return Trades(PAIR, ts, price, [1.0] * len(rows), [1] * len(rows))


def _warm(engine: SharpSignalEngine, found: Scene, since: int = 0) -> list[Fact]:
    """What REST tells of the past."""
    past = [bar for bar in found.bars if since <= bar.ts and bar.known_at <= found.boundary]
    return list(play(engine, sorted([*past, *found.slow], key=merge_key)))


def _told(facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if isinstance(fact, Progress | Closed)]


def test_trades_told_again_after_a_restart_move_no_life_twice() -> None:
    """The kill comes after each trade in turn; then REST tells all of the bar's trades in one batch."""
    found = scene(BOUNDARY)
    rows = _rows(found)
    engine = new_engine(found.boundary - HOUR, found.boundary)
    _warm(engine, found)
    told: list[Fact] = []
    kills = []
    for row in rows:
        kills.append((json.loads(json.dumps(engine.snapshot())), list(told)))
        told += _told(engine.process(_batch([row])).facts)
    assert [type(fact).__name__ for fact in told] == ["Progress", "Progress", "Closed"]
    for snapshot, before in kills:
        again = new_engine(publish_from=found.boundary)
        again.restore(snapshot)
        assert again.snapshot() == snapshot
        assert _warm(again, found, found.boundary - 2 * HOUR) == []
        assert _told(before + list(again.process(_batch(rows)).facts)) == told


def test_a_warm_up_does_not_take_the_engine_back_in_time() -> None:
    """What is stored during a warm-up still says how far the store had come."""
    found = scene(BOUNDARY)
    engine = new_engine(found.boundary - HOUR, found.boundary)
    _warm(engine, found)
    again = new_engine(publish_from=found.boundary)
    again.restore(json.loads(json.dumps(engine.snapshot())))
    again.process(Settle(found.boundary - 100 * STEP))
    assert again.snapshot()["now"] == found.boundary
