"""One track of a plan's life, in side space (see engine/decision/track_rules.py): what it is and how a bar moves it.

Steps over a record: `Life` (engine/decision/lifecycle.py) runs them as Python, bar by bar and trade by trade;
engine/decision/walk.py runs them compiled over columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from engine.decision.terms import Levels, Terms
from engine.decision.track_rules import (
    BANKED,
    BREAKEVEN,
    END_REASON,
    END_RESULT,
    ENDED,
    EXPIRED,
    FILL_LIMIT,
    FILL_OPEN,
    FILL_STOPPED,
    FILLED,
    INVALIDATED,
    MISS,
    MISSED,
    NOTHING,
    REASONS,
    RESULTS,
    SL,
    STOP,
    TARGET,
    TIMEOUT,
    TOUCH,
    TOUCHED,
    TP1,
    TP2,
    WIDE,
    bought,
    holding_move,
    leg_r,
    sold,
    waiting_move,
)
from engine.market.events import MINUTE
from engine.records import record, step


@record
class Track:
    """The state of one track (theoretical or followable), advanced by `take_bar` and `prices`.

    `begun` is 1 once a bar or trade at or after `start` was seen. `changed`: when the phase last changed. `rr`: net R
    so far, `banked` what it was right after TP1. `result` and `reason` are places in RESULTS and REASONS.
    `filled_at`, `tp1_time`, `closed_at` are -1 until they happen. `mfe` and `mae` are distances, mfe >= 0 >= mae.
    """

    start: int
    phase: int
    begun: int
    changed: int
    fill: float
    filled_at: int
    risk: float
    rr: float
    banked: float
    mfe: float
    mae: float
    tp1_time: int
    result: int
    reason: int
    closed_at: int
    exit_price: float
    ambiguous: int


@step
def begin(track: Track, start: int) -> None:
    """A fresh track (all zero) that waits from `start` on."""
    track.start = track.changed = start
    track.filled_at = track.tp1_time = track.closed_at = -1


@step
def take_bar(
    theory: Track, follow: Track, terms: Terms, opened: int, bar_ms: int, open: float, high: float, low: float,
    close: float, ranged: bool,
) -> None:  # fmt: skip
    """One closed bar in plain prices: its range where `ranged` (else trades told it), then its close."""
    closed = opened + bar_ms
    side = terms.side
    o, c = open * side, close * side
    top = high if side > 0 else -low
    bottom = low if side > 0 else -high
    coarse = bar_ms > MINUTE
    invalid = closed % terms.invalidation == 0 and c < terms.at.invalid_at
    _advance(theory, terms, opened, closed, o, top, bottom, c, coarse, ranged, invalid)
    _advance(follow, terms, opened, closed, o, top, bottom, c, coarse, ranged, invalid)


@step
def _advance(
    track: Track, terms: Terms, opened: int, closed: int, open: float, high: float, low: float, close: float,
    coarse: bool, ranged: bool, invalid: bool,
) -> None:  # fmt: skip
    """The same for one track, in side space."""
    if track.phase == ENDED or (track.begun == 1 and track.changed > closed):
        return
    if track.phase <= TOUCHED and opened >= terms.expiry:
        end(track, EXPIRED, terms.grid)
    elif ranged and not (track.begun == 1 and track.changed == closed):
        prices(track, terms.at, opened, closed, open, high, low, coarse)
    closing(track, terms.at, closed, close, invalid, terms.expiry, terms.limit)


@step
def prices(
    track: Track, at: Levels, opened: int, closed: int, open: float, high: float, low: float, coarse: bool
) -> None:
    """One bar in side space (a trade: all four the same, opened = closed). Changes phase; sees no close."""
    if track.phase <= TOUCHED:
        _wait(track, at, opened, closed, open, high, low, coarse)
    elif track.phase == FILLED:
        if track.changed > opened:
            _fill_bar(track, at, closed, open, high, low)
        else:
            _hold(track, at, closed, open, high, low)
    elif track.phase == BANKED:
        _second_leg(track, at, closed, open, high, low, track.changed > opened)


@step
def _wait(
    track: Track, at: Levels, opened: int, closed: int, open: float, high: float, low: float, coarse: bool
) -> None:
    blind = opened < track.start
    if blind and not coarse:
        return
    first = track.begun == 0
    track.begun = 1
    move = waiting_move(at, first, first and blind, open, high, low)
    if move == TOUCH:
        track.phase = TOUCHED
    elif move == MISS:
        if low <= at.touch_at and not (first and blind and high >= at.tp1_at):
            track.phase = TOUCHED
        end(track, MISSED, closed)
    elif move == FILL_OPEN:
        _filled(track, at, opened, bought(open, at.slippage), at.taker)
        _fill_bar(track, at, closed, open, high, low)
    elif move == FILL_LIMIT:
        _filled(track, at, closed, at.near, at.taker if blind else at.maker)  # blind: perhaps it crossed the spread
        _fill_bar(track, at, closed, open, high, low)
    elif move == FILL_STOPPED:
        _filled(track, at, closed if blind else opened, at.near, at.taker)
        track.ambiguous = 1 if blind and high >= at.tp1_at else 0
        _fill_bar(track, at, closed, open, high, low)


@step
def _filled(track: Track, at: Levels, when: int, price: float, fee: float) -> None:
    track.phase = FILLED
    track.changed = track.filled_at = when
    track.fill = price
    track.risk = price - at.sl
    track.rr = -abs(price) * fee / track.risk


@step
def _fill_bar(track: Track, at: Levels, closed: int, open: float, high: float, low: float) -> None:
    """The rest of the bar that filled: the stop counts, targets do not; MAE moves, MFE does not."""
    if low <= at.sl_at:
        _stop(track, at, SL, closed, open, at.sl, open > at.sl and high >= at.tp1_at)
    else:
        track.mae = min(track.mae, low - track.fill)


@step
def _hold(track: Track, at: Levels, closed: int, open: float, high: float, low: float) -> None:
    move = holding_move(at.sl_at, at.tp1_at, high, low)
    if move == STOP:
        _stop(track, at, SL, closed, open, at.sl, open > at.sl and high >= at.tp1_at)
        return
    track.mae = min(track.mae, low - track.fill)
    if move == NOTHING:
        track.mfe = max(track.mfe, high - track.fill)
        return
    track.mfe = max(track.mfe, at.tp1 - track.fill)
    track.tp1_time = closed
    if at.single == 1:
        leave(track, TP1, closed, at.tp1, at.maker)
        track.banked = track.rr
        return
    track.rr += leg_r(track.fill, at.tp1, track.risk, 0.5, at.maker)
    track.banked = track.rr
    track.phase = BANKED
    track.changed = closed
    _second_leg(track, at, closed, open, high, low, True)


@step
def _second_leg(track: Track, at: Levels, closed: int, open: float, high: float, low: float, in_tp1_bar: bool) -> None:
    """Half is banked, the stop stands at the fill price. In TP1's bar the open came before that stop."""
    move = holding_move(track.fill + at.slack, at.tp2_at, high, low)
    if move == STOP:
        reference = track.fill if in_tp1_bar else open
        guessed = in_tp1_bar or (open > track.fill and high >= at.tp2_at)
        _stop(track, at, BREAKEVEN, closed, reference, track.fill, guessed)
    elif move == TARGET:
        track.mfe = max(track.mfe, at.tp2 - track.fill)
        track.mae = min(track.mae, low - track.fill)
        leave(track, TP2, closed, at.tp2, at.maker)
    else:
        track.mfe = max(track.mfe, high - track.fill)
        track.mae = min(track.mae, low - track.fill)


@step
def _stop(track: Track, at: Levels, event: int, closed: int, open: float, level: float, guessed: bool) -> None:
    """Out at the worse of level and open with stop slippage. `guessed`: the bar held both sides."""
    price = min(level, open)
    if guessed:
        track.ambiguous = 1
    track.mae = min(track.mae, price - track.fill)
    leave(track, event, closed, sold(price, at.stop_slippage), at.taker)


@step
def leave(track: Track, event: int, when: int, price: float, fee: float) -> None:
    """Close what is left of the position at `price` (slippage included) and end the track."""
    share = 0.5 if track.phase == BANKED else 1.0
    track.rr += leg_r(track.fill, price, track.risk, share, fee)
    track.exit_price = price
    end(track, event, when)


@step
def end(track: Track, event: int, when: int) -> bool:
    """End the track if the table knows (phase, event); False and no change otherwise."""
    row = track.phase * WIDE + event
    if END_RESULT[row] == 0:
        return False
    track.result, track.reason = END_RESULT[row], END_REASON[row]
    track.phase = ENDED
    track.changed = track.closed_at = when
    return True


@step
def closing(track: Track, at: Levels, closed: int, close: float, invalid: bool, expiry: int, limit: int) -> None:
    """What a bar's close decides: invalidation, then expiry or the time limit (`limit` in ms after the fill)."""
    if track.phase <= TOUCHED:
        if invalid:
            end(track, INVALIDATED, closed)
        elif closed >= expiry:
            end(track, EXPIRED, closed)
    elif track.phase == FILLED and invalid:
        leave(track, INVALIDATED, closed, sold(close, at.slippage), at.taker)
    elif track.phase != ENDED and closed >= track.filled_at + limit:
        leave(track, TIMEOUT, closed, sold(close, at.slippage), at.taker)


@step
def settle(track: Track, ts: int, rate: float, side: int) -> None:
    """Pay (or receive) a funding settlement on what is still open, at the fill price."""
    if (track.phase == FILLED or track.phase == BANKED) and track.filled_at <= ts:
        share = 0.5 if track.phase == BANKED else 1.0
        track.rr -= share * side * rate * abs(track.fill) / track.risk


def quiet(track: Track, at: Levels, bottom: float, top: float) -> bool:
    """A range of trades between the levels only moves MFE and MAE: taken in one step (True), else nothing (False).

    Only for a track that has begun; the caller sees to the clocks.
    """
    if track.phase == ENDED:
        return True
    if not track.begun:
        return False
    if track.phase <= TOUCHED:
        return bottom > at.touch_at and top <= at.miss_at and top < at.tp1_at
    stop_at, target_at = (at.sl_at, at.tp1_at) if track.phase == FILLED else (track.fill + at.slack, at.tp2_at)
    if bottom <= stop_at or top >= target_at:
        return False
    track.mae = min(track.mae, bottom - track.fill)
    track.mfe = max(track.mfe, top - track.fill)
    return True


FIELDS = tuple(sorted(Track.__annotations__))
_NAMES = {"result": RESULTS, "reason": REASONS}
_FLAGS = ("ambiguous", "begun")
_NAMED = tuple((FIELDS.index(name), names) for name, names in _NAMES.items())
_FLAGGED = tuple(FIELDS.index(name) for name in _FLAGS)
_values = attrgetter(*FIELDS)


def state_of(track: Track) -> list[Any]:
    """The fields in the order of FIELDS; result and reason by name, flags as booleans."""
    state = list(_values(track))
    for place, names in _NAMED:
        state[place] = names[state[place]]
    for place in _FLAGGED:
        state[place] = bool(state[place])
    return state


def track_of(state: Sequence[Any]) -> Track:
    """The track `state_of` described. Raises ValueError where the fields do not fit."""
    track = Track()
    for name, value in zip(FIELDS, state, strict=True):
        setattr(track, name, _NAMES[name].index(value) if name in _NAMES else int(value) if name in _FLAGS else value)
    return track
