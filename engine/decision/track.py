"""One track of a plan's life, in side space (see engine/decision/track_rules.py): what it is and how a bar moves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.decision.track_rules import (
    BANKED,
    ENDED,
    ENDS,
    FILL_LIMIT,
    FILL_OPEN,
    FILL_STOPPED,
    FILLED,
    MISS,
    NOTHING,
    STOP,
    TARGET,
    TOUCH,
    TOUCHED,
    WAITING,
    Levels,
    bought,
    holding_move,
    leg_r,
    sold,
    waiting_move,
)


class Track:
    """The state of one track (theoretical or followable), advanced by `prices` and `closing`.

    `begun`: a bar or trade at or after `start` was seen. `changed`: when the phase last changed. `rr`: net R so far,
    `banked` what it was right after TP1.
    `filled_at`, `tp1_time`, `closed_at` are -1 until they happen. `mfe` and `mae` are distances, mfe >= 0 >= mae.
    """

    __slots__ = (
        "ambiguous", "banked", "begun", "changed", "closed_at", "exit_price", "fill", "filled_at", "mae", "mfe",
        "phase", "reason", "result", "risk", "rr", "start", "tp1_time",
    )  # fmt: skip

    def __init__(self, start: int) -> None:
        self.start = start
        self.phase = WAITING
        self.begun = False
        self.changed = start
        self.fill = 0.0
        self.filled_at = -1
        self.risk = 0.0
        self.rr = 0.0
        self.banked = 0.0
        self.mfe = 0.0
        self.mae = 0.0
        self.tp1_time = -1
        self.result = ""
        self.reason = ""
        self.closed_at = -1
        self.exit_price = 0.0
        self.ambiguous = False

    def prices(self, at: Levels, opened: int, closed: int, open: float, high: float, low: float, coarse: bool) -> None:
        """One bar in side space (a trade: all four the same, opened = closed). Changes phase; sees no close."""
        if self.phase <= TOUCHED:
            self._wait(at, opened, closed, open, high, low, coarse)
        elif self.phase == FILLED:
            if self.changed > opened:
                self._fill_bar(at, closed, open, high, low)
            else:
                self._hold(at, closed, open, high, low)
        elif self.phase == BANKED:
            self._second_leg(at, closed, open, high, low, in_tp1_bar=self.changed > opened)

    def _wait(self, at: Levels, opened: int, closed: int, open: float, high: float, low: float, coarse: bool) -> None:
        blind = opened < self.start
        if blind and not coarse:
            return
        first, self.begun = not self.begun, True
        move = waiting_move(at, first, first and blind, open, high, low)
        if move == TOUCH:
            self.phase = TOUCHED
        elif move == MISS:
            if low <= at.touch_at and not (first and blind and high >= at.tp1_at):
                self.phase = TOUCHED
            self.end("missed", closed)
        elif move == FILL_OPEN:
            self._filled(at, opened, bought(open, at.slippage), at.taker)
            self._fill_bar(at, closed, open, high, low)
        elif move == FILL_LIMIT:
            self._filled(at, closed, at.near, at.taker if blind else at.maker)  # blind: perhaps it crossed the spread
            self._fill_bar(at, closed, open, high, low)
        elif move == FILL_STOPPED:
            self._filled(at, closed if blind else opened, at.near, at.taker)
            self.ambiguous = blind and high >= at.tp1_at
            self._fill_bar(at, closed, open, high, low)

    def _filled(self, at: Levels, when: int, price: float, fee: float) -> None:
        self.phase, self.changed, self.filled_at = FILLED, when, when
        self.fill = price
        self.risk = price - at.sl
        self.rr = -abs(price) * fee / self.risk

    def _fill_bar(self, at: Levels, closed: int, open: float, high: float, low: float) -> None:
        """The rest of the bar that filled: the stop counts, targets do not; MAE moves, MFE does not."""
        if low <= at.sl_at:
            self._stop(at, "sl", closed, open, at.sl, open > at.sl and high >= at.tp1_at)
        else:
            self.mae = min(self.mae, low - self.fill)

    def _hold(self, at: Levels, closed: int, open: float, high: float, low: float) -> None:
        move = holding_move(at.sl_at, at.tp1_at, high, low)
        if move == STOP:
            self._stop(at, "sl", closed, open, at.sl, open > at.sl and high >= at.tp1_at)
            return
        self.mae = min(self.mae, low - self.fill)
        if move == NOTHING:
            self.mfe = max(self.mfe, high - self.fill)
            return
        self.mfe = max(self.mfe, at.tp1 - self.fill)
        self.tp1_time = closed
        if at.single:
            self.leave(at, "tp1", closed, at.tp1, at.maker)
            return
        self.rr += leg_r(self.fill, at.tp1, self.risk, 0.5, at.maker)
        self.banked = self.rr
        self.phase, self.changed = BANKED, closed
        self._second_leg(at, closed, open, high, low, in_tp1_bar=True)

    def _second_leg(self, at: Levels, closed: int, open: float, high: float, low: float, in_tp1_bar: bool) -> None:
        """Half is banked, the stop stands at the fill price. In TP1's bar the open came before that stop."""
        move = holding_move(self.fill + at.slack, at.tp2_at, high, low)
        if move == STOP:
            reference = self.fill if in_tp1_bar else open
            guessed = in_tp1_bar or (open > self.fill and high >= at.tp2_at)
            self._stop(at, "breakeven", closed, reference, self.fill, guessed)
        elif move == TARGET:
            self.mfe = max(self.mfe, at.tp2 - self.fill)
            self.mae = min(self.mae, low - self.fill)
            self.leave(at, "tp2", closed, at.tp2, at.maker)
        else:
            self.mfe = max(self.mfe, high - self.fill)
            self.mae = min(self.mae, low - self.fill)

    def _stop(self, at: Levels, event: str, closed: int, open: float, level: float, guessed: bool) -> None:
        """Out at the worse of level and open with stop slippage. `guessed`: the bar held both sides."""
        price = min(level, open)
        self.ambiguous = self.ambiguous or guessed
        self.mae = min(self.mae, price - self.fill)
        self.leave(at, event, closed, sold(price, at.stop_slippage), at.taker)

    def leave(self, at: Levels, event: str, when: int, price: float, fee: float) -> None:
        """Close what is left of the position at `price` (slippage included) and end the track."""
        share = 0.5 if self.phase == BANKED else 1.0
        self.rr += leg_r(self.fill, price, self.risk, share, fee)
        self.exit_price = price
        self.end(event, when)

    def end(self, event: str, when: int) -> bool:
        """End the track if the table knows (phase, event); False and no change otherwise."""
        row = ENDS.get((self.phase, event))
        if row is None:
            return False
        self.result, self.reason = row
        self.phase, self.changed, self.closed_at = ENDED, when, when
        if event == "reported":
            self.filled_at = -1
        return True

    def closing(self, at: Levels, closed: int, close: float, invalid: bool, expiry: int, limit: int) -> None:
        """What a bar's close decides: invalidation, then expiry or the time limit (`limit` in ms after the fill)."""
        if self.phase <= TOUCHED:
            if not (invalid and self.end("invalidated", closed)) and closed >= expiry:
                self.end("expired", closed)
        elif self.phase == FILLED and invalid:
            self.leave(at, "invalidated", closed, sold(close, at.slippage), at.taker)
        elif self.phase != ENDED and closed >= self.filled_at + limit:
            self.leave(at, "timeout", closed, sold(close, at.slippage), at.taker)

    def settle(self, ts: int, rate: float, side: int) -> None:
        """Pay (or receive) a funding settlement on what is still open, at the fill price."""
        if (self.phase == FILLED or self.phase == BANKED) and self.filled_at <= ts:
            share = 0.5 if self.phase == BANKED else 1.0
            self.rr -= share * side * rate * abs(self.fill) / self.risk

    def quiet(self, at: Levels, bottom: float, top: float) -> bool:
        """A range of trades between the levels only moves MFE and MAE: taken in one step (True), else nothing (False).

        Only for a track that has begun; the caller sees to the clocks.
        """
        if self.phase == ENDED:
            return True
        if not self.begun:
            return False
        if self.phase <= TOUCHED:
            return bottom > at.touch_at and top <= at.miss_at and top < at.tp1_at
        stop_at, target_at = (at.sl_at, at.tp1_at) if self.phase == FILLED else (self.fill + at.slack, at.tp2_at)
        if bottom <= stop_at or top >= target_at:
            return False
        self.mae = min(self.mae, bottom - self.fill)
        self.mfe = max(self.mfe, top - self.fill)
        return True

    def to_state(self) -> list[Any]:
        """The fields in the order of FIELDS."""
        return [getattr(self, name) for name in FIELDS]

    @classmethod
    def from_state(cls, values: Sequence[Any]) -> Track:
        """The track `to_state` described. Raises ValueError where the fields do not fit."""
        track = cls(0)
        for name, value in zip(FIELDS, values, strict=True):
            setattr(track, name, value)
        return track


FIELDS = tuple(sorted(Track.__slots__))
