"""What only the running process knows; the composition root fills it for /status, /why and /watch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Now:
    """What the layers say at the newest 15m close `ts` (ms): their agreement with either side, in [0, 1].

    `missing` closed 15m bars are wanting before a setup is judged at all.
    """

    ts: int
    missing: int
    long: float
    short: float


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
class Halt:
    """What holds back: breaker, best, daily or pause; `until` None means until a person lifts it."""

    kind: str
    until: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """What only the running process knows; the rest of /status is read from the store. Times in ms UTC.

    `least`: the agreement from which a setup is judged.
    """

    started_ms: int
    feeds: tuple[FeedState, ...] = ()
    halts: tuple[Halt, ...] = ()
    policy_version: str | None = None
    waiting: tuple[Waiting, ...] = ()
    least: float = 0.0
