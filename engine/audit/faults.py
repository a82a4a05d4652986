"""What a check found: the first case of each sort is kept whole, the rest is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from engine.layers import LAYERS
from engine.records import record, step

SORTS = 80  # a layer's: 5 checks by 16 kinds of anchor
CELLS = SORTS * max(1, len(LAYERS))


@record
class Log:
    """Cases a cell (the caller says which cell a sort of fault has), and the first of them: the arguments of `note`."""

    count: Annotated[list[int], CELLS]
    line: Annotated[list[list[float]], (CELLS, 5)]


@step
def note(log: Log, cell: int, ts: int, minutes: int, value: int, before: float, after: float) -> None:
    """One more case at the reading of `ts` (ms, a close) on the timeframe; `value` says what differs."""
    if log.count[cell] == 0:
        line = log.line[cell]
        line[0] = ts
        line[1] = minutes
        line[2] = value
        line[3] = before
        line[4] = after
    log.count[cell] += 1


@dataclass(frozen=True, slots=True)
class Fault:
    """A sort of fault: how often, and its first case. Times are ms UTC; a price, a fact or a count before and after."""

    check: str
    pair: str
    part: str  # a layer, or what else was read
    ts: int  # close of the bar at whose reading it showed
    minutes: int  # the timeframe
    what: str  # the fact or the anchor in question
    before: float | None
    after: float | None
    count: int = 1
