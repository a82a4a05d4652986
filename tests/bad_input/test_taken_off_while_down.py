"""A pair is not followed any more after a restart: its open signals are kept aside for a day, never for ever."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.decision.tick import Closed, Fact, Rejected
from engine.market.events import Delisted, Event, Settle
from engine.sharp_signal_engine import SharpSignalEngine
from tests.bad_input.room import PAIR, engine, engine_for, simulated_events
from tests.bad_input.test_delisting import until

DAYS = 16
OTHER, THIRD = "ETH-USDT-SWAP", "BTC-USDT-SWAP"
DAY = 86_400_000


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return simulated_events(DAYS)


@pytest.fixture(scope="module")
def open_one(events: list[Event]) -> tuple[dict[str, Any], int]:
    """What is stored of an engine with an open signal, and how many events it has read."""
    one, read = until("publish", events)
    return json.loads(json.dumps(one.snapshot())), read


def restored(state: dict[str, Any], *pairs: str) -> SharpSignalEngine:
    one = engine_for(*pairs)
    one.restore(json.loads(json.dumps(state)))
    return one


def ends(facts: tuple[Fact, ...]) -> list[tuple[str, str, int]]:
    found = [fact.outcome for fact in facts if isinstance(fact, Closed)]
    return [(one.followable.result, one.followable.exit_reason, one.closed_at) for one in found]


def test_a_delisting_ends_what_was_kept_aside(open_one: tuple[dict[str, Any], int]) -> None:
    state, _ = open_one
    one = restored(state, OTHER)
    assert one.process(Delisted(one.now + 5, THIRD)).facts == (Rejected("delisted", THIRD, "unknown_pair", 1),)
    facts = one.process(Delisted(one.now + 5, PAIR)).facts
    assert ends(facts) == [("void", "delisted", state["now"] + 5)]
    (closed,) = (fact for fact in facts if isinstance(fact, Closed))
    assert closed.decimals == engine().stream.instruments[PAIR].decimals
    assert one.snapshot()["stream"]["followed"] == []
    assert one.process(Delisted(one.now + 5, PAIR)).facts == (Rejected("delisted", PAIR, "unknown_pair", 1),)


def test_a_day_after_its_last_bar_it_is_void(open_one: tuple[dict[str, Any], int]) -> None:
    """Over another restart in between, too; until then it counts for nothing and is held against nobody."""
    state, _ = open_one
    one = restored(state, OTHER)
    assert not one.stream.books.any_open() and not one.stream.books.risky
    last = max(item["life"]["last"] for item in state["stream"]["followed"])
    assert one.process(Settle(last + DAY - 1)).facts == ()
    assert one.snapshot()["stream"]["followed"] == state["stream"]["followed"]
    again = restored(one.snapshot(), OTHER)
    assert ends(again.process(Settle(last + DAY)).facts) == [("void", "data_gap", last + DAY)]
    assert again.snapshot()["stream"]["followed"] == []


def test_a_pair_that_returns_goes_on_as_if_it_had_not_been_away(
    open_one: tuple[dict[str, Any], int], events: list[Event]
) -> None:
    state, read = open_one
    away = restored(state, OTHER).snapshot()
    back, never = restored(away, PAIR, OTHER), restored(state, PAIR, OTHER)
    told = [[fact for event in events[read:] for fact in one.process(event).facts] for one in (back, never)]
    assert told[0] == told[1]
    assert ends(tuple(told[0]))
