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
from typing import Any

from engine.decision.calm import Calm
from engine.decision.doubt import THIN, WAIT, Doubt
from engine.decision.signal import Outcome, Plan
from engine.decision.telling import NAMES, Step, outcome_of, steps_between
from engine.decision.terms import terms_of
from engine.decision.track import Track, begin, end, prices, quiet, settle, state_of, take_bar, track_of
from engine.decision.track_rules import (
    BANKED,
    DATA_GAP,
    ENDED,
    EVENTS,
    FILLED,
    LATENCY_MS,
    MISSING_BARS,
    SILENT_MS,
    TOUCHED,
    gapped,
)


class Life:
    """Follows one plan. Feed it closed bars in order, the trades inside them before them, and funding.

    `base_ms` is the length of the pair's base bar; bars handed in may be finer (1m history after downtime).
    """

    __slots__ = (
        "_base", "_calm", "_doubt", "_follow", "_funding", "_last", "_paid", "_resolution", "_terms", "_theory",
        "_told", "_unused", "plan",
    )  # fmt: skip

    def __init__(self, plan: Plan, base_ms: int) -> None:
        self.plan = plan
        self._base = base_ms
        self._terms = terms_of(plan, base_ms)
        self._theory, self._follow = Track(), Track()
        begin(self._theory, plan.ts)
        begin(self._follow, plan.ts + LATENCY_MS)
        self._funding: list[tuple[int, float]] = []
        self._paid = 0  # the newest settlement told
        self._last = plan.ts
        self._resolution = -1
        self._unused = -1
        self._calm = Calm()
        self._doubt = Doubt()
        self._told = self._phases()

    @property
    def ended(self) -> bool:
        """Both tracks have ended."""
        return self._theory.phase == ENDED and self._follow.phase == ENDED

    @property
    def at_risk(self) -> bool:
        """Whether the followable track can still lose: neither half banked nor ended."""
        return self._follow.phase <= FILLED

    @property
    def silent_at(self) -> int:
        """When the life ends if its pair is not heard of again: a day after its newest bar (ms)."""
        return self._last + SILENT_MS

    def on_bar(
        self, ts: int, open: float, high: float, low: float, close: float, bar_ms: int, covered: bool = False
    ) -> bool:
        """A closed bar (`ts` its open time); whether a track changed. Bars that open before `plan.ts` or were walked
        already are ignored.

        `covered` says that all trades of this bar went through `on_trades` before: then fills, misses, touches,
        stops, targets, MFE and MAE are the trades' work alone and the bar only decides what a close decides
        (invalidation, expiry, time limit, data gap). Without it the bar's range is used as well; a track that trades
        already moved inside this bar treats it as its fill bar (or TP1's bar), so nothing counts twice in its favour.
        """
        closed = ts + bar_ms
        calm = self._calm
        if (
            calm.floor < low and high < calm.ceiling and closed < calm.until
            and ts == self._last and bar_ms == self._base and (not covered or ts > self._unused)
        ):  # fmt: skip
            self._last = closed
            if not covered:
                self._resolution = bar_ms
                if low < calm.low:
                    calm.low = low
                if high > calm.high:
                    calm.high = high
            return False
        if ts < self.plan.ts or closed <= self._last or self.ended:
            return False
        self._stir()
        if gapped(self._last, ts, self._base):
            self._last = closed
            return self._both(DATA_GAP, closed)
        self._last = closed
        self._settle_until(ts)
        ranged = not covered or ts <= self._unused
        self._resolution = max(self._resolution, bar_ms if ranged else 0)
        theory, follow = self._theory, self._follow
        before = self._phases()
        take_bar(theory, follow, self._terms, ts, bar_ms, open, high, low, close, ranged)
        self._doubt.see(follow, ts, closed <= self._terms.grid)
        if self._doubt.reported:
            self._look_again(closed)
        if not self._funding:
            calm.between((theory, follow), self._terms, closed)
        return self._phases() != before

    def on_trades(self, ts: Sequence[int], price: Sequence[float]) -> bool:
        """Trades in exchange order, each a bar of its own with its own stamp; whether a track changed.

        Rows older than the last closed bar are ignored, and so are rows that a clock of the plan forbids before that
        bar has closed (expiry and time limit take effect at the close of their base bar). Rows after a hole in the
        bars wait for the next bar, which voids the plan. Hand the bar itself in afterwards with `covered=True`.
        """
        if self.ended or not len(ts):
            return False
        self._calm.tell((self._theory, self._follow), self.plan.side)
        before = self._phases()
        at, stop = bisect_left(ts, self._last), bisect_left(ts, self._last + (MISSING_BARS + 1) * self._base)
        if stop < len(ts):
            self._unused = int(ts[-1])
        while self._funding:
            cut = bisect_right(ts, self._funding[0][0], min(at, stop))
            if cut >= stop:
                break
            self._walk(ts, price, at, cut)
            self._settle_until(self._funding[0][0])
            at = cut
        self._walk(ts, price, at, stop)
        self._doubt.see(self._follow, self._last, self._last < self._terms.grid)
        changed = self._phases() != before
        if changed:
            self._calm.over()
        return changed

    def _walk(self, ts: Sequence[int], price: Sequence[float], start: int, stop: int) -> None:
        if start >= stop:
            return
        side, levels = self.plan.side, self._terms.at
        lowest, highest = float(min(price[start:stop])), float(max(price[start:stop]))
        bottom, top = (lowest, highest) if side > 0 else (-highest, -lowest)
        for track in (self._theory, self._follow):
            row = bisect_left(ts, track.start, start, stop)
            if row < stop and track.phase != ENDED:
                self._resolution = max(self._resolution, 0)
            if row == start and ts[stop - 1] < self._deadline(track) and quiet(track, levels, bottom, top):
                continue
            while row < stop and track.phase != ENDED and ts[row] < self._deadline(track):
                moment, value = int(ts[row]), float(price[row]) * side
                prices(track, levels, moment, moment, value, value, value, False)
                row += 1

    def on_funding(self, ts: int, rate: float) -> None:
        """A settlement at `ts`: longs pay positive rates. Charged once the tape goes on past it."""
        if not self.ended and ts > self._paid:
            self._funding.append((ts, rate))
            self._paid = ts
            self._calm.over()

    def report(self, ts: int) -> bool:
        """A person says that the followable fill was not to be had: looked at now, or as soon as the entry is over.

        A fill that does not stand ends that track as no-fill/reported (True); the theoretical one goes on.
        """
        if self._follow.phase not in (FILLED, BANKED):
            return False
        self._doubt.reported = True
        return self._look_again(max(ts, self._last))

    def doubted(self) -> str:
        """What would come of a `report` now, one of DOUBTS."""
        self._tell_calm()
        return self._doubt.said(self._follow, self._terms, self.plan.tick, over=self._last >= self._terms.grid)

    def _look_again(self, ts: int) -> bool:
        said = self.doubted()
        self._doubt.reported = said == WAIT
        if said != THIN or not end(self._follow, EVENTS.index("reported"), ts):
            return False
        self._follow.filled_at = -1
        self._calm.over()
        return True

    def cancel(self, ts: int, reason: str) -> bool:
        """End what `reason` may end at `ts`: cancelled (only a track that waits), delisted, data_gap.

        Whether a track changed.
        """
        if reason not in ("cancelled", "delisted", "data_gap"):
            raise ValueError(f"a plan cannot be cancelled for {reason!r}")
        return self._both(EVENTS.index(reason), ts)

    def steps(self) -> list[Step]:
        """What happened to both tracks since this was asked last."""
        found: list[Step] = []
        for name, track, before in zip(NAMES, (self._theory, self._follow), self._told):
            if track.phase != before:
                found += steps_between(name, self.plan, track, before)
        self._told = self._phases()
        return found

    def outcome(self, signal_id: str, number: int) -> Outcome | None:
        """How it ended, once both tracks have; `win`, MFE, MAE and times are the theoretical track's."""
        if not self.ended:
            return None
        resolution = self._base if self._resolution < 0 else self._resolution
        return outcome_of(self.plan, self._theory, self._follow, resolution, signal_id, number)

    def to_state(self) -> dict[str, Any]:
        """Everything but the plan and the base, JSON-able; floats survive exactly."""
        self._tell_calm()
        return {
            "theoretical": state_of(self._theory),
            "followable": state_of(self._follow),
            "funding": [list(row) for row in self._funding],
            "paid": self._paid,
            "last": self._last,
            "resolution": self._resolution,
            "unused": self._unused,
            "doubt": [self._doubt.deep, self._doubt.reported],
        }

    @classmethod
    def from_state(cls, plan: Plan, base_ms: int, state: Mapping[str, Any]) -> Life:
        """The life that `to_state` described. Raises KeyError or ValueError on a foreign state."""
        life = cls(plan, base_ms)
        life._theory = track_of(state["theoretical"])
        life._follow = track_of(state["followable"])
        life._funding = [(int(ts), float(rate)) for ts, rate in state["funding"]]
        life._paid = int(state["paid"])
        life._told = life._phases()
        life._last, life._resolution, life._unused = state["last"], state["resolution"], state["unused"]
        deep, reported = state.get("doubt", (life._follow.mae, False))
        life._doubt = Doubt(float(deep), bool(reported))
        return life

    def _deadline(self, track: Track) -> int:
        if track.phase <= TOUCHED:
            return self._terms.grid
        return -(-(track.filled_at + self._terms.limit) // self._base) * self._base

    def _settle_until(self, ts: int) -> None:
        while self._funding and self._funding[0][0] <= ts:
            moment, rate = self._funding.pop(0)
            for track in (self._theory, self._follow):
                settle(track, moment, rate, self.plan.side)

    def _stir(self) -> None:
        """Something may happen now: the tracks are told the calm bars so far."""
        self._tell_calm()
        self._calm.over()

    def _tell_calm(self) -> None:
        self._calm.tell((self._theory, self._follow), self.plan.side)
        self._doubt.see(self._follow, self._last, self._last <= self._terms.grid)

    def _phases(self) -> tuple[int, int]:
        return self._theory.phase, self._follow.phase

    def _both(self, event: int, ts: int) -> bool:
        self._stir()
        before = self._phases()
        for track in (self._theory, self._follow):
            end(track, event, ts)
        return self._phases() != before
