"""Entry zone, stop and targets, each hung on an anchor.

Everything works in side space (a short's prices negated), where the trade is a long: the zone is a support area at or
just below the price, the stop lies beyond a supporting area, the targets at opposing areas or extensions above.
A number without an anchor does not exist. Prices are rounded to the tick so that R:R never looks better than it is:
the stop away from the zone, the near edge of the zone and the targets towards it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from engine.decision.verdict import Contract, Verdict
from engine.market.anchors import (
    ANCHORS,
    EQUAL_HIGHS,
    EQUAL_LOWS,
    EXTENSION,
    HVN,
    SWEPT_LEVEL,
    SWING_HIGH,
    SWING_LOW,
)
from engine.params import Params
from engine.readings import ANCHOR_AT, ANCHOR_WIDTH, ROW, ROW_COUNT
from engine.records import record, step

CLOSE, ATR, ATR_H1, MINUTES = ROW["close"], ROW["atr"], ROW["atr_h1"], ROW["minutes"]
TRIED = 6
APART = 0.25  # R between TP1 and TP2
# What the best levels lack.
NOTHING, RR, TP2_ATR, COSTS, NO_LEVELS = range(5)
FLAWED, SOUND = 1, 2


@record
class Areas:
    """A row's anchors in side space, and the work of hanging a trade on them.

    `support` are indices of areas that may carry an entry or a stop, highest first; `target` of those above the close,
    lowest first; `near` of entries within reach with their rank. `goal` and what follows: targets beyond a zone. `side`
    of an area: 1 it supports this side, -1 it opposes, 0 either. `least_rr`: the mean R:R asked. The rest is the trade
    being tried.
    """

    kind: Annotated[list[int], ANCHORS]
    side: Annotated[list[int], ANCHORS]
    low: Annotated[list[float], ANCHORS]
    high: Annotated[list[float], ANCHORS]
    supports: int
    support: Annotated[list[int], ANCHORS]
    targets: int
    target: Annotated[list[int], ANCHORS]
    nears: int
    near: Annotated[list[int], ANCHORS]
    unnamed: Annotated[list[int], ANCHORS]
    backing: Annotated[list[int], ANCHORS]
    distance: Annotated[list[float], ANCHORS]
    goals: int
    goal: Annotated[list[int], ANCHORS]
    price: Annotated[list[float], ANCHORS]
    rr: Annotated[list[float], ANCHORS]
    close: float
    atr: float
    limit: float
    least_rr: float
    least_risk: float
    zone_low: float
    zone_high: float
    middle: float
    stop: int
    sl: float
    first: int
    second: int


@step
def find_levels(v: Verdict, row: Sequence[float], side: int, c: Contract, costs: float, a: Areas, k: Params) -> int:
    """The first entry whose levels have no flaw, else the first that makes a scalp, else the first flawed; 1 if any.

    `costs`: of a round trip, as a fraction of price.
    """
    a.close = row[CLOSE] * side
    a.atr = row[ATR]
    a.limit = k.tp2_max_atr_h1 * row[ATR_H1]
    a.least_risk = costs * row[CLOSE] / k.cost_max_r
    collect(a, row, side)
    rank(a, k)
    a.least_rr = k.rr_min
    v.scalp = 0
    found = try_entries(v, row, c, a, k, 0)
    if found != SOUND and k.scalp == 1 and int(row[MINUTES]) == 15:
        a.least_rr = k.scalp_rr_min
        found = try_entries(v, row, c, a, k, found)
        v.scalp = 1 if found == SOUND else 0
    return 1 if found > 0 else 0


@step
def try_entries(v: Verdict, row: Sequence[float], c: Contract, a: Areas, k: Params, found: int) -> int:
    """Write down the first entry without a flaw (SOUND), or the first flawed one where there is none (`found` 0)."""
    for tried in range(min(TRIED, a.nears)):
        best = take_best(a, tried)
        flaw = hang(a, best, c, k)
        if flaw == NOTHING or (flaw != NO_LEVELS and found == 0):
            keep(v, a, best, row)
            found = FLAWED
        if flaw == NOTHING:
            return SOUND
    return found


@step
def round_trip(c: Contract, k: Params) -> float:
    """Two taker fees and two slippages, as a fraction of price."""
    return 2 * k.taker_fee + 2 * c.slippage


@step
def collect(a: Areas, row: Sequence[float], side: int) -> None:
    """The row's anchors in side space, supports and targets in order."""
    kinds, sides, lows, highs, support, target = a.kind, a.side, a.low, a.high, a.support, a.target
    close = a.close
    supports = 0
    targets = 0
    for j in range(int(row[ROW_COUNT])):
        at = ANCHOR_AT + ANCHOR_WIDTH * j
        kind = int(row[at])
        turned = int(row[at + 2]) * side
        low = row[at + 4] if side > 0 else -row[at + 5]
        high = row[at + 5] if side > 0 else -row[at + 4]
        kinds[j], sides[j], lows[j], highs[j] = kind, turned, low, high
        if turned >= 0 and kind != EXTENSION:  # the nearest first
            i = supports
            while i > 0 and lows[support[i - 1]] < low:
                support[i] = support[i - 1]
                i -= 1
            support[i] = j
            supports += 1
        if low > close and (turned <= 0 or kind == EXTENSION):  # the nearest first, by low, then by high
            i = targets
            while i > 0:
                before = target[i - 1]
                if lows[before] < low or (lows[before] == low and highs[before] <= high):
                    break
                target[i] = before
                i -= 1
            target[i] = j
            targets += 1
    a.supports = supports
    a.targets = targets


@step
def rank(a: Areas, k: Params) -> None:
    """Entry areas within reach: whether they name a location, how many others back them, how far they are."""
    reach = k.zone_reach_atr * a.atr
    slack = 0.15 * a.atr
    a.nears = 0
    for i in range(a.supports):
        j = a.support[i]
        kind = a.kind[j]
        if kind == HVN or a.low[j] > a.close or a.close - a.high[j] > reach:
            continue
        backing = 0
        for o in range(a.supports):
            other = a.support[o]
            if a.low[other] <= a.high[j] + slack and a.high[other] >= a.low[j] - slack:
                backing += 1
        n = a.nears
        a.near[n] = j
        a.unnamed[n] = unnamed(kind)
        a.backing[n] = backing
        a.distance[n] = abs(a.close - a.high[j])
        a.nears += 1


@step
def unnamed(kind: int) -> int:
    """1 for an entry that is no location of its own: a swing, equal extremes, a swept level."""
    return 1 if kind in (SWING_HIGH, SWING_LOW, EQUAL_HIGHS, EQUAL_LOWS, SWEPT_LEVEL) else 0


@step
def take_best(a: Areas, taken: int) -> int:
    """The best entry of those not taken yet (of equals the first): named ones, then the best backed, then the nearest.

    It moves to place `taken`; the others keep their order.
    """
    best = taken
    for i in range(taken + 1, a.nears):
        if better(a, i, best):
            best = i
    j, named, backing, distance = a.near[best], a.unnamed[best], a.backing[best], a.distance[best]
    for i in range(best, taken, -1):
        a.near[i] = a.near[i - 1]
        a.unnamed[i] = a.unnamed[i - 1]
        a.backing[i] = a.backing[i - 1]
        a.distance[i] = a.distance[i - 1]
    a.near[taken] = j
    a.unnamed[taken] = named
    a.backing[taken] = backing
    a.distance[taken] = distance
    return j


@step
def better(a: Areas, one: int, other: int) -> int:
    """1 where entry `one` comes before `other`."""
    if a.unnamed[one] != a.unnamed[other]:
        return 1 if a.unnamed[one] < a.unnamed[other] else 0
    if a.backing[one] != a.backing[other]:
        return 1 if a.backing[one] > a.backing[other] else 0
    return 1 if a.distance[one] < a.distance[other] else 0


@step
def hang(a: Areas, entry: int, c: Contract, k: Params) -> int:
    """Zone, stop and targets for an entry area; what they lack, NO_LEVELS where nothing carries a stop or a target.

    With `zone_max_atr` 0 the zone is one price, its edge towards the targets.
    """
    low, high = a.low[entry], a.high[entry]
    pad = 0.1 * a.atr if high - low < 0.1 * a.atr else 0.0
    edge = min(high + pad, a.close + 0.1 * a.atr)
    foot = max(low - pad, edge - k.zone_max_atr * a.atr)
    a.zone_high = on_grid(edge, c, 1)
    a.zone_low = on_grid(foot, c, -1)
    if k.zone_max_atr == 0.0:
        a.zone_low = a.zone_high
    elif a.zone_high <= a.zone_low:
        a.zone_high = on_grid(a.zone_low + c.tick, c, 1)
    a.middle = (a.zone_low + a.zone_high) / 2
    if find_stop(a, entry, c, k) == 0:
        return NO_LEVELS
    risk = a.middle - a.sl
    flaw = find_targets(a, risk, c, k)
    return COSTS if flaw == NOTHING and risk < a.least_risk else flaw


@step
def find_stop(a: Areas, entry: int, c: Contract, k: Params) -> int:
    """The nearest stop beyond a supporting area that costs allow, else the widest there is within reach; 1 if any."""
    buffer = k.stop_buffer_atr * a.atr
    found = 0
    for i in range(a.supports):
        j = a.support[i]
        if a.low[j] > a.zone_low or a.low[j] > a.low[entry]:
            continue
        sl = on_grid(a.low[j] - buffer, c, -1)
        risk = a.middle - sl
        if sl >= a.zone_low or risk <= 0.0:
            continue
        if risk > a.limit / a.least_rr and found == 1:
            break
        a.stop = j
        a.sl = sl
        found = 1
        if risk >= a.least_risk:
            break
    return found


@step
def find_targets(a: Areas, risk: float, c: Contract, k: Params) -> int:
    """TP1: the nearest target with RR >= 1; TP2: the nearest that lifts the mean RR to `least_rr` within the ATR limit.

    Returns what the best pair lacks; NO_LEVELS where nothing lies above.
    """
    gather_goals(a, risk, c, k)
    if a.goals == 0:
        return NO_LEVELS
    flawed = 0
    first = 0
    second = 0
    for i in range(a.goals):
        if a.rr[i] < k.rr_tp1_min:
            continue
        flaw = find_second(a, i)
        if flaw == NOTHING:
            return NOTHING
        if flaw == TP2_ATR and flawed == 0:
            flawed = 1
            first, second = a.first, a.second
    if flawed == 1:
        a.first, a.second = first, second
        return TP2_ATR
    a.first = a.goals - 1
    a.second = a.goals - 1
    return RR


@step
def gather_goals(a: Areas, risk: float, c: Contract, k: Params) -> None:
    """Targets with RR >= 1, nearest first, and the farthest however near it is."""
    a.goals = 0
    least = a.middle + k.rr_tp1_min * risk
    for i in range(a.targets):
        j = a.target[i]
        if a.low[j] < least and i < a.targets - 1:
            continue
        price = on_grid(a.low[j], c, -1)
        if price > a.middle and price > a.close:
            a.goal[a.goals] = j
            a.price[a.goals] = price
            a.rr[a.goals] = (price - a.middle) / risk
            a.goals += 1


@step
def find_second(a: Areas, i: int) -> int:
    """TP2 for the TP1 at goal `i`: at least a quarter R beyond it, or the same where that is far enough alone.

    Sets `first` and `second`. TP2_ATR where it lies too far, RR where there is none.
    """
    a.first = i
    alone = 1 if a.rr[i] >= a.least_rr and a.price[i] - a.middle <= a.limit else 0
    for n in range(i + 1, a.goals):
        if a.rr[n] < a.rr[i] + APART or (a.rr[i] + a.rr[n]) / 2 < a.least_rr:
            continue
        if a.price[n] - a.middle <= a.limit:
            a.second = n
            return NOTHING
        a.second = i if alone == 1 else n
        return NOTHING if alone == 1 else TP2_ATR
    a.second = i
    return NOTHING if alone == 1 else RR


@step
def keep(v: Verdict, a: Areas, entry: int, row: Sequence[float]) -> None:
    """Write the tried trade down."""
    v.zone_low = a.zone_low
    v.zone_high = a.zone_high
    v.middle = a.middle
    v.sl = a.sl
    v.risk = a.middle - a.sl
    v.tp1 = a.price[a.first]
    v.tp2 = a.price[a.second]
    v.invalidation = a.low[a.stop]
    v.entry = entry
    v.stop = a.stop
    v.first = a.goal[a.first]
    v.second = a.goal[a.second]
    at = ANCHOR_AT + ANCHOR_WIDTH * entry
    v.entry_kind = int(row[at])
    v.entry_minutes = int(row[at + 1])
    v.entry_known_at = int(row[at + 3])


@step
def on_grid(price: float, c: Contract, direction: int) -> float:
    """The nearest tick at or below (`direction` -1) or at or above (1); a price already on the grid stays.

    Exact: the tick is a ratio of two whole numbers, so one division rounds once.

    >>> from engine.decision.verdict import ticked
    >>> c = ticked(0.05)
    >>> on_grid(10.07, c, -1), on_grid(10.07, c, 1), on_grid(10.1, c, 1)
    (10.05, 10.1, 10.1)
    """
    ratio = price / c.tick
    nearest = int(ratio)
    if ratio - nearest > 0.5:
        nearest += 1
    if nearest - ratio > 0.5:
        nearest -= 1
    if abs(ratio - nearest) > 1e-6 and (nearest - ratio) * direction < 0.0:
        nearest += direction
    return nearest * c.units / c.scale
