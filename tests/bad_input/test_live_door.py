"""What a feed may hand over by mistake: refused with a reason, and the engine is as it was before."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.decision.tick import Decided, PolicySet, Rejected
from engine.market.events import (
    Book,
    Candle,
    Delisted,
    Event,
    FeedLost,
    Funding,
    OpenInterest,
    PolicyTaken,
    Settle,
    Trades,
)
from engine.sharp_signal_engine import SharpSignalEngine
from tests.bad_input.room import PAIR, STEP, all_finite, engine, held, simulated_events

EVENTS = simulated_events(2)
NOT_PRICES = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 1e300, 1e-300, 5e-324])
NOT_SIZES = st.sampled_from([math.nan, math.inf, -math.inf, -1.0, -1e-9, 1e300, 1e-300, 5e-324])
NOT_RATES = st.sampled_from([math.nan, math.inf, -math.inf, 1.01, -7.0, 1e300])
E = TypeVar("E", Candle, Book)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def warm() -> SharpSignalEngine:
    one = engine()
    for event in EVENTS:
        one.process(event)
    return one


def next_candle(one: SharpSignalEngine) -> Candle:
    return Candle(PAIR, "5m", one.pairs[PAIR].newest, 100.0, 101.0, 99.0, 100.5, 50.0, 20.0)


def changed(event: E, fields: dict[str, Any]) -> E:
    """The same event with other values."""
    return dataclasses.replace(event, **fields)


def refused(one: SharpSignalEngine, event: Event, reason: str, count: int = 1) -> None:
    """The event is refused for this reason, and nothing else happened."""
    before = held(one)
    tick = one.process(event)
    assert tick.facts == (Rejected(event.kind, event.pair, reason, count),)
    assert held(one) == before


@QUICK
@given(field=st.sampled_from(["open", "high", "low", "close"]), value=NOT_PRICES)
def test_a_bar_with_a_price_that_is_none(warm: SharpSignalEngine, field: str, value: float) -> None:
    refused(warm, changed(next_candle(warm), {field: value}), "malformed")


@QUICK
@given(field=st.sampled_from(["volume", "taker_buy"]), value=NOT_SIZES)
def test_a_bar_with_a_volume_that_is_none(warm: SharpSignalEngine, field: str, value: float) -> None:
    refused(warm, changed(next_candle(warm), {field: value}), "malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"open": 102.0}, {"close": 98.0}, {"high": 99.5}, {"low": 100.7}, {"taker_buy": 50.1}, {"timeframe": "1h"},
        {"timeframe": "7m"}, {"ts": EVENTS[-1].known_at + 1},
    ],
)  # fmt: skip
def test_a_bar_that_cannot_be(warm: SharpSignalEngine, change: dict[str, Any]) -> None:
    refused(warm, changed(next_candle(warm), change), "malformed")


@pytest.mark.parametrize(("back", "reason"), [(1, "duplicate"), (2, "out_of_order"), (400, "out_of_order")])
def test_a_bar_that_was(warm: SharpSignalEngine, back: int, reason: str) -> None:
    candle = next_candle(warm)
    refused(warm, dataclasses.replace(candle, ts=candle.ts - back * STEP), reason)


@QUICK
@given(field=st.sampled_from(["bid", "ask", "bid_size", "ask_size"]), data=st.data())
def test_a_quote_that_cannot_be(warm: SharpSignalEngine, field: str, data: st.DataObject) -> None:
    quote = Book(PAIR, warm.now + 1, 100.0, 100.1, 5.0, 6.0)
    value = data.draw(NOT_SIZES if field.endswith("size") else NOT_PRICES)
    refused(warm, changed(quote, {field: value}), "malformed")


def test_a_crossed_and_an_old_quote(warm: SharpSignalEngine) -> None:
    refused(warm, Book(PAIR, warm.now + 1, 100.2, 100.1, 5.0, 6.0), "malformed")
    refused(warm, Book(PAIR, warm.pairs[PAIR].flow.book_ts - 1, 100.0, 100.1, 5.0, 6.0), "out_of_order")


@QUICK
@given(value=NOT_SIZES)
def test_open_interest_that_cannot_be(warm: SharpSignalEngine, value: float) -> None:
    refused(warm, OpenInterest(PAIR, warm.now + 1, value), "malformed")
    refused(warm, OpenInterest(PAIR, warm.pairs[PAIR].flow.oi_ts - 1, 5.0), "out_of_order")


@QUICK
@given(value=NOT_RATES)
def test_funding_that_cannot_be(warm: SharpSignalEngine, value: float) -> None:
    settled = warm.pairs[PAIR].flow.funding_ts
    refused(warm, Funding(PAIR, warm.now + 1, value), "malformed")
    refused(warm, Funding(PAIR, settled, 0.0001), "duplicate")
    refused(warm, Funding(PAIR, settled - 1, 0.0001), "out_of_order")


@QUICK
@given(rows=st.lists(st.tuples(st.sampled_from(["price", "size", "side"]), st.integers(0, 20)), min_size=1, max_size=8))
def test_trades_none_of_which_can_be(warm: SharpSignalEngine, rows: list[tuple[str, int]]) -> None:
    wrong: dict[str, list[float]] = {"price": [math.nan, -1.0, 1e300], "size": [0.0, math.inf, -2.0], "side": [0, 2]}
    columns: dict[str, list[Any]] = {
        name: [{"price": 100.0, "size": 1.0, "side": 1}[name]] * len(rows) for name in wrong
    }
    for row, (name, pick) in enumerate(rows):
        columns[name][row] = wrong[name][pick % len(wrong[name])]
    batch = Trades(PAIR, [warm.now + 1] * len(rows), columns["price"], columns["size"], columns["side"])
    refused(warm, batch, "malformed", len(rows))


def test_batches_of_trades_that_are_none(warm: SharpSignalEngine) -> None:
    refused(warm, Trades(PAIR, [], [], [], []), "malformed")
    refused(warm, Trades(PAIR, [warm.now + 1], [100.0, 101.0], [1.0], [1]), "malformed")
    refused(warm, Trades(PAIR, [warm.now - STEP] * 3, [100.0] * 3, [1.0] * 3, [1] * 3), "late", 3)


def test_of_a_batch_the_broken_trades_are_refused_and_the_others_count() -> None:
    one, other = engine(), engine()
    for event in EVENTS[:400]:
        one.process(event)
        other.process(event)
    ts = one.pairs[PAIR].newest + 1
    tick = one.process(Trades(PAIR, [ts] * 3, [100.0, math.nan, 100.1], [1.0, 1.0, 2.0], [1, 1, -1]))
    other.process(Trades(PAIR, [ts] * 2, [100.0, 100.1], [1.0, 2.0], [1, -1]))
    assert tick.facts[-1] == Rejected("trades", PAIR, "malformed", 1)
    assert held(one)["pairs"] == held(other)["pairs"]


def test_a_pair_and_a_stream_that_nobody_knows(warm: SharpSignalEngine) -> None:
    refused(warm, dataclasses.replace(next_candle(warm), pair="NONE-USDT-SWAP"), "unknown_pair")
    refused(warm, Delisted(warm.now, "NONE-USDT-SWAP"), "unknown_pair")
    refused(warm, FeedLost(warm.now, PAIR, "weather"), "malformed")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["kind", "schema", "version", "inputs", "books", "n_eff", "cut"])


@QUICK
@given(document=st.dictionaries(KEYS, JSON))
def test_a_policy_that_is_none_is_refused_and_the_one_in_force_stays(
    warm: SharpSignalEngine, document: dict[str, Any]
) -> None:
    before = warm.stream.policy
    (fact,) = warm.process(PolicyTaken(warm.now, document)).facts
    assert isinstance(fact, PolicySet) and fact.reason is not None
    assert warm.stream.policy is before


PLAUSIBLE = st.sampled_from([1e-12, 1e-9, 0.03, 1.0, 99.99, 100.0, 1e5, 1e12])
SIZES = st.sampled_from([0.0, 1e-29, 1e-3, 1.0, 1e6, 1e18])


@st.composite
def wild_bars(draw: st.DrawFn) -> list[tuple[list[float], float, float, float, int]]:
    """Bars from one end of the plausible to the other: prices, volume, share of buys, open interest, bars left out."""
    bars = []
    for _ in range(draw(st.integers(12, 36))):
        prices = sorted(draw(PLAUSIBLE) for _ in range(4))
        bars.append((prices, draw(SIZES), draw(st.sampled_from([0.0, 0.5, 1.0])), draw(SIZES), draw(st.integers(0, 3))))
    return bars


@settings(max_examples=15, deadline=None)
@given(bars=wild_bars())
def test_no_number_leaves_the_floats_however_wild_the_market(
    bars: list[tuple[list[float], float, float, float, int]],
) -> None:
    one = engine()
    for event in EVENTS[: len(EVENTS) // 2]:
        one.process(event)
    ts = one.pairs[PAIR].newest
    for prices, volume, share, interest, left_out in bars:
        low, opened, close, high = prices
        ts += left_out * STEP
        events: list[Event] = [
            OpenInterest(PAIR, ts, interest),
            Book(PAIR, ts + 1, low, high, volume, interest),
            Trades(PAIR, [ts + 2, ts + 3], [low, high], [1e-29, max(volume, 1e-29)], [1, -1]),
            Candle(PAIR, "5m", ts, opened, high, low, close, volume, volume * share),
            Settle(ts + STEP),
        ]
        for fact in (fact for event in events for fact in one.process(event).facts):
            assert not isinstance(fact, Rejected), fact
            if isinstance(fact, Decided):
                assert all(value is None or math.isfinite(value) for value in fact.features.values())
        ts += STEP
    assert all_finite(one)
