"""An engine that has read two days of a simulated pair with every stream, and what it holds, whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from bot.feeds.simulated_market import SimulatedMarket, fast_events, slow_events
from engine.decision.stream import Rules
from engine.market.events import Candle, Event, Settle, merge_key
from engine.params import Params
from engine.records import to_array
from engine.sharp_signal_engine import SharpSignalEngine

PAIR = "SOL-USDT-SWAP"
STEP = 300_000


def simulated_events(days: int) -> list[Event]:
    """The merged events of a pair, a Settle after each bar."""
    market = SimulatedMarket(11, (PAIR,))
    events: list[Event] = []
    for day in islice(market.days(PAIR), days):
        told = slow_events(PAIR, day) + fast_events(PAIR, day)
        events += told + [Settle(event.known_at) for event in told if isinstance(event, Candle)]
    return sorted(events, key=merge_key)


def engine() -> SharpSignalEngine:
    """A fresh one for the pair."""
    return engine_for(PAIR)


def engine_for(*pairs: str) -> SharpSignalEngine:
    """A fresh one for other pairs."""
    instruments = {one.inst_id: one for one in SimulatedMarket(11, pairs).instruments()}
    return SharpSignalEngine(instruments, dict.fromkeys(pairs, "5m"), Params(), Rules(Params().confluence_active))


def held(one: SharpSignalEngine) -> dict[str, Any]:
    """Everything the engine holds but the count of its ticks."""
    state = one.snapshot()
    del state["seq"]
    return {
        "now": one.now,
        "state": json.dumps(state, sort_keys=True, default=str),
        "lost": sorted(one.stream.lost),
        "pairs": {name: to_array(pair).tobytes() for name, pair in one.pairs.items()},
    }


def numbers(array: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """Every field of a packed record that holds floats."""
    if array.dtype.names:
        for name in array.dtype.names:
            yield from numbers(array[name])
    elif array.dtype.kind == "f":
        yield array


def all_finite(one: SharpSignalEngine) -> bool:
    """Whether no number of any pair has left the floats."""
    return all(np.isfinite(part).all() for pair in one.pairs.values() for part in numbers(to_array(pair)))
