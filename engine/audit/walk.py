"""One pair walked over its columns: what is read at each setup bar, as rows (engine/audit/layout.py).

The walk asks every layer anew at each complete setup bar, so that it also sees the bars that made no candidate.
Compiled it takes a few microseconds a bar; plain Python (cache_dir None) gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import readings
from engine.audit import chain, claims, history
from engine.audit.chain import Links
from engine.audit.claims import Claims
from engine.audit.faults import Fault
from engine.audit.history import Watch
from engine.audit.layout import (
    ANCHOR_WIDTH,
    ANCHORS_AT,
    ENDS_AT,
    HIGHEST_AT,
    LOWEST_AT,
    PARTS,
    PROFILE,
    SNIPER_AT,
    WIDTH,
)
from engine.columns.batch import Columns, candles_of, streams_of, take_bar
from engine.layers import LAYERS, Readings
from engine.layers.base import Anchors
from engine.market.frame import Frame
from engine.native import native
from engine.params import Params
from engine.readings import LAYER_AT, ROW, Pair, Setup
from engine.records import record, step, to_array

Floats = NDArray[np.float64]
PROFILE_AT = tuple(ROW[name] for name in PROFILE)
ROWS = 1024


@record
class Answers:
    """What the layers answered when the walk asked them."""

    readings: Readings
    anchors: Anchors
    lowest: float  # price so far
    highest: float


def _unrolled() -> Any:
    """A step that asks layer after layer and notes where the anchors of each end."""
    lines = ["def ask(states, said, f, x, k, row):", "    said.anchors.n = 0"]
    for j, layer in enumerate(LAYERS):
        name = layer.NAME
        lines.append(f"    {name}.read(states.{name}, f, x, k, said.readings.{name}, said.anchors)")
        lines.append(f"    row[{ENDS_AT + j}] = said.anchors.n")
    scope: dict[str, Any] = {layer.NAME: layer for layer in LAYERS}
    scope["__name__"] = __name__
    exec(compile("\n".join(lines) + "\n", f"<{__name__}.ask>", "exec"), scope)
    return step(scope["ask"])


ask = _unrolled()


@step
def look(p: Pair, s: Setup, f: Frame, said: Answers, judged: int, k: Params, row: list[float]) -> None:
    """Everything that is read at the newest bar of a setup timeframe, into `row`."""
    readings.fill_head(p, s, f, judged)
    for j in range(LAYER_AT):
        row[j] = s.row[j]
    if judged == 0:
        for j in PROFILE_AT:
            row[j] = 0.0
    ask(s.states, said, f, p.flow, k, row)
    readings.copy_readings(said.readings, row)
    row[SNIPER_AT] = p.sniper.seen
    row[LOWEST_AT] = said.lowest
    row[HIGHEST_AT] = said.highest
    a = said.anchors
    for j in range(a.n):
        readings.put_anchor(row, ANCHORS_AT + ANCHOR_WIDTH * j, a, j)


@step
def newly_closed(f: Frame, before: int) -> bool:
    """Did the base bar close a bar of this timeframe, whole and in time?"""
    return f.bars.n > before and f.bars.complete == 1


def _walk(
    pair: Any,
    params: Any,
    answers: Any,
    watch: Any,
    expected: Any,
    candles: Any,
    streams: Any,
    at: Any,
    stop: int,
    rows: Any,
) -> int:
    """Advance from base bar at[0] to `stop` or until the rows are full; gives how many rows were written."""
    p = pair[0]
    k = params[0]
    said = answers[0]
    n = 0
    while at[0] < stop and n + 2 <= rows.shape[0]:
        i = at[0]
        if said.lowest == 0.0 or candles[i, 2] < said.lowest:
            said.lowest = candles[i, 2]
        if candles[i, 1] > said.highest:
            said.highest = candles[i, 1]
        fast = p.m15.bars.n
        slow = p.h1.bars.n
        made = take_bar(p, k, candles, streams, at)
        if newly_closed(p.h1, slow):
            look(p, p.slow, p.h1, said, made & 2, k, rows[n])
            n += 1
        if newly_closed(p.m15, fast):
            look(p, p.fast, p.m15, said, made & 1, k, rows[n])
            n += 1
        if watch[0].on == 1:
            history.check(watch[0], p, expected, p.newest)
    return n


def _check(claimed: Any, rows: Any, n: int) -> None:
    """All claims of the first n rows."""
    for j in range(n):
        claims.check(claimed[0], rows[j])


class Walker:
    """Stage 1 of one pair over its columns with the layers asked at every setup bar; `cache_dir` None: plain Python.

    With `watched` what engine/audit/claims.py and engine/audit/history.py find is gathered on the way.
    """

    def __init__(
        self, columns: Columns, tick: float, params: Params, cache_dir: str | None, watched: bool = False
    ) -> None:
        self.columns = columns
        self._plain = cache_dir is None
        self._watched = watched
        self._streams = streams_of(columns, _own)
        self._candles = candles_of(columns)
        self._expected = history.expected(columns) if watched else history.nothing()
        self._at = np.zeros(5, dtype=np.int64)
        steps = (_walk, _check, chain.fold)
        self._functions: Any = steps if cache_dir is None else tuple(native(one, cache_dir) for one in steps)
        watch = history.new_watch() if watched else Watch()
        self._state = [
            self._held(value)
            for value in (readings.new_pair(columns.base_minutes, tick), params, Answers(), watch, Claims())
        ]
        self._link = np.zeros(len(PARTS), dtype=np.uint64)

    def _held(self, value: Any) -> Any:
        return [value] if self._plain else to_array(value)

    @property
    def bar(self) -> int:
        """The base bar that comes next."""
        return int(self._at[0])

    def rows(self, stop: int) -> Iterator[Floats]:
        """On to base bar `stop`: the rows of each stretch."""
        pair, params, answers, watch, claimed = self._state
        run, check, _ = self._functions
        while self.bar < stop:
            rows = np.zeros((ROWS, WIDTH))
            n = run(pair, params, answers, watch, self._expected, self._candles, self._streams, self._at, stop, rows)
            if self._watched:
                check(claimed, rows, n)
            yield rows[:n]

    def links(self, stop: int) -> Links:
        """On to base bar `stop`: the links of the parts of every row (engine/audit/chain.py)."""
        fold = self._functions[2]
        made = [np.zeros((0, len(PARTS)), dtype=np.uint64)]
        for rows in self.rows(stop):
            made.append(np.zeros((len(rows), len(PARTS)), dtype=np.uint64))
            with np.errstate(over="ignore"):  # a hash is meant to
                fold(self._link, rows.view(np.uint64), rows, len(rows), chain.COLUMNS_OF, made[-1])
        return np.concatenate(made)

    def packed(self) -> NDArray[Any]:
        """What stage 1 remembers now, as a packed record (a copy)."""
        held = self._state[0]
        return to_array(held[0]) if self._plain else np.array(held, copy=True)

    def faults(self, name: str) -> list[Fault]:
        """What the watch and the claims found so far; `name` is the pair's."""
        _, _, _, watch, claimed = self._state
        return [*claims.told(_log(claimed[0]), name), *history.told(_log(watch[0]), name)]


def _own(column: NDArray[Any]) -> NDArray[Any]:
    """A copy: what lies beyond a prefix is not there at all."""
    return np.array(column, order="C", copy=True)


def _log(holder: Any) -> Any:
    """The log of a holder, whichever way it is held."""
    if isinstance(holder, (Claims, Watch)):
        return holder.log
    return SimpleNamespace(count=holder["log"]["count"], line=holder["log"]["line"])
