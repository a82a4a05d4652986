"""Entry zone, stop and targets, each hung on an anchor.

Everything works in side space (a short's prices negated), where the trade is a long: the zone is a support area at or
just below the price, the stop lies beyond a supporting area, the targets at opposing areas or extensions above.
A number without an anchor does not exist. Prices are rounded to the tick so that R:R never looks better than it is:
the stop away from the zone, the near edge of the zone and the targets towards it.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from engine.decision.row import Area, Row
from engine.decision.signal import ticks_down, ticks_up
from engine.params import Params

ENTRY_KINDS = (
    "order_block",
    "breaker_block",
    "fair_value_gap",
    "ote",
    "lvn",
    "val",
    "vah",
    "poc",
    "swept_level",
    "swing_low",
    "swing_high",
    "equal_lows",
    "equal_highs",
)
LOCATIONS = {
    "order_block": "at_order_block",
    "breaker_block": "at_order_block",
    "fair_value_gap": "at_fvg",
    "ote": "at_ote",
    "lvn": "at_lvn",
    "poc": "at_poc",
    "vah": "at_vah",
    "val": "at_val",
}
TRIED = 6
APART = 0.25  # R between TP1 and TP2
Pair = tuple[Area, float, Area, float, str | None]


@dataclass(frozen=True, slots=True)
class Levels:
    """A trade in side space with the areas that vouch for each number; `flaw` names what it lacks (None: nothing)."""

    zone_low: float
    zone_high: float
    sl: float
    tp1: float
    tp2: float
    invalidation: float
    entry_area: Area
    stop_area: Area
    tp1_area: Area
    tp2_area: Area
    flaw: str | None

    @property
    def middle(self) -> float:
        return (self.zone_low + self.zone_high) / 2

    @property
    def anchor(self) -> str:
        """The entry's anchor as a name: the same area has the same one for as long as it lives."""
        return f"{self.entry_area.kind}:{self.entry_area.timeframe}:{self.entry_area.known_at}"

    @property
    def risk(self) -> float:
        return self.middle - self.sl

    def rr(self, target: float) -> float:
        return (target - self.middle) / self.risk


class Finder:
    """Looks for the best levels of one side of one row."""

    def __init__(self, row: Row, side: int, tick: float, cost_fraction: float, params: Params) -> None:
        self._k = params
        self._tick = tick
        self._atr = row["atr"]
        self._limit = params.tp2_max_atr_h1 * row["atr_h1"]
        self._close = row["close"] * side
        self._least_risk = cost_fraction * row["close"] / params.cost_max_r
        areas = row.areas(side)
        self._supports = [a for a in areas if a.side >= 0 and a.kind != "extension"]
        close = self._close
        opposing = [a for a in areas if a.low > close and (a.side <= 0 or a.kind == "extension")]
        self._targets = sorted(opposing, key=attrgetter("low", "high"))
        self._supports.sort(key=attrgetter("low"), reverse=True)

    def find(self) -> Levels | None:
        """The first entry whose levels have no flaw, else the first flawed one, else None (nothing to hang on)."""
        fallback: Levels | None = None
        for area in self._entries()[:TRIED]:
            levels = self._hang(area)
            if levels is None:
                continue
            if levels.flaw is None:
                return levels
            fallback = fallback or levels
        return fallback

    def _entries(self) -> list[Area]:
        """Entry areas within reach, those backed by most others first, then the nearest."""
        reach = self._k.zone_reach_atr * self._atr
        near = [
            a
            for a in self._supports
            if a.kind in ENTRY_KINDS and a.low <= self._close and self._close - a.high <= reach
        ]
        slack = 0.15 * self._atr

        def order(a: Area) -> tuple[int, float, float]:
            backing = sum(1 for o in self._supports if o.low <= a.high + slack and o.high >= a.low - slack)
            named = 0 if a.kind in LOCATIONS else 1
            return (named, -float(backing), abs(self._close - a.high))

        return sorted(near, key=order)

    def _hang(self, area: Area) -> Levels | None:
        pad = 0.1 * self._atr if area.high - area.low < 0.1 * self._atr else 0.0
        high = min(area.high + pad, self._close + 0.1 * self._atr)
        low = max(area.low - pad, high - self._k.zone_max_atr * self._atr)
        high, low = ticks_up(high, self._tick), ticks_down(low, self._tick)
        if high <= low:
            high = ticks_up(low + self._tick, self._tick)
        middle = (low + high) / 2
        stop = self._stop(area, low, middle)
        if stop is None:
            return None
        stop_area, sl = stop
        risk = middle - sl
        found = self._pair(middle, risk)
        if found is None:
            return None
        tp1_area, tp1, tp2_area, tp2, flaw = found
        flaw = "costs" if risk < self._least_risk and flaw is None else flaw
        return Levels(low, high, sl, tp1, tp2, stop_area.low, area, stop_area, tp1_area, tp2_area, flaw)

    def _stop(self, entry: Area, zone_low: float, middle: float) -> tuple[Area, float] | None:
        """The nearest stop beyond a supporting area that costs allow, else the widest there is within reach."""
        buffer = self._k.stop_buffer_atr * self._atr
        best: tuple[Area, float] | None = None
        for area in self._supports:
            if area.low > zone_low or area.low > entry.low:
                continue
            sl = ticks_down(area.low - buffer, self._tick)
            risk = middle - sl
            if sl >= zone_low or risk <= 0.0:
                continue
            if risk > self._limit / self._k.rr_min and best is not None:
                break
            best = (area, sl)
            if risk >= self._least_risk:
                break
        return best

    def _pair(self, middle: float, risk: float) -> Pair | None:
        """TP1: the nearest target with RR >= 1; TP2: the nearest that lifts the mean RR to 1.5 within the ATR limit."""
        k = self._k
        prices = []
        least = middle + self._k.rr_tp1_min * risk
        for area in self._targets:
            if area.low < least and area is not self._targets[-1]:
                continue
            price = ticks_down(area.low, self._tick)
            if price > middle and price > self._close:
                prices.append((area, price, (price - middle) / risk))
        if not prices:
            return None
        flawed: Pair | None = None
        for i, (area, tp1, rr1) in enumerate(prices):
            if rr1 < k.rr_tp1_min:
                continue
            found = self._second(prices, i, middle)
            if found is not None and found[4] is None:
                return found
            if found is None and rr1 >= k.rr_min and tp1 - middle <= self._limit:
                return area, tp1, area, tp1, None
            flawed = flawed or found
        if flawed is not None:
            return flawed
        area, price, _ = prices[-1]
        return area, price, area, price, "rr"

    def _second(self, prices: list[tuple[Area, float, float]], first: int, middle: float) -> Pair | None:
        """TP2 for a TP1: at least a quarter R beyond it; the flaw is tp2_atr where it lies too far."""
        area1, tp1, rr1 = prices[first]
        for area2, tp2, rr2 in prices[first + 1 :]:
            if rr2 < rr1 + APART or (rr1 + rr2) / 2 < self._k.rr_min:
                continue
            if tp2 - middle <= self._limit:
                return area1, tp1, area2, tp2, None
            if rr1 >= self._k.rr_min and tp1 - middle <= self._limit:
                return area1, tp1, area1, tp1, None
            return area1, tp1, area2, tp2, "tp2_atr"
        return None
