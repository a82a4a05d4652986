"""One pair's columns read, judged and walked ahead of the ordered stream, stretch by stretch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.batch import BatchPair, Columns, Floats, Ints
from engine.decision.guardrails import CONFLUENCE
from engine.decision.judging import VERDICT, Judging, Packed
from engine.decision.stream import Rules
from engine.decision.verdict import contract_of
from engine.decision.walk import END
from engine.market.instrument import Instrument
from engine.params import Params


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


class PairAhead:
    """Gives the stretches of one pair in order."""

    def __init__(
        self,
        columns: Columns,
        instrument: Instrument,
        params: Params,
        rules: Rules,
        silences: Ints,
        cache_dir: str = "",
    ) -> None:
        self._batch = BatchPair(columns, instrument.tick, params, cache_dir)
        self.tape = replace(self._batch.tape, silences=silences)
        contract, least = contract_of(instrument, params), rules.least_confluence
        self._judge = Judging(contract, self.tape, least, rules.judge_from, params, cache_dir)
        self._at = 0

    def until(self, end: int, weights: Floats) -> Stretch:
        """The bars not given yet that close by `end` (ms); `weights` of the layers in every book."""
        first = self._at
        self._at = int(np.searchsorted(self.tape.ts, end - self.tape.base_ms, side="right"))
        triggers, quotes = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 3))]
        bars, verdicts = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=VERDICT)]
        ends = [np.zeros(0, dtype=END)]
        rows: dict[int, Floats] = {}
        told = 0
        for chunk in self._batch.chunks(self._at):
            found = self._judge(chunk.row, weights)
            triggers.append(chunk.trigger)
            quotes.append(chunk.book)
            bars.append(chunk.bar[found.row_of])
            verdicts.append(found.verdicts)
            ends.append(found.ends)
            for place in np.flatnonzero(found.verdicts["refusals"] & ~CONFLUENCE == 0).tolist():
                rows[told + place] = chunk.row[found.row_of[place]].copy()
            told += len(found.verdicts)
        return Stretch(
            first,
            self._at,
            np.concatenate(triggers),
            np.concatenate(quotes),
            np.concatenate(bars),
            np.concatenate(verdicts),
            np.concatenate(ends),
            rows,
        )
