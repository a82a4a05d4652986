"""What layers claim: scores and facts are sound numbers, and anchors stay what they were said to be.

An anchor is a claim about the past: "this area was known at `known_at`". So it may not be stamped later than now, nor
earlier than the reading that first vouched for it (a layer names the kinds that it hides for a while in HIDES), must
keep its prices under that stamp, and lies where the market has traded (extensions apart: they are targets).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from engine.audit import faults
from engine.audit.faults import SORTS, Fault, Log
from engine.audit.layout import ANCHOR_WIDTH, ANCHORS_AT, COLUMNS, ENDS_AT, HIGHEST_AT, LOWEST_AT, MINUTES, TS
from engine.layers import LAYERS, NAMES
from engine.layers.base import EXTENSION, KINDS
from engine.readings import LAYER_AT, LAYER_WIDTH
from engine.records import record, step

CHECKS = (
    "not a sound number",
    "anchor known in the future",
    "anchor never traded",
    "anchor moved",
    "anchor stamped before it was known",
)
UNSOUND, FUTURE, UNTRADED, MOVED, BACKDATED = range(5)
COUNT = len(LAYERS)
BUCKETS, DEEP = 2048, 8
READ = 1024  # instants remembered a timeframe
Slots = Annotated[list[float], BUCKETS * DEEP]
Instants = Annotated[list[int], READ]


@record
class Read:
    """The newest reading instants of a timeframe, at (ts // length) % READ, and which layers spoke (bit j: layer j)."""

    ts: Instants
    spoke: Instants


@record
class Claims:
    """Anchors seen so far (those unseen for long give way), when each timeframe was read, and what was wrong."""

    owner: Slots  # layer, timeframe, kind and side in one number
    known: Slots
    low: Slots
    high: Slots
    first: Slots  # first and newest reading (ms) that vouched for it; 0: empty
    newest: Slots
    fast: Read  # 15m
    slow: Read  # 1h
    log: Log


@step
def check(c: Claims, row: list[float]) -> None:
    """All claims of one row (engine/audit/layout.py)."""
    ts = int(row[TS])
    minutes = int(row[MINUTES])
    read = c.fast if minutes == 15 else c.slow
    slot = (ts // (minutes * 60000)) % READ
    read.ts[slot] = ts
    read.spoke[slot] = 0
    first = 0
    for layer in range(COUNT):
        check_numbers(c.log, row, layer, ts, minutes)
        if row[LAYER_AT + layer * LAYER_WIDTH + 1] != 0.0:
            read.spoke[slot] |= 1 << layer
        last = int(row[ENDS_AT + layer])
        for j in range(first, last):
            check_anchor(c, read, row, ANCHORS_AT + ANCHOR_WIDTH * j, layer, ts, minutes)
        first = last


@step
def check_numbers(log: Log, row: list[float], layer: int, ts: int, minutes: int) -> None:
    """Score in [-1, 1] and 0 without a vote, a known state, finite facts."""
    at = LAYER_AT + layer * LAYER_WIDTH
    state = row[at + 1]
    cell = SORTS * layer + 16 * UNSOUND
    if not (-1.0 <= row[at] <= 1.0) or (row[at] != 0.0 and state != 1.0 and state != 3.0):
        faults.note(log, cell, ts, minutes, at, 0.0, row[at])
    if state != 0.0 and state != 1.0 and state != 2.0 and state != 3.0:
        faults.note(log, cell, ts, minutes, at + 1, 0.0, state)
    for j in range(at + 2, at + LAYER_WIDTH):
        if not (abs(row[j]) < 1.0e300):
            faults.note(log, cell, ts, minutes, j, 0.0, row[j])


@step
def check_anchor(c: Claims, read: Read, row: list[float], at: int, layer: int, ts: int, minutes: int) -> None:
    """One anchor: its own numbers, then what it was before."""
    kind = int(row[at])
    known = row[at + 3]
    low = row[at + 4]
    high = row[at + 5]
    cell = SORTS * layer + kind
    if not (0.0 < low <= high < 1.0e300):
        faults.note(c.log, cell + 16 * UNSOUND, ts, minutes, kind, low, high)
        return
    if not (0.0 < known <= ts):
        faults.note(c.log, cell + 16 * FUTURE, ts, minutes, kind, ts, known)
        return
    if kind != EXTENSION and (low < row[LOWEST_AT] or high > row[HIGHEST_AT]):
        bound = row[LOWEST_AT] if low < row[LOWEST_AT] else row[HIGHEST_AT]
        faults.note(c.log, cell + 16 * UNTRADED, ts, minutes, kind, bound, low if low < bound else high)
    owner = ((layer * 2048.0 + row[at + 1]) * 16.0 + kind) * 4.0 + row[at + 2] + 1.0
    compare(c, read, owner, layer, kind, known, low, high, ts, minutes)


@step
def compare(
    c: Claims,
    read: Read,
    owner: float,
    layer: int,
    kind: int,
    known: float,
    low: float,
    high: float,
    ts: int,
    minutes: int,
) -> None:
    """Is it one that was vouched for before, the same stamp with other prices, or a new one with an old stamp?"""
    bucket = int(owner * 7.0 + known / 60000.0) % BUCKETS * DEEP
    place = bucket
    moved = -1
    for j in range(bucket, bucket + DEEP):
        if c.owner[j] == owner and c.known[j] == known and c.first[j] > 0.0:
            if c.low[j] == low and c.high[j] == high:
                c.newest[j] = ts
                return
            if c.first[j] < ts:
                moved = j
        if c.newest[j] < c.newest[place]:
            place = j
    cell = SORTS * layer + kind
    if moved >= 0:
        same_low = c.low[moved] == low
        before = c.high[moved] if same_low else c.low[moved]
        faults.note(c.log, cell + 16 * MOVED, ts, minutes, kind, before, high if same_low else low)
    elif known < ts and was_read(read, layer, int(known), minutes) == 1:
        faults.note(c.log, cell + 16 * BACKDATED, ts, minutes, kind, known, ts)
    c.owner[place] = owner
    c.known[place] = known
    c.low[place] = low
    c.high[place] = high
    c.first[place] = ts
    c.newest[place] = ts


@step
def was_read(read: Read, layer: int, ts: int, minutes: int) -> int:
    """1 where the timeframe was read at `ts` and the layer spoke."""
    slot = (ts // (minutes * 60000)) % READ
    if read.ts[slot] != ts:
        return 0
    return (read.spoke[slot] >> layer) & 1


def told(log: Any, pair: str) -> Iterator[Fault]:
    """The faults in a Log that `check` wrote, a layer and sort at a time."""
    for j, layer in enumerate(LAYERS):
        for which, name in enumerate(CHECKS):
            for kind in range(len(KINDS)):
                cell = SORTS * j + 16 * which + kind
                if int(log.count[cell]) == 0 or (which == BACKDATED and KINDS[kind] in getattr(layer, "HIDES", ())):
                    continue
                ts, minutes, value, before, after = (float(v) for v in log.line[cell])
                what = COLUMNS[int(value)] if which == UNSOUND and int(value) >= LAYER_AT else KINDS[kind]
                yield Fault(name, pair, NAMES[j], int(ts), int(minutes), what, before, after, int(log.count[cell]))
