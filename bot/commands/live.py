"""What only the running process knows; the composition root fills it for /status, /why and /watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decision.heat import Cluster
from engine.market.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Now:
    """What the layers say at the newest 15m close `ts` (ms): their agreement with either side, in [0, 1].

    `missing` closed 15m bars are wanting before a setup is judged at all. `layers` by name: its score in [-1, 1] (above
    0: for a long; None without a vote) and its state.
    """

    ts: int
    missing: int
    long: float
    short: float
    layers: Mapping[str, tuple[float | None, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedState:
    """One pair's data: when the newest event was known (ms, None for none yet) and which streams are lost."""

    pair: str
    last_ms: int | None
    lost: tuple[str, ...] = ()
    now: Now | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A setup that waits for its 5m triggers until `until` (ms); `missing` parts, prices as text."""

    pair: str
    side: int
    timeframe: str
    until: int
    missing: tuple[str, ...]
    entry_low: str
    entry_high: str
    sl: str


@dataclass(frozen=True, slots=True)
class Price:
    """The newest price of a pair as text with the tick's decimals: the middle of the book, or the close of a base bar
    where that is newer. `ts` (ms): when it was seen."""

    ts: int
    price: str


@dataclass(frozen=True, slots=True)
class Halt:
    """What holds back: breaker, best, daily or pause; `until` None means until a person lifts it."""

    kind: str
    until: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """What only the running process knows; the rest of /status is read from the store. Times in ms UTC.

    `least`: the agreement from which a setup is judged. `prices` and `instruments` by pair; a pair that was not heard
    of yet has no price. `fills`: what a second look at the fill of each open signal would say now, by number, one of
    DOUBTS (engine/decision/doubt.py). `heat`: what is open and can still lose, in clusters of pairs that count as one.
    """

    started_ms: int
    feeds: tuple[FeedState, ...] = ()
    halts: tuple[Halt, ...] = ()
    policy_version: str | None = None
    waiting: tuple[Waiting, ...] = ()
    least: float = 0.0
    prices: Mapping[str, Price] = field(default_factory=dict)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    fills: Mapping[int, str] = field(default_factory=dict)
    heat: tuple[Cluster, ...] = ()
