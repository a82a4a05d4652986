"""One pair's columns read, judged and walked ahead of the ordered stream, stretch by stretch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.columns.batch import BatchPair, Columns, Floats, Ints, quote, take_bar
from engine.decision.guardrails import CONFLUENCE
from engine.decision.judge import MINUTES, TS, judge
from engine.decision.judging import VERDICT, Packed, set_terms
from engine.decision.levels import Areas
from engine.decision.stream import Rules
from engine.decision.verdict import contract_of
from engine.decision.walk import END, PLAN, walk
from engine.market.instrument import Instrument
from engine.params import Params
from engine.readings import WIDTH
from engine.records import joined, step, to_array

BOTH, PASSED = 4, 2048  # verdicts that a bar can give (two rows, two sides); rows that one call has room for


@dataclass(frozen=True, slots=True)
class Stretch:
    """Base bars [first, stop) of a pair, and what was judged on them.

    `trigger` (bars,) and `quotes` (bars, 3: bid, ask, book time) are those at each bar's close. `bar` is the base bar
    of each verdict, `ends` (END rows) what becomes of its plan; `rows` the readings behind verdicts, by their place,
    that no rule of their own refuses (but perhaps confluence).
    """

    first: int
    stop: int
    trigger: Ints
    quotes: Floats
    bar: Ints
    verdicts: Packed
    ends: Packed
    rows: dict[int, Floats]


@dataclass(frozen=True, slots=True)
class _Judged:
    """Room for the verdicts of a run of bars: `bar` of each, `hung` those with a plan, `passed` those with a row."""

    verdicts: Packed
    bar: Ints
    plans: Packed
    hung: Ints
    rows: Floats
    passed: Ints
    count: Ints  # verdicts, plans, rows

    @staticmethod
    def most(bars: int) -> int:
        """Verdicts that one call has room for."""
        return bars // 2 + 2 * BOTH

    def clear(self) -> None:
        """As new: one more verdict than were counted was written to, at most."""
        n = int(self.count[0]) + 1
        self.verdicts[:n] = 0
        self.plans[:n] = 0
        self.count[:] = 0

    @classmethod
    def room(cls, bars: int, passed: int) -> _Judged:
        most = cls.most(bars)
        return cls(
            np.zeros(most, dtype=VERDICT),
            np.zeros(most, dtype=np.int64),
            np.zeros(most, dtype=PLAN),
            np.zeros(most, dtype=np.int64),
            np.zeros((passed, WIDTH)),
            np.zeros(passed, dtype=np.int64),
            np.zeros(3, dtype=np.int64),
        )


@step
def judge_sides(
    row: Any, i: int, contract: Any, weights: Any, least: float, base_ms: int, areas: Any, k: Any,
    verdicts: Any, bar: Any, plans: Any, hung: Any, rows: Any, passed: Any, count: Any,
) -> None:  # fmt: skip
    """Judge both sides of the row that base bar number `i` closed."""
    for side in (1, -1):
        n = count[0]
        v = verdicts[n]
        if judge(v, row, side, contract, weights, least, areas, k) == 0:
            continue
        bar[n] = i
        if v.anchored == 1:
            set_terms(plans[count[1]], v, contract, base_ms, k)
            hung[count[1]] = n
            count[1] += 1
        if v.refusals & ~CONFLUENCE == 0:
            for j in range(row.shape[0]):
                rows[count[2], j] = row[j]
            passed[count[2]] = n
            count[2] += 1
        count[0] += 1


def _drive(
    pair: Any, params: Any, candles: Any, streams: Any, at: Any, stop: int,
    first: int, trigger: Any, quotes: Any, contract: Any, weights: Any, least: float, since: int, areas: Any,
    verdicts: Any, bar: Any, plans: Any, hung: Any, rows: Any, passed: Any, count: Any,
) -> None:  # fmt: skip
    """Read and judge from base bar at[0] to `stop` or until the room is nearly full.

    `trigger` and `quotes` begin at bar `first`; rows whose bar opened before `since` are not judged.
    """
    p, k, c, a = pair[0], params[0], contract[0], areas[0]
    base_ms = p.base_minutes * 60000
    while at[0] < stop and count[0] + 4 <= verdicts.shape[0] and count[2] + 4 <= rows.shape[0]:
        i = at[0]
        made = take_bar(p, k, candles, streams, at)
        quote(p, i - first, trigger, quotes)
        if made & 1 != 0 and p.fast.row[TS] - p.fast.row[MINUTES] * 60000 >= since:
            judge_sides(
                p.fast.row, i, c, weights, least, base_ms, a, k, verdicts, bar, plans, hung, rows, passed, count
            )
        if made & 2 != 0 and p.slow.row[TS] - p.slow.row[MINUTES] * 60000 >= since:
            judge_sides(
                p.slow.row, i, c, weights, least, base_ms, a, k, verdicts, bar, plans, hung, rows, passed, count
            )


class PairAhead:
    """Gives the stretches of one pair in order. `passed`: the rows that one compiled call has room for, 4 or more."""

    def __init__(
        self,
        columns: Columns,
        instrument: Instrument,
        params: Params,
        rules: Rules,
        silences: Ints,
        cache_dir: str = "",
        passed: int = PASSED,
    ) -> None:
        self._passed = passed
        self._batch = BatchPair(columns, instrument.tick, params, cache_dir)
        self.tape = replace(self._batch.tape, silences=silences)
        self._contract = to_array(contract_of(instrument, params))
        self._areas = to_array(Areas())
        self._rules = rules
        self._cache_dir = cache_dir
        self._room: _Judged | None = None

    def until(self, end: int, weights: Floats) -> Stretch:
        """The bars not given yet that close by `end` (ms); `weights` of the layers in every book."""
        first = self._batch.bar
        stop = int(np.searchsorted(self.tape.ts, end - self.tape.base_ms, side="right"))
        trigger, quotes = np.zeros(stop - first, dtype=np.int64), np.zeros((stop - first, 3))
        bars, verdicts, ends = [], [], []
        rows: dict[int, Floats] = {}
        told = 0
        while self._batch.bar < stop:
            found = self._judged(first, stop, trigger, quotes, weights)
            n, hung, passed = found.count.tolist()
            bars.append(found.bar[:n].copy())
            verdicts.append(found.verdicts[:n].copy())
            ends.append(self._ends(n, found.plans[:hung], found.hung[:hung]))
            rows |= zip((found.passed[:passed] + told).tolist(), found.rows[:passed].copy())
            told += n
        if not bars:
            none = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=VERDICT), np.zeros(0, dtype=END)
            return Stretch(first, stop, trigger, quotes, *none, rows)
        return Stretch(first, stop, trigger, quotes, np.concatenate(bars), joined(verdicts), joined(ends), rows)

    def _judged(self, first: int, stop: int, trigger: Ints, quotes: Floats, weights: Floats) -> _Judged:
        """Verdicts of as many of the bars before `stop` as there is room for, in one call of compiled code."""
        room, rules = self._room_for(stop - self._batch.bar), self._rules
        self._batch.run(
            _drive, stop, first, trigger, quotes, self._contract, weights, rules.least_confluence, rules.judge_from,
            self._areas, room.verdicts, room.bar, room.plans, room.hung, room.rows, room.passed, room.count,
        )  # fmt: skip
        return room

    def _room_for(self, bars: int) -> _Judged:
        """Empty room, the same memory again where it is large enough; what was found in it before is gone."""
        if self._room is None or len(self._room.bar) < _Judged.most(bars):
            self._room = _Judged.room(bars, self._passed)
        else:
            self._room.clear()
        return self._room

    def _ends(self, count: int, plans: Packed, of: Ints) -> Packed:
        """END rows of `count` verdicts: of those with a plan, which are the verdicts `of`, where the tape tells."""
        t = self.tape
        walked = walk(plans, t.base_ms, t.ts, t.candles, t.funding_ts, t.funding_rate, self._cache_dir, t.silences)
        if len(of) == count:
            return walked
        ends = np.zeros(count, dtype=END)
        ends["seen_at"] = -1
        ends[of] = walked
        return ends
