"""The end of the followable track where it was told ahead of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.decision.tick import EXITED, OVER


class ProgressLike(Protocol):
    """A step of the followable track: `filled`, `tp1`, `exited` or why there was no fill, time in ms, price, R so far,
    and the exit reason of `exited` ("" else).
    """

    @property
    def state(self) -> str: ...
    @property
    def ts(self) -> int: ...
    @property
    def price(self) -> float: ...
    @property
    def r(self) -> float | None: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Over:
    """Result and exit reason as an outcome names them, R where a position was left, and when (ms)."""

    state: str
    kind: str
    why: str
    ts: int
    r: float | None


def over_of(progress: Sequence[ProgressLike]) -> Over | None:
    """How the followable track ended, while the theoretical one goes on; None while it has not."""
    row = next((row for row in progress if row.state in OVER), None)
    if row is None:
        return None
    if row.state == EXITED:
        won = any(step.state == "tp1" for step in progress)
        return Over(row.state, "win" if won else "lose", row.reason, row.ts, row.r)
    return Over(row.state, "no-fill" if row.state in ("touched", "reported") else "expire", row.state, row.ts, None)
