"""Without an input exactly the layers that need it are unavailable: in decision, document and message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.announce import Announcer
from bot.claim import Claim
from bot.clock import TapeClock
from bot.feeds.okx import settled
from bot.feeds.simulated_market import START_MS, SimulatedMarket, fast_events, slow_events
from bot.messages.load import load_view
from bot.messages.reader import Reader
from bot.messages.signal import signal_message
from bot.metrics import Metrics
from bot.pipeline import Desk, Pipeline
from engine.decision.signal import LAYER_NAMES
from engine.decision.tick import Published
from engine.market.events import TIMEFRAMES, Candle, Event, Settle, merge_key
from storage import decisions
from storage.database import Database
from tests.whole.tape import PAIR, new_engine

SEED = 5
WARM = 21  # days: funding is read against sixty settlements
READER = Reader("en", ZoneInfo("UTC"))
WORDS = {"cvd": "CVD", "orderflow": "Order flow", "oi": "OI", "funding": "Funding"}


@pytest.mark.parametrize(
    "without, silent",
    [
        ((), set()),
        (("trades",), {"cvd"}),
        (("book",), set()),
        (("trades", "book"), {"cvd", "orderflow"}),
        (("open_interest",), {"oi"}),
        (("funding",), {"funding"}),
        (("trades", "book", "open_interest", "funding"), {"cvd", "orderflow", "oi", "funding"}),
    ],
)
async def test_only_the_layers_of_a_missing_input_are_unavailable(
    tmp_path: Path, without: tuple[str, ...], silent: set[str]
) -> None:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as db:
        number = await until_a_signal(db, frozenset(without))
        async with db.read() as conn:
            view = await load_view(conn, number)
            rows = await decisions.rows(conn)
        assert view is not None
        states = view.document["layers_state"]
        assert {layer for layer in LAYER_NAMES if states[layer] == "unavailable"} == silent
        for name in ("layers_match", "layers_score"):
            assert {layer for layer in LAYER_NAMES if view.document[name][layer] is None} == silent
        (row,) = [row for row in rows if row.verdict == "publish"]
        features = json.loads(row.features) if isinstance(row.features, str) else row.features
        assert {layer for layer in LAYER_NAMES if features[f"score_{layer}"] is None} == silent
        assert (view.document["coverage"] == 1.0) == (not silent) and features["coverage"] == view.document["coverage"]
        assert (view.document["order_flow_confirmed"] is None) == ("trades" in without)
        assert _unavailable(signal_message(view, READER).text) == {WORDS[layer] for layer in silent}


def _unavailable(text: str) -> set[str]:
    """The layers that the message names as such."""
    return {line.removeprefix("🚫 ").partition(": ")[0] for line in text.splitlines() if line.startswith("🚫")}


async def until_a_signal(
    db: Database, without: frozenset[str] = frozenset(), claims: Callable[[], Mapping[str, Claim]] = dict
) -> int:
    """Play a simulated market until its first signal is stored; its number."""
    pipeline, events = playing(db, without, claims)
    number = 0
    for event in events:
        for fact in (await pipeline.take(event)).facts:
            if isinstance(fact, Published):
                number = fact.signal.number
        if number and isinstance(event, Settle):
            return number
    raise AssertionError("no signal on this tape")


def playing(
    db: Database, without: frozenset[str] = frozenset(), claims: Callable[[], Mapping[str, Claim]] = dict
) -> tuple[Pipeline, Iterator[Event]]:
    """A pipeline that is warm, and what its market says from then on."""
    live_from = START_MS + WARM * TIMEFRAMES["1d"]
    engine = new_engine(judge_from=live_from)
    desk = Desk(ZoneInfo("UTC"), "UTC", True)
    announcer = Announcer([], TapeClock().now_ms)
    events = settled(_events(without))
    for event in events:
        if event.known_at >= live_from:
            events = chain([event], events)
            break
        engine.process(event)
    return Pipeline(engine, db, announcer, Metrics(), desk, lambda _: None, claims=claims), events


def _events(without: frozenset[str]) -> Iterator[Event]:
    """Days of one pair; trades and book from the end of the warm-up on."""
    for number, day in zip(range(WARM + 2), SimulatedMarket(SEED, [PAIR]).days(PAIR)):
        events = slow_events(PAIR, day) + (fast_events(PAIR, day) if number >= WARM - 1 else [])
        if "trades" in without:
            events = [replace(event, taker_buy=None) if isinstance(event, Candle) else event for event in events]
        yield from sorted((event for event in events if event.kind not in without), key=merge_key)
