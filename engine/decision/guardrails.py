"""The named refusals, in one order. Each is a bit of its own; a setup hears the first and all that would have refused.

Those that need nothing but row, side, prices and parameters are steps here; those of the stream (what is open, paused
or lost, and the policy's probability) are set in engine/decision/stream.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from engine.decision.heat import Heat
from engine.decision.verdict import AT_VAH, AT_VAL, IN_VALUE, NOWHERE, Verdict
from engine.market.state import BALANCED
from engine.params import Params
from engine.readings import ROW
from engine.records import step

ORDER = (
    "coverage", "no_anchor", "side_order", "rr", "tp2_atr", "spread", "volatility", "costs", "stale", "liquidity",
    "cooldown", "heat", "breaker", "paused", "open_signal", "regime", "location", "order_flow", "confluence", "p_win",
    "trigger", "opinion", "unproven",
)  # fmt: skip
(
    COVERAGE, NO_ANCHOR, SIDE_ORDER, RR, TP2_ATR, SPREAD, VOLATILITY, COSTS, STALE, LIQUIDITY,
    COOLDOWN, HEAT, BREAKER, PAUSED, OPEN_SIGNAL, REGIME, LOCATION, ORDER_FLOW, CONFLUENCE, P_WIN,
    TRIGGER, OPINION, UNPROVEN,
) = (1 << place for place in range(len(ORDER)))  # fmt: skip
EPSILON = 1e-9
ATR_H1, VOLUME_QUOTE, COMPLETE = ROW["atr_h1"], ROW["volume_quote"], ROW["complete"]


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
    heat: Heat | None
    breaker_until: int
    paused: bool
    pair_open: bool
    trigger: int  # 5m bits, read by engine/decision/triggers.py


@cache
def reasons_of(bits: int) -> tuple[str, ...]:
    """The names of the bits, first refuser first.

    >>> reasons_of(RR | CONFLUENCE)
    ('rr', 'confluence')
    """
    return tuple(name for place, name in enumerate(ORDER) if bits >> place & 1)


def forbidden(now: int, cooldown_until: int, hot: bool, breaker_until: int, paused: bool, pair_open: bool) -> int:
    """The bits of what the stream forbids at `now`, whatever the setup is like."""
    found = COOLDOWN if now < cooldown_until else 0
    if hot:
        found |= HEAT
    if now < breaker_until:
        found |= BREAKER
    if paused:
        found |= PAUSED
    if pair_open:
        found |= OPEN_SIGNAL
    return found


@step
def refuse(
    v: Verdict,
    row: Sequence[float],
    now: int,
    price: float,
    bid: float,
    ask: float,
    book_ts: float,
    least: float,
    k: Params,
) -> int:
    """The bits of every rule here that refuses at `now`, with the pair's newest price and book (book_ts 0: none).

    `least` is the confluence asked of this setup.
    """
    found = refuse_market(v, row, now, price, bid, ask, book_ts, k)
    found |= refuse_levels(v, row, price, k)
    found |= refuse_reading(v, k)
    if v.confluence < least - EPSILON:
        found |= CONFLUENCE
    return found


@step
def refuse_market(
    v: Verdict, row: Sequence[float], now: int, price: float, bid: float, ask: float, book_ts: float, k: Params
) -> int:
    """What the market allows nobody: too little known, too wide, too wild, too thin, bars missing."""
    found = 0
    if v.coverage < k.coverage_quorum - EPSILON:
        found |= COVERAGE
    if book_ts > 0 and now - book_ts <= k.book_fresh_ms and ask - bid > k.spread_max * price:
        found |= SPREAD
    if row[ATR_H1] > k.volatility_max_atr * price:
        found |= VOLATILITY
    if row[VOLUME_QUOTE] < k.min_volume_quote:
        found |= LIQUIDITY
    if row[COMPLETE] == 0.0:
        found |= STALE
    return found


@step
def refuse_levels(v: Verdict, row: Sequence[float], price: float, k: Params) -> int:
    """Levels and costs; price already beyond the near edge by more than 0.25 R, or at TP1, is stale."""
    if v.anchored == 0:
        return NO_ANCHOR
    found = 0
    if not v.sl < v.zone_low <= v.zone_high < v.tp1 <= v.tp2:
        found |= SIDE_ORDER
    least_rr = k.scalp_rr_min if v.scalp == 1 else k.rr_min
    if v.rr_target < least_rr - EPSILON or v.rr_tp1 < k.rr_tp1_min - EPSILON:
        found |= RR
    if v.tp2 - v.middle > k.tp2_max_atr_h1 * row[ATR_H1] + EPSILON:
        found |= TP2_ATR
    if v.cost_r > k.cost_max_r + EPSILON:
        found |= COSTS
    here = price * v.side
    if here - v.zone_high > k.stale_r * v.risk or here >= v.tp1 or here <= v.sl:
        found |= STALE
    return found


@step
def refuse_reading(v: Verdict, k: Params) -> int:
    """The three-layer reading. A mean reversion wants a failed break at its own edge of value: the low for a long."""
    found = 0
    if against_the_tide(v, k) == 1:
        found |= REGIME
    if v.state == BALANCED:
        if v.location != (AT_VAL if v.side > 0 else AT_VAH) or v.failed_break == 0:
            found |= LOCATION
    elif v.location == IN_VALUE or v.location == NOWHERE:
        found |= LOCATION
    if v.order_flow < 0:
        found |= ORDER_FLOW
    return found


@step
def against_the_tide(v: Verdict, k: Params) -> int:
    """Out of balance the other way; or, for a continuation, 4h structure broken or a clear daily bias against it."""
    if v.state == BALANCED:
        return 0
    if v.state != v.side or v.broken == 1:
        return 1
    return 1 if v.bias_known == 1 and v.bias * v.side < 0.0 and abs(v.bias) >= k.bias_clear else 0
