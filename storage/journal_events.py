"""Events as payloads of the journal, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine.market.events import (
    Adviser,
    Book,
    Candle,
    Delisted,
    Event,
    FeedLost,
    FillReported,
    Funding,
    Heartbeat,
    OpenInterest,
    Opinion,
    Pause,
    PolicyTaken,
    Resume,
    Settle,
    Trades,
)

_TYPES: tuple[type[Event], ...] = (
    Candle, Trades, Book, OpenInterest, Funding, Pause, Resume, PolicyTaken, Adviser, Opinion, FillReported,
    FeedLost, Delisted, Heartbeat, Settle,
)  # fmt: skip
_BY_KIND: Mapping[str, type[Event]] = {kind.kind: kind for kind in _TYPES}
_FIELDS = {kind.kind: tuple(field.name for field in dataclasses.fields(kind)) for kind in _TYPES}


def payload_of(event: Event) -> dict[str, Any]:
    """The fields of an event by name; numbers come back bit for bit.

    >>> payload_of(Funding("X-USDT-SWAP", 5, 0.0001))
    {'pair': 'X-USDT-SWAP', 'ts': 5, 'rate': 0.0001}
    """
    return {name: getattr(event, name) for name in _FIELDS[event.kind]}


def event_of(kind: str, payload: Mapping[str, Any]) -> Event | None:
    """The event that `payload_of` described; None for a kind that is no event. Raises ValueError.

    >>> event_of("settle", {"ts": 5})
    Settle(ts=5)
    """
    made = _BY_KIND.get(kind)
    if made is None:
        return None
    if payload.keys() != set(_FIELDS[kind]):
        raise ValueError(f"a {kind} has the fields {', '.join(_FIELDS[kind])}")
    return made(**payload)
