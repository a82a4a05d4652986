"""The named refusals, in one order. Each is a rule of its own; a setup hears the first and all that would have."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decision.judge import Candidate
from engine.decision.signal import SIDE_NAMES
from engine.market.state import BALANCED, direction_of
from engine.params import Params

ORDER = (
    "coverage", "no_anchor", "side_order", "rr", "tp2_atr", "spread", "volatility", "costs", "stale", "liquidity",
    "cooldown", "heat", "breaker", "paused", "open_signal", "regime", "location", "order_flow", "confluence", "p_win",
    "trigger", "opinion", "unproven",
)  # fmt: skip
EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds at the moment of the check: newest price and book of the pair, and the state of the stream."""

    now: int
    price: float
    bid: float
    ask: float
    book_ts: int
    candle_lost: bool
    cooldown_until: int
    same_side_open: int
    breaker_until: int
    paused: bool
    pair_open: bool
    trigger: int  # 5m bits, read by engine/decision/triggers.py


def refusals(c: Candidate, s: Surroundings, k: Params) -> tuple[str, ...]:
    """Every rule that refuses, in ORDER; triggers, and what `proven` holds back, are judged where it is published."""
    found = set(_market(c, s, k)) | set(_levels(c, s, k)) | set(_state(c, s, k)) | set(_gate(c, k))
    return tuple(name for name in ORDER if name in found)


def _market(c: Candidate, s: Surroundings, k: Params) -> list[str]:
    found = []
    if c.coverage < k.coverage_quorum - EPSILON:
        found.append("coverage")
    if s.book_ts > 0 and s.now - s.book_ts <= k.book_fresh_ms and s.ask - s.bid > k.spread_max * s.price:
        found.append("spread")
    if c.row["atr_h1"] > k.volatility_max_atr * s.price:
        found.append("volatility")
    if c.row["volume_quote"] < k.min_volume_quote:
        found.append("liquidity")
    if s.candle_lost or c.row["complete"] == 0.0:
        found.append("stale")
    return found


def _levels(c: Candidate, s: Surroundings, k: Params) -> list[str]:
    """Levels and costs; price already beyond the near edge by more than 0.25 R, or at TP1, is stale."""
    if c.levels is None or c.plan is None:
        return ["no_anchor"]
    v = c.levels
    found = []
    if not v.sl < v.zone_low <= v.zone_high < v.tp1 <= v.tp2:
        found.append("side_order")
    if c.rr_target < k.rr_min - EPSILON or c.rr_tp1 < k.rr_tp1_min - EPSILON:
        found.append("rr")
    if v.tp2 - v.middle > k.tp2_max_atr_h1 * c.row["atr_h1"] + EPSILON:
        found.append("tp2_atr")
    if c.cost_r > k.cost_max_r + EPSILON:
        found.append("costs")
    price = s.price * c.side
    if price - v.zone_high > k.stale_r * v.risk or price >= v.tp1 or price <= v.sl:
        found.append("stale")
    return found


def _state(c: Candidate, s: Surroundings, k: Params) -> list[str]:
    found = []
    if s.now < s.cooldown_until:
        found.append("cooldown")
    if s.same_side_open >= k.heat_same_side:
        found.append("heat")
    if s.now < s.breaker_until:
        found.append("breaker")
    if s.paused:
        found.append("paused")
    if s.pair_open:
        found.append("open_signal")
    return found


def _against_the_tide(c: Candidate, k: Params) -> bool:
    """Out of balance the other way; or, for a continuation, 4h structure broken or a clear daily bias against it."""
    if c.market_state == BALANCED:
        return False
    if direction_of(c.market_state) != c.side or c.structure_4h == "broken":
        return True
    return c.bias_1d is not None and c.bias_1d[0] != SIDE_NAMES[c.side] and c.bias_1d[1] >= k.bias_clear


def _gate(c: Candidate, k: Params) -> list[str]:
    """The three-layer reading and the evidence."""
    found = []
    if _against_the_tide(c, k):
        found.append("regime")
    if c.setup_model == "mean_reversion":
        if c.location not in ("at_val", "at_vah") or not c.failed_break:
            found.append("location")
    elif c.location in ("in_value", "nowhere"):
        found.append("location")
    if c.order_flow is False:
        found.append("order_flow")
    if c.estimate is None or c.estimate.p is None:
        if c.confluence < c.threshold - EPSILON:
            found.append("confluence")
    elif c.estimate.p < c.threshold - EPSILON:
        found.append("p_win")
    return found
