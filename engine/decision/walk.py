"""The lives of many plans over one pair's columns, compiled: what `Life` gives bar by bar, bit for bit.

`walk` takes packed PLAN rows (`plan_row`, or filled in place by the steps of engine/decision/terms.py) and gives one
END row a plan. It walks the base bars that open at or after the plan's `ts`, with the funding settled between them,
until both tracks ended, the pair falls silent for a day, or the tape ends.

An END row holds both tracks as they stand (result and exit reason as places in RESULTS and REASONS of
engine/decision/track_rules.py), and when each thing could be told: `seen_at` is the instant at which the whole end is
known (-1: the tape ended first), `theory_seen` and `follow_seen` the closes of the bars that told a track's fill, TP1
and end (-1: not told). Nothing of it may be said before the tape has reached that instant. Trades, finer bars and a
delisting are for `Life`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.decision.signal import Outcome, Plan
from engine.decision.telling import NAMES, Step, closed_step, filled_step, outcome_of, tp1_step
from engine.decision.terms import Terms, terms_of
from engine.decision.track import Track, begin, end, settle, take_bar
from engine.decision.track_rules import DATA_GAP, ENDED, LATENCY_MS, SILENT_MS, gapped
from engine.native import native
from engine.records import dtype_of, record, step, to_array

Packed = NDArray[np.void]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@record
class Seen:
    """The closes of the bars (ms) at which a track's fill, TP1 and end were first known; -1 where they were not."""

    filled: int
    tp1: int
    closed: int


@record
class End:
    """How far a plan came: both tracks, and when what happened to them could be told."""

    seen_at: int
    theory: Track
    follow: Track
    theory_seen: Seen
    follow_seen: Seen
    silent: int  # 1: no bar told it, the pair was silent for a day


PLAN = dtype_of(Terms)
END = dtype_of(End)
NEVER_SILENT = np.zeros((2, 0), dtype=np.int64)


@step
def _unseen(seen: Seen) -> None:
    seen.filled = seen.tp1 = seen.closed = -1


@step
def _see(seen: Seen, track: Track, closed: int) -> None:
    """Note what is true of a track since the bar that closed at `closed`."""
    if seen.filled < 0 and track.filled_at >= 0:
        seen.filled = closed
    if seen.tp1 < 0 and track.tp1_time >= 0:
        seen.tp1 = closed
    if seen.closed < 0 and track.phase == ENDED:
        seen.closed = closed


@step
def _see_both(found: End, closed: int) -> None:
    _see(found.theory_seen, found.theory, closed)
    _see(found.follow_seen, found.follow, closed)
    if found.theory.phase == ENDED and found.follow.phase == ENDED:
        found.seen_at = closed


@step
def _void(found: End, when: int, seen_at: int) -> None:
    """Too many bars are missing: both tracks end at `when`, which is told at `seen_at`."""
    end(found.theory, DATA_GAP, when)
    end(found.follow, DATA_GAP, when)
    _see_both(found, seen_at)


@step
def _start(found: End, ts: int) -> None:
    found.seen_at = -1
    begin(found.theory, ts)
    begin(found.follow, ts + LATENCY_MS)
    _unseen(found.theory_seen)
    _unseen(found.follow_seen)


def _drive(
    plans: Any, ends: Any, base_ms: int, ts: Any, candles: Any, funding_ts: Any, funding_rate: Any, silences: Any
) -> None:
    """Walk each plan; `ends` is all zero before."""
    for n in range(plans.shape[0]):
        terms, found = plans[n], ends[n]
        _start(found, terms.ts)
        bar = np.searchsorted(ts, terms.ts)
        paid = np.searchsorted(funding_ts, terms.ts, side="right")
        last = terms.ts
        while bar < ts.shape[0] and found.seen_at < 0:
            opened = ts[bar]
            if gapped(last, opened, base_ms):
                break
            while paid < funding_ts.shape[0] and funding_ts[paid] <= opened:
                settle(found.theory, funding_ts[paid], funding_rate[paid], terms.side)
                settle(found.follow, funding_ts[paid], funding_rate[paid], terms.side)
                paid += 1
            o, h, l, c = candles[bar, 0], candles[bar, 1], candles[bar, 2], candles[bar, 3]
            take_bar(found.theory, found.follow, terms, opened, base_ms, o, h, l, c, True)
            last = opened + base_ms
            _see_both(found, last)
            bar += 1
        if found.seen_at < 0:
            silence = np.searchsorted(silences[0], last)
            if silence < silences.shape[1] and silences[0, silence] == last:
                found.silent = 1
                _void(found, last + SILENT_MS, silences[1, silence])
            elif bar < ts.shape[0]:
                _void(found, ts[bar] + base_ms, ts[bar] + base_ms)


def walk(
    plans: Packed,
    base_ms: int,
    ts: Ints,
    candles: Floats,
    funding_ts: Ints,
    funding_rate: Floats,
    cache_dir: str = "",
    silences: Ints = NEVER_SILENT,
) -> Packed:
    """The END rows (n,) of PLAN rows (n,), in their order.

    `ts` (bars,) are the open times of the pair's base bars, `candles` (bars, >= 4) starts with open, high, low, close;
    all arrays contiguous. `silences` are those of engine/columns/silences.py. Releases the interpreter's lock.
    """
    ends = np.zeros(len(plans), dtype=END)
    native(_drive, cache_dir)(plans, ends, base_ms, ts, candles, funding_ts, funding_rate, silences)
    return ends


def plan_row(plan: Plan, base_ms: int) -> Packed:
    """One plan as an array of one PLAN row."""
    return to_array(terms_of(plan, base_ms))


def outcome_of_end(plan: Plan, base_ms: int, end_row: np.void, signal_id: str, number: int) -> Outcome | None:
    """The outcome `Life.outcome` would give; None while the plan is open at the end of the tape."""
    found = _end_of(end_row)
    if found.seen_at < 0:
        return None
    return outcome_of(plan, found.theory, found.follow, base_ms, signal_id, number)


def steps_of(plan: Plan, end_row: np.void) -> list[tuple[int, Step]]:
    """Every step of both tracks with the close at which it could be told (ms), in the order `Life` tells them."""
    found = _end_of(end_row)
    told: list[tuple[int, Step]] = []
    for name, track, seen in zip(NAMES, (found.theory, found.follow), (found.theory_seen, found.follow_seen)):
        for at, tell in ((seen.filled, filled_step), (seen.tp1, tp1_step), (seen.closed, closed_step)):
            if at >= 0:
                told.append((at, tell(name, plan, track)))
    return sorted(told, key=lambda one: one[0])


def _end_of(end_row: np.void) -> End:
    """The plain record of an END row, read in one go."""
    found = End()
    values: Any = end_row.item()
    found.seen_at = values[0]
    for track, fields in ((found.theory, values[1]), (found.follow, values[2])):
        for name, value in zip(Track.__annotations__, fields):
            setattr(track, name, value)
    for seen, stamps in ((found.theory_seen, values[3]), (found.follow_seen, values[4])):
        seen.filled, seen.tp1, seen.closed = stamps
    found.silent = values[5]
    return found
