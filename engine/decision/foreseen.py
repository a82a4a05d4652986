"""Books of a replay over columns: how a followed plan ends is known at once, and told when the tape gets there."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from engine.decision.book import Books, Followed
from engine.decision.judging import Tape
from engine.decision.signal import Outcome, Plan
from engine.decision.telling import Step
from engine.decision.walk import outcome_of_end, plan_row, steps_of, walk


class Move(NamedTuple):
    """What a followed plan does in one bar: `seen_at` is the bar's close, `place` that of its publication.

    `silent` 1: it ends because there was no bar for a day. `number` counts what is followed.
    """

    seen_at: int
    silent: int
    pair: str
    place: int
    number: int
    followed: Followed
    steps: list[Step]
    outcome: Outcome | None


class Foreseen(Books):
    """Published plans are walked when they are followed; `moves` is a heap of what they will do.

    Shadows are walked with the verdicts (engine.decision.judging.py); `forgotten` says from when on (ms) one counts no
    more. `place` is the moment of the stream: what is followed now comes after what was followed before.
    """

    def __init__(self, tapes: Mapping[str, Tape], cache_dir: str) -> None:
        super().__init__()
        self._tapes = tapes
        self._cache_dir = cache_dir
        self.base_ms = {pair: tape.base_ms for pair, tape in tapes.items()}
        self.place = 0
        self._count = 0
        self.moves: list[Move] = []
        self.forgotten: dict[str, int] = {}

    def follow(self, f: Followed) -> None:
        super().follow(f)
        plan = f.life.plan
        t = self._tapes[plan.pair]
        (end,) = walk(
            plan_row(plan, t.base_ms), t.base_ms, t.ts, t.candles, t.funding_ts, t.funding_rate, self._cache_dir,
            t.silences,
        )  # fmt: skip
        outcome = outcome_of_end(plan, t.base_ms, end, f.signal_id, f.number)
        if not f.alone:
            for seen_at, told in groupby(steps_of(plan, end), itemgetter(0)):
                last = seen_at == end["seen_at"]
                self._move(seen_at, end, f, [step for _, step in told], outcome if last else None)
        elif outcome is not None:
            self._move(int(end["seen_at"]), end, f, [], outcome)
        self._count += 1

    def _move(self, seen_at: int, end: np.void, f: Followed, steps: list[Step], outcome: Outcome | None) -> None:
        silent = int(end["silent"]) if seen_at == end["seen_at"] else 0
        heapq.heappush(self.moves, Move(seen_at, silent, f.life.plan.pair, self.place, self._count, f, steps, outcome))

    def shadow(self, plan: Plan, decision_id: str) -> None:
        """Nothing to do: it was walked with its verdict."""

    def forget_shadow(self, pair: str, decision_id: str, now: int) -> None:
        self.forgotten[decision_id] = now
