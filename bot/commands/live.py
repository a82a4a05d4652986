"""What only the running process knows; the composition root fills it for /status."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedState:
    """One pair's data: when the newest event was known (ms, None for none yet) and which streams are lost."""

    pair: str
    last_ms: int | None
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Halt:
    """What holds back: breaker, best, daily or pause; `until` None means until a person lifts it."""

    kind: str
    until: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """What only the running process knows; the rest of /status is read from the store. Times in ms UTC."""

    started_ms: int
    feeds: tuple[FeedState, ...] = ()
    halts: tuple[Halt, ...] = ()
    policy_version: str | None = None
