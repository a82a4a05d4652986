"""What people see of the running engine, on a simulated market that is driven event by event."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.api.shapes import AnyReading
from bot.commands.live import Now, Price
from bot.engine_view import status_of
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.layer_view import LAYERS, PRICES, SIZES, LayerView
from engine.decision.tick import Decided
from engine.market.events import Book, Candle, Settle
from engine.records import to_array
from engine.sharp_signal_engine import SharpSignalEngine
from tests.conftest import ROOT
from tests.engine.runs import engine_of, feed_over

PAIR = "SOL-USDT-SWAP"
ALL = TypeAdapter[Any](AnyReading)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("view")
    tape(folder, SimulatedMarket(11, (PAIR, "XRP-USDT-SWAP"), 2.0), 9, without=frozenset({"trades"}))
    return folder


def test_monitors_and_agreement_are_shown_as_they_stand(market: Path) -> None:
    feed = feed_over(market)
    engine = engine_of(feed)
    before = status_of(engine, 5, 10, [(PAIR, "book")])
    assert before.waiting == () and before.feeds[0].now is not None and before.feeds[0].now.missing == 210
    assert before.prices == {} and set(before.instruments) == {PAIR, "XRP-USDT-SWAP"}
    assert before.feeds[0].lost == ("book",) and before.feeds[0].last_ms is None
    waited = judged = 0
    newest: dict[str, float] = {}
    for event in feed.iterate():
        tick = engine.process(event)
        newest[event.pair] = event.close if isinstance(event, Candle) else newest.get(event.pair, 0.0)
        if not isinstance(event, Settle):
            continue
        shown = status_of(engine, 5, event.ts, [])
        for pair, price in shown.prices.items():
            assert price == Price(event.ts, f"{newest[pair]:.{shown.instruments[pair].decimals}f}")
        open_now = {(pair, m.candidate.side) for pair, ms in engine.stream.books.monitors.items() for m in ms}
        assert {(one.pair, one.side) for one in shown.waiting} == open_now
        waited += bool(open_now)
        agreement = {one.pair: one.now for one in shown.feeds}
        for fact in tick.facts:
            if (
                isinstance(fact, Decided)
                and fact.timeframe == "15m"
                and fact.plan is not None
                and fact.plan.ts == fact.ts
            ):
                now = agreement[fact.pair]
                assert now is not None and now.missing == 0 and now.ts == fact.ts
                assert (now.long if fact.side > 0 else now.short) == pytest.approx(fact.features["confluence"])
                judged += 1
    assert waited and judged > 20
    readings_are_those_of_the_engine(engine, agreement[PAIR])
    bid, ask = newest[PAIR] * 0.98, newest[PAIR] * 1.02
    engine.process(Book(PAIR, engine.now + 500, bid, ask, 1.0, 1.0))
    shown = status_of(engine, 5, engine.now, [])
    assert shown.prices[PAIR].ts == engine.now and float(shown.prices[PAIR].price) == pytest.approx(newest[PAIR], 1e-3)


def readings_are_those_of_the_engine(engine: SharpSignalEngine, now: Now | None) -> None:
    """Every layer of both timeframes in its public shape; looking leaves the engine as it was."""
    before = to_array(engine.pairs[PAIR]).tobytes()
    view = LayerView(lambda: engine, 0.55)
    for timeframe in ("15m", "1h"):
        for layer in (*LAYERS, "regime", "profile", "confluence"):
            found = view.read(PAIR, layer, "15m" if timeframe == "15m" else "1h")
            assert found is not None and (found["layer"], found["pair"]) == (layer, PAIR)
            ALL.validate_python(found)
            assert found is not None and (found["evidence"] or found.get("score") is None)
    cvd, profile, both = (view.read(PAIR, layer, "15m") for layer in ("cvd", "profile", "confluence"))
    assert cvd and profile and both and now
    assert cvd["score"] == engine.pairs[PAIR].fast.readings.cvd.score
    value = [float(profile["evidence"][name]) for name in ("val", "poc", "vah")]
    assert value == sorted(value) and value[0] < value[2]
    assert (both["long"], both["short"], both["least"]) == (now.long, now.short, 0.55)
    assert to_array(engine.pairs[PAIR]).tobytes() == before
    with pytest.raises(KeyError):
        view.read("XYZ-USDT-SWAP", "cvd", "15m")
    assert LayerView(lambda: None, 0.55).read(PAIR, "cvd", "15m") is None


def test_facts_with_a_unit_of_the_market_are_text() -> None:
    page = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `\w+` \| `(\w+)` \| ([\w ]+) \|", page, re.MULTILINE)
    assert {fact for fact, unit in listed if unit in ("price", "price difference")} == PRICES
    assert {fact for fact, unit in listed if unit == "base"} == SIZES
