"""One hash over everything that a run concluded: two runs are equal or they are not.

Each kind of fact has a chain of its own, in the order of the stream: verdicts and ends of shadows as the rows of
bot/replay/fact_rows.py, others as 108 bytes: id, a whole number, eight doubles (NaN where there is none). At the end
the chains are hashed together, each with its name and its count. Little-endian throughout.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from typing import Any

from bot.replay.fact_rows import NAN, Rows, code, decided_rows, refused_rows, shadow_row, shadow_rows
from engine.columns.block import Block
from engine.decision.signal import Outcome
from engine.decision.tick import (
    Asked,
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
    WayClosed,
)
from engine.records import joined

LINK = struct.Struct("<Iq")
FACT = struct.Struct("<36sq8d")
DOUBLES = 8
Row = tuple[str, int, Sequence[float | None]]
LATER = (Asked, WayClosed)  # kinds that came later: hashes of runs without any still compare


class TickHash:
    """The running hashes; `pairs` in byte order give each pair its number (from 1)."""

    def __init__(self, pairs: Sequence[str]) -> None:
        self._chains = {kind: _Chain() for kind in (Decided, ShadowClosed, *_ROWS)}
        self._numbers = {pair: number for number, pair in enumerate(sorted(pairs), 1)}

    def add(self, fact: Fact) -> None:
        """Take in one fact."""
        if isinstance(fact, Decided):
            self._chains[Decided].add(decided_rows([fact], self._numbers).tobytes(), 1)
        elif isinstance(fact, ShadowClosed):
            self._chains[ShadowClosed].add(shadow_row(fact, self._numbers[fact.plan.pair]).tobytes(), 1)
        else:
            self._chains[type(fact)].add(_fact_bytes(fact), 1)

    def add_block(self, block: Block) -> None:
        """Take in a block of a replay over columns: the same as its facts one by one."""
        decided = [(told.place, told.fact) for told in block.facts if isinstance(told.fact, Decided)]
        ended, moments = [shadow_rows(block, self._numbers)], block.ended.moments()
        for told in block.facts:
            if isinstance(told.fact, ShadowClosed):
                ended.append(shadow_row(told.fact, self._numbers[told.fact.plan.pair]))
                moments.append((told.ts, told.phase, told.pair, told.place))
            elif not isinstance(told.fact, Decided):
                self.add(told.fact)
        rows = [refused_rows(block, self._numbers)]
        if decided:
            rows.append(decided_rows([fact for _, fact in decided], self._numbers))
        places = block.refused.place.tolist() + [place for place, _ in decided]
        self._chains[Decided].add(_in_order(rows, places), len(places))
        self._chains[ShadowClosed].add(_in_order(ended, moments), len(moments))

    def hexdigest(self) -> str:
        """The hash of everything so far."""
        whole = hashlib.sha256()
        for kind, chain in self._chains.items():
            if chain.count or kind not in LATER:
                whole.update(LINK.pack(code(kind.__name__), chain.count) + chain.hash.digest())
        return whole.hexdigest()


class _Chain:
    """The hash of one kind of fact, and how many there were."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.count = 0

    def add(self, rows: bytes, count: int) -> None:
        self.hash.update(rows)
        self.count += count


def _in_order(rows: Sequence[Rows], keys: Sequence[Any]) -> bytes:
    """Rows in the order of their keys; those of the first array are in order among themselves."""
    if len(rows) == 1:
        return rows[0].tobytes()
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return joined(rows).take(order).tobytes()


def _fact_bytes(fact: Fact) -> bytes:
    ident, whole, numbers = _ROWS[type(fact)](fact)
    doubles = [NAN if number is None else number for number in numbers]
    doubles += [NAN] * (DOUBLES - len(doubles))
    return FACT.pack(ident.encode(), whole, *doubles)


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
    why = [code(fact.reason)] if fact.reason else []
    return fact.signal_id, fact.ts, [code(fact.state), fact.price, fact.r, *why]


def _halted(fact: Halted) -> Row:
    return fact.kind, fact.ts, [fact.until, code(fact.reason)]


def _rejected(fact: Rejected) -> Row:
    return f"{fact.kind}/{fact.reason}", fact.count, []


def _policy(fact: PolicySet) -> Row:
    return fact.version, fact.ts, [None if fact.reason is None else code(fact.reason)]


def _asked(fact: Asked) -> Row:
    return fact.decision_id, fact.ts, [float(fact.waits)]


def _closed(fact: Closed) -> Row:
    return _outcome(fact.outcome.signal_id, fact.outcome)


def _way(fact: WayClosed) -> Row:
    if fact.outcome is None:
        return fact.decision_id, fact.ts, [code(fact.way)]
    _, _, numbers = _outcome(fact.decision_id, fact.outcome)
    return fact.decision_id, fact.ts, [code(fact.way), *numbers]


def _lifted(fact: Lifted) -> Row:
    return fact.kind, fact.ts, []


_ROWS: dict[type, Callable[[Any], Row]] = {
    Published: _published,
    Progress: _progress,
    Closed: _closed,
    Halted: _halted,
    Lifted: _lifted,
    Rejected: _rejected,
    PolicySet: _policy,
    Asked: _asked,
    WayClosed: _way,
}
