"""What only the shell knows about its lines to people and its log; the composition root fills it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineState:
    """One way to people: whether it is connected and why not; messages sent and 429s since the start."""

    name: str
    connected: bool
    problem: str = ""
    sent: int = 0
    floods: int = 0


def _no_lines() -> Sequence[LineState]:
    return ()


def _no_log() -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Ops:
    """`lines()`: every open line now. `log()`: the newest lines of the log, oldest first, without secrets."""

    lines: Callable[[], Sequence[LineState]] = _no_lines
    log: Callable[[], Sequence[str]] = _no_log
