"""The life of one plan, published or shadow, from its publication to the end of both tracks.

*Theoretical* begins at `plan.ts`, *followable* 45 s later; both are net of fees, slippage and funding. The rules and
their table live in engine/decision/track_rules.py; here they meet bars, trades, funding and the clocks of the plan.
Pure: time is what the caller hands in.

Fees: a resting order (the limit at the near edge, TP1, TP2) pays the maker fee; a fill at the first open or in a bar
whose order is unknown, stops and exits at a close pay the taker fee and slippage (stops the stop slippage). Funding
is charged on the open share at the fill price, when the tape goes on past the settlement (a position that left in the
bar before it pays nothing).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.decision.signal import Outcome, Plan, TrackEnd
from engine.decision.track import Track
from engine.decision.track_rules import ENDED, FILLED, TOUCHED, levels_of
from engine.market.events import MINUTE, TIMEFRAMES

LATENCY_MS = 45_000
MISSING_BARS = 3
TrackName = Literal["theoretical", "followable"]
NAMES: tuple[TrackName, TrackName] = ("theoretical", "followable")
_RESOLUTIONS = {0: "trades", **{ms: name for name, ms in TIMEFRAMES.items()}}


@dataclass(frozen=True, slots=True)
class Step:
    """A track moved. `price`: the fill, TP1, or the exit (None where nothing was ever filled).

    `r`: the net R so far (None at the fill, and where a track ends without one). `ts` is ms UTC.
    """

    track: TrackName
    state: Literal["filled", "tp1", "closed"]
    ts: int
    price: float | None
    r: float | None


class Life:
    """Follows one plan. Feed it closed bars in order, the trades inside them before them, and funding.

    `base_ms` is the length of the pair's base bar; bars handed in may be finer (1m history after downtime).
    """

    __slots__ = (
        "_at", "_base", "_expiry", "_follow", "_funding", "_grid", "_invalidation", "_last", "_limit", "_paid",
        "_resolution",
        "_theory", "_unused", "plan",
    )  # fmt: skip

    def __init__(self, plan: Plan, base_ms: int) -> None:
        self.plan = plan
        self._base = base_ms
        self._at = levels_of(plan)
        self._expiry = plan.ts + plan.expiry_minutes * MINUTE
        self._grid = -(-self._expiry // base_ms) * base_ms
        self._limit = plan.limit_minutes * MINUTE
        self._invalidation = TIMEFRAMES[plan.invalidation_timeframe]
        self._theory = Track(plan.ts)
        self._follow = Track(plan.ts + LATENCY_MS)
        self._funding: list[tuple[int, float]] = []
        self._paid = 0  # the newest settlement told
        self._last = plan.ts
        self._resolution = -1
        self._unused = -1

    @property
    def ended(self) -> bool:
        """Both tracks have ended."""
        return self._theory.phase == ENDED and self._follow.phase == ENDED

    def on_bar(
        self, ts: int, open: float, high: float, low: float, close: float, bar_ms: int, covered: bool = False
    ) -> list[Step]:
        """A closed bar (`ts` its open time). Bars that open before `plan.ts` or were walked already are ignored.

        `covered` says that all trades of this bar went through `on_trades` before: then fills, misses, touches,
        stops, targets, MFE and MAE are the trades' work alone and the bar only decides what a close decides
        (invalidation, expiry, time limit, data gap). Without it the bar's range is used as well; a track that trades
        already moved inside this bar treats it as its fill bar (or TP1's bar), so nothing counts twice in its favour.
        """
        closed = ts + bar_ms
        if ts < self.plan.ts or closed <= self._last or self.ended:
            return []
        steps: list[Step] = []
        if (ts - self._last) // self._base > MISSING_BARS:
            self._last = closed
            self._both("data_gap", closed, steps)
            return steps
        self._last = closed
        self._settle_until(ts)
        side = self.plan.side
        o, c = open * side, close * side
        top, bottom = (high, low) if side > 0 else (-low, -high)
        invalid = closed % self._invalidation == 0 and c < self._at.invalid_at
        ranged = not covered or ts <= self._unused
        self._resolution = max(self._resolution, bar_ms if ranged else 0)
        for name, track in zip(NAMES, (self._theory, self._follow)):
            if track.phase == ENDED or (track.begun and track.changed > closed):
                continue
            before = track.phase
            if before <= TOUCHED and ts >= self._expiry:
                track.end("expired", self._grid)
            elif ranged and not (track.begun and track.changed == closed):
                track.prices(self._at, ts, closed, o, top, bottom, bar_ms > MINUTE)
            track.closing(self._at, closed, c, invalid, self._expiry, self._limit)
            if track.phase != before:
                self._tell(name, track, before, steps)
        return steps

    def on_trades(self, ts: Sequence[int], price: Sequence[float]) -> list[Step]:
        """Trades in exchange order, the bar's rules one by one; each is a bar of its own with its own stamp.

        Rows older than the last closed bar are ignored, and so are rows that a clock of the plan forbids before that
        bar has closed (expiry and time limit take effect at the close of their base bar). Rows after a hole in the
        bars wait for the next bar, which voids the plan. Hand the bar itself in afterwards with `covered=True`.
        """
        if self.ended or not len(ts):
            return []
        steps: list[Step] = []
        at, end = bisect_left(ts, self._last), bisect_left(ts, self._last + (MISSING_BARS + 1) * self._base)
        if end < len(ts):
            self._unused = int(ts[-1])
        while self._funding:
            cut = bisect_right(ts, self._funding[0][0], min(at, end))
            if cut >= end:
                break
            self._walk(ts, price, at, cut, steps)
            self._settle_until(self._funding[0][0])
            at = cut
        self._walk(ts, price, at, end, steps)
        steps.sort(key=lambda step: step.ts)
        return steps

    def _walk(self, ts: Sequence[int], price: Sequence[float], begin: int, end: int, steps: list[Step]) -> None:
        if begin >= end:
            return
        side, levels = self.plan.side, self._at
        lowest, highest = float(min(price[begin:end])), float(max(price[begin:end]))
        bottom, top = (lowest, highest) if side > 0 else (-highest, -lowest)
        for name, track in zip(NAMES, (self._theory, self._follow)):
            row = bisect_left(ts, track.start, begin, end)
            if row < end and track.phase != ENDED:
                self._resolution = max(self._resolution, 0)
            if row == begin and ts[end - 1] < self._deadline(track) and track.quiet(levels, bottom, top):
                continue
            while row < end and track.phase != ENDED and ts[row] < self._deadline(track):
                before, moment, value = track.phase, int(ts[row]), float(price[row]) * side
                track.prices(levels, moment, moment, value, value, value, False)
                if track.phase != before:
                    self._tell(name, track, before, steps)
                row += 1

    def on_funding(self, ts: int, rate: float) -> None:
        """A settlement at `ts`: longs pay positive rates. Charged once the tape goes on past it."""
        if not self.ended and ts > self._paid:
            self._funding.append((ts, rate))
            self._paid = ts

    def cancel(self, ts: int, reason: str) -> list[Step]:
        """End what `reason` may end at `ts`: cancelled (only a track that waits), reported, delisted, data_gap."""
        if reason not in ("cancelled", "reported", "delisted", "data_gap"):
            raise ValueError(f"a plan cannot be cancelled for {reason!r}")
        steps: list[Step] = []
        self._both(reason, ts, steps)
        return steps

    def outcome(self, signal_id: str, number: int) -> Outcome | None:
        """How it ended, once both tracks have; `win`, MFE, MAE and times are the theoretical track's."""
        if not self.ended:
            return None
        theory, follow = self._theory, self._follow
        filled = theory.filled_at >= 0
        priced = theory.result in ("win", "lose")
        return Outcome(
            signal_id=signal_id,
            number=number,
            closed_at=max(theory.closed_at, follow.closed_at),
            theoretical=self._end_of(theory),
            followable=self._end_of(follow),
            mfe=theory.mfe if filled else None,
            mae=theory.mae if filled else None,
            mfe_r=theory.mfe / theory.risk if filled else None,
            mae_r=theory.mae / theory.risk if filled else None,
            pnl_model=theory.rr * theory.risk / abs(theory.fill) if priced else None,
            ambiguous=theory.ambiguous or follow.ambiguous,
            label_resolution=_RESOLUTIONS.get(self._base if self._resolution < 0 else self._resolution, "15m"),
            win={"win": 1, "lose": 0}.get(theory.result),
            time_to_fill_s=(theory.filled_at - self.plan.ts) // 1000 if filled else None,
            time_to_tp1_s=(theory.tp1_time - theory.filled_at) // 1000 if filled and theory.tp1_time >= 0 else None,
            time_to_sl_s=(theory.closed_at - theory.filled_at) // 1000 if theory.reason == "sl" else None,
        )

    def to_state(self) -> dict[str, Any]:
        """Everything but the plan and the base, JSON-able; floats survive exactly."""
        return {
            "theoretical": self._theory.to_state(),
            "followable": self._follow.to_state(),
            "funding": [list(row) for row in self._funding],
            "paid": self._paid,
            "last": self._last,
            "resolution": self._resolution,
            "unused": self._unused,
        }

    @classmethod
    def from_state(cls, plan: Plan, base_ms: int, state: Mapping[str, Any]) -> Life:
        """The life that `to_state` described. Raises KeyError or ValueError on a foreign state."""
        life = cls(plan, base_ms)
        life._theory = Track.from_state(state["theoretical"])
        life._follow = Track.from_state(state["followable"])
        life._funding = [(int(ts), float(rate)) for ts, rate in state["funding"]]
        life._paid = int(state["paid"])
        life._last, life._resolution, life._unused = state["last"], state["resolution"], state["unused"]
        return life

    def _deadline(self, track: Track) -> int:
        if track.phase <= TOUCHED:
            return self._grid
        return -(-(track.filled_at + self._limit) // self._base) * self._base

    def _settle_until(self, ts: int) -> None:
        while self._funding and self._funding[0][0] <= ts:
            moment, rate = self._funding.pop(0)
            for track in (self._theory, self._follow):
                track.settle(moment, rate, self.plan.side)

    def _both(self, event: str, ts: int, steps: list[Step]) -> None:
        for name, track in zip(NAMES, (self._theory, self._follow)):
            before = track.phase
            if track.end(event, ts):
                self._tell(name, track, before, steps)

    def _tell(self, name: TrackName, track: Track, before: int, steps: list[Step]) -> None:
        side = self.plan.side
        if before <= TOUCHED and track.filled_at >= 0:
            steps.append(Step(name, "filled", track.filled_at, track.fill * side, None))
        if before <= FILLED and track.tp1_time >= 0:
            banked = track.rr if self._at.single else track.banked
            steps.append(Step(name, "tp1", track.tp1_time, self.plan.tp1, banked))
        if track.phase == ENDED:
            out = track.result in ("win", "lose")
            price, r = (track.exit_price * side, track.rr) if out else (None, None)
            steps.append(Step(name, "closed", track.closed_at, price, r))

    def _end_of(self, track: Track) -> TrackEnd:
        filled = track.filled_at >= 0
        return TrackEnd(
            result=track.result,
            exit_reason=track.reason,
            closed_at=track.closed_at,
            fill_price=track.fill * self.plan.side if filled else None,
            filled_at=track.filled_at if filled else None,
            rr=track.rr if track.result in ("win", "lose") else None,
        )
