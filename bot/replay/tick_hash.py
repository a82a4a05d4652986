"""One hash over every tick of a run, in processing order: two runs are equal or they are not.

A tick is 32 bytes (seq, ts, kind, pair, facts), then 112 bytes for each of its facts: kind, id, a whole number and
eight doubles (NaN where there is none), and for a decision its feature vector as doubles. Little-endian throughout.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from engine.decision.signal import Outcome
from engine.decision.tick import (
    Closed,
    Decided,
    Fact,
    Halted,
    Lifted,
    PolicySet,
    Progress,
    Published,
    Rejected,
    ShadowClosed,
    Tick,
)

TICK = struct.Struct("<qqIIq")
TICK_ROW = np.dtype([("seq", "<i8"), ("ts", "<i8"), ("kind", "<u4"), ("pair", "<u4"), ("facts", "<i8")])
FACT = struct.Struct("<I36sq8d")
DOUBLES = 8
NAN = float("nan")
BUFFER = 1 << 16
Row = tuple[str, int, Sequence[float | None]]


@cache
def code(word: str) -> int:
    """A word as a number of 32 bits, the same everywhere."""
    return crc32(word.encode())


class TickHash:
    """The running hash; `pairs` in byte order give each pair its number (from 1; 0 is none)."""

    def __init__(self, pairs: Sequence[str]) -> None:
        self._hash = hashlib.sha256()
        self._buffer = bytearray()
        self._pairs = {"": 0, **{pair: number for number, pair in enumerate(sorted(pairs), 1)}}

    def add(self, tick: Tick) -> None:
        """Take in one tick."""
        kind = code(tick.kind)
        self._buffer += TICK.pack(tick.seq, tick.ts, kind, self._pairs.get(tick.pair, 0), len(tick.facts))
        for fact in tick.facts:
            self._buffer += _fact_bytes(fact)
        if len(self._buffer) >= BUFFER:
            self._flush()

    def add_quiet(
        self, seq: npt.NDArray[np.int64], ts: npt.NDArray[np.int64], kind: str, pairs: npt.NDArray[np.int64]
    ) -> None:
        """Take in many ticks of one kind without facts at once; `pairs` are the pairs' numbers. Same bytes as `add`."""
        rows = np.zeros(len(seq), dtype=TICK_ROW)
        rows["seq"], rows["ts"], rows["kind"], rows["pair"] = seq, ts, code(kind), pairs
        self._flush()
        self._hash.update(rows.tobytes())

    def hexdigest(self) -> str:
        """The hash of everything so far."""
        self._flush()
        return self._hash.hexdigest()

    def _flush(self) -> None:
        self._hash.update(self._buffer)
        self._buffer.clear()


def _fact_bytes(fact: Fact) -> bytes:
    ident, whole, numbers = _ROWS[type(fact)](fact)
    doubles = [NAN if number is None else number for number in numbers]
    doubles += [NAN] * (DOUBLES - len(doubles))
    row = FACT.pack(code(type(fact).__name__), ident.encode(), whole, *doubles)
    if isinstance(fact, Decided):
        values = [NAN if value is None else value for value in fact.features.values()]
        row += struct.pack(f"<q{len(values)}d", len(values), *values)
    return row


def _decided(fact: Decided) -> Row:
    verdict = [code(fact.verdict), code(" ".join(fact.reasons)), fact.side]
    plan = fact.plan
    levels = [] if plan is None else [plan.entry_low, plan.entry_high, plan.sl, plan.tp1, plan.tp2]
    return fact.decision_id, fact.ts, [*verdict, *levels]


def _published(fact: Published) -> Row:
    signal, plan = fact.signal, fact.signal.plan
    levels = [plan.entry_low, plan.entry_high, plan.sl, plan.tp1, plan.tp2]
    return signal.signal_id, signal.number, [*levels, signal.confluence_score, signal.p_win, signal.threshold]


def _outcome(ident: str, outcome: Outcome) -> Row:
    theory, follow = outcome.theoretical, outcome.followable
    ends = code(f"{theory.result}/{theory.exit_reason}/{follow.result}/{follow.exit_reason}")
    prices = [theory.fill_price, theory.rr, follow.fill_price, follow.rr, outcome.mfe, outcome.mae]
    return ident, outcome.closed_at, [ends, *prices]


def _progress(fact: Progress) -> Row:
    return fact.signal_id, fact.ts, [code(fact.state), fact.price, fact.r]


def _halted(fact: Halted) -> Row:
    return fact.kind, fact.ts, [fact.until, code(fact.reason)]


def _rejected(fact: Rejected) -> Row:
    return f"{fact.kind}/{fact.reason}", fact.count, []


def _policy(fact: PolicySet) -> Row:
    return fact.version, fact.ts, [None if fact.reason is None else code(fact.reason)]


def _closed(fact: Closed) -> Row:
    return _outcome(fact.outcome.signal_id, fact.outcome)


def _shadow(fact: ShadowClosed) -> Row:
    return _outcome(fact.decision_id, fact.outcome)


def _lifted(fact: Lifted) -> Row:
    return fact.kind, fact.ts, []


_ROWS: dict[type, Callable[[Any], Row]] = {
    Decided: _decided,
    Published: _published,
    Progress: _progress,
    Closed: _closed,
    ShadowClosed: _shadow,
    Halted: _halted,
    Lifted: _lifted,
    Rejected: _rejected,
    PolicySet: _policy,
}
