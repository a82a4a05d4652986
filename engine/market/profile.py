"""Volume profile: at which prices the volume of a stretch of bars changed hands.

Bins of max(tick, ATR / 10), at most 256 (wider if needed), each bar's volume spread evenly over [low, high]. POC: the
bin with the most volume (of equals the one nearest the middle of the range), its centre. Value area, Dalton's two-bin
rule: from the POC, the larger of the two bins above and the two below is added (equals: above) until `value_area` of
the volume is inside; VAH and VAL are its outer edges. HVN and LVN: local maxima and minima of the profile smoothed over
3 bins, with a prominence of at least 20 % of the POC's height (ours); the most prominent eight. All is known at the
close of the newest bar. Source: Dalton, Mind over Markets; the two-bin rule as TradeStation and Sierra Chart have it.
"""

from __future__ import annotations

from typing import Annotated

from engine.market.anchors import HVN, LVN, POC, VAH, VAL, Anchors, vouch
from engine.market.bars import Bars
from engine.params import Params
from engine.records import record, step

BINS = 256
NODES = 8


@record
class Profile:
    """Prices. `ready` 0: no volume in the rolling stretch. `*_before`: its value `profile_bars` bars ago (0.0 where
    unknown), as of the newest `compare`. `session_*`: value of the newest bar's UTC day."""

    ready: int
    known_at: int
    poc: float
    vah: float
    val: float
    hvns: int
    lvns: int
    hvn: Annotated[list[float], NODES]  # most prominent first
    lvn: Annotated[list[float], NODES]
    hvn_weight: Annotated[list[float], NODES]  # prominence: volume of three bins
    lvn_weight: Annotated[list[float], NODES]
    poc_before: float
    vah_before: float
    val_before: float
    session_poc: float
    session_vah: float
    session_val: float
    bins: int
    low: float  # lower edge of bin 0
    width: float
    total: float
    most: float  # volume of the fullest bin
    bin: Annotated[list[float], BINS + 2]  # two empty ones follow the last
    step: Annotated[list[float], BINS]  # change of the volume that whole bins get, from each bin on
    turns: int  # turning points of the smoothed profile
    turn_bin: Annotated[list[int], BINS]
    turn_kind: Annotated[list[int], BINS]  # 1 maximum, -1 minimum
    turn_height: Annotated[list[float], BINS]


@step
def compute(p: Profile, b: Bars, atr: float, tick: float, k: Params) -> None:
    """Session and rolling profile (at most 127 bars) at the newest bar."""
    value_of(p, b, atr, tick, b.n - session_bars(b), b.n, k.value_area)
    p.session_poc = p.poc
    p.session_vah = p.vah
    p.session_val = p.val
    value_of(p, b, atr, tick, b.n - min(min(k.profile_bars, 127), b.n), b.n, k.value_area)
    nodes(p)
    p.known_at = b.close_ts


@step
def compare(p: Profile, b: Bars, atr: float, tick: float, k: Params) -> None:
    """The value of the stretch before the rolling one. It takes the same bins: `compute` comes after it."""
    count = min(k.profile_bars, 127)
    p.poc_before = 0.0
    p.vah_before = 0.0
    p.val_before = 0.0
    if b.n >= 2 * count:
        value_of(p, b, atr, tick, b.n - 2 * count, b.n - count, k.value_area)
        p.poc_before = p.poc
        p.vah_before = p.vah
        p.val_before = p.val


@step
def anchors(p: Profile, b: Bars, a: Anchors) -> None:
    """POC, edges and nodes of the rolling profile, then the session's value; each serves either side."""
    if p.ready == 0:
        return
    vouch(a, POC, b.minutes, 0, p.known_at, p.poc, p.poc)
    vouch(a, VAH, b.minutes, 0, p.known_at, p.vah, p.vah)
    vouch(a, VAL, b.minutes, 0, p.known_at, p.val, p.val)
    for j in range(p.lvns):
        vouch(a, LVN, b.minutes, 0, p.known_at, p.lvn[j], p.lvn[j])
    for j in range(p.hvns):
        vouch(a, HVN, b.minutes, 0, p.known_at, p.hvn[j], p.hvn[j])
    if p.session_poc > 0.0:
        vouch(a, POC, b.minutes, 0, p.known_at, p.session_poc, p.session_poc)
        vouch(a, VAH, b.minutes, 0, p.known_at, p.session_vah, p.session_vah)
        vouch(a, VAL, b.minutes, 0, p.known_at, p.session_val, p.session_val)


@step
def session_bars(b: Bars) -> int:
    """How many closed bars the UTC day of the newest one has; after a gap inside it only those since the gap."""
    span = b.minutes * 60000
    opened = b.close_ts - span
    count = min((opened % 86400000) // span + 1, min(b.n, 256))
    return min(count, b.n - b.gap)


@step
def value_of(p: Profile, b: Bars, atr: float, tick: float, first: int, last: int, share: float) -> None:
    """Bins, POC and value area of bars first .. last - 1."""
    p.ready = 0
    p.poc = 0.0
    p.vah = 0.0
    p.val = 0.0
    p.hvns = 0
    p.lvns = 0
    if last <= first:
        return
    fill(p, b, atr, tick, first, last)
    if p.total <= 0.0:
        return
    poc = peak(p)
    p.poc = p.low + (poc + 0.5) * p.width
    value_area(p, poc, share)
    p.ready = 1


@step
def fill(p: Profile, b: Bars, atr: float, tick: float, first: int, last: int) -> None:
    """Bins for the range of the bars, and their volume in them."""
    lows = b.low
    highs = b.high
    low = lows[first & 255]
    high = highs[first & 255]
    for j in range(first + 1, last):
        if lows[j & 255] < low:
            low = lows[j & 255]
        if highs[j & 255] > high:
            high = highs[j & 255]
    width = max(tick, atr / 10.0)
    reach = high - low
    if width <= 0.0 or reach / width > 255.0:
        width = reach / 255.0 if reach > 0.0 else 1.0
    count = min(256, int(reach / width) + 1)
    p.low = low
    p.width = width
    p.bins = count
    bins = p.bin
    steps = p.step
    for i in range(count):
        bins[i] = 0.0
        steps[i] = 0.0
    bins[count] = 0.0
    bins[count + 1] = 0.0
    spread(p, b, first, last)
    running = 0.0
    most = 0.0
    for i in range(count):
        running += steps[i]
        volume = bins[i] + max(running, 0.0)
        bins[i] = volume
        if volume > most:
            most = volume
    p.most = most


@step
def spread(p: Profile, b: Bars, first: int, last: int) -> None:
    """Each bar's volume evenly over [low, high]: its two end bins at once, what lies between as a step up and down."""
    top = p.bins - 1
    width = p.width
    per_bin = 1.0 / width
    bottom = p.low
    bins = p.bin
    steps = p.step
    total = 0.0
    for number in range(first, last):
        j = number & 255
        volume = b.volume[j]
        if volume <= 0.0:
            continue
        total += volume
        low = b.low[j] - bottom
        high = b.high[j] - bottom
        lower = int(low * per_bin)
        upper = int(high * per_bin)
        if lower > top:
            lower = top
        if upper > top:
            upper = top
        if lower == upper:
            bins[lower] += volume
            continue
        density = volume / (high - low)
        bins[lower] += density * ((lower + 1) * width - low)
        bins[upper] += density * (high - upper * width)
        steps[lower + 1] += density * width
        steps[upper] -= density * width
    p.total = total


@step
def peak(p: Profile) -> int:
    """The bin with the most volume; of equals (to a billionth) the one nearest the middle of the range."""
    bins = p.bin
    least = p.most * 0.999999999
    best = -1
    middle = (p.bins - 1) / 2.0
    for i in range(p.bins):
        if bins[i] >= least and (best < 0 or abs(i - middle) < abs(best - middle)):
            best = i
    return best


@step
def value_area(p: Profile, poc: int, share: float) -> None:
    """Dalton's two-bin rule outward from the POC."""
    bins = p.bin
    top = p.bins - 1
    goal = share * p.total
    lowest = poc
    highest = poc
    inside = bins[poc]
    above = two_above(bins, highest)
    below = two_below(bins, lowest)
    while inside < goal and (lowest > 0 or highest < top):
        if highest < top and (above >= below or lowest == 0):
            highest = min(top, highest + 2)
            inside += above
            above = two_above(bins, highest)
        else:
            lowest = max(0, lowest - 2)
            inside += below
            below = two_below(bins, lowest)
    p.vah = p.low + (highest + 1) * p.width
    p.val = p.low + lowest * p.width


@step
def two_above(bins: list[float], highest: int) -> float:
    """Volume of the two bins above; those beyond the last are empty."""
    return bins[highest + 1] + bins[highest + 2]


@step
def two_below(bins: list[float], lowest: int) -> float:
    """Volume of the two bins below, as far as there are."""
    if lowest > 1:
        return bins[lowest - 1] + bins[lowest - 2]
    return bins[0] if lowest == 1 else 0.0


@step
def nodes(p: Profile) -> None:
    """High and low volume nodes: turns of the smoothed profile that stand out by a fifth of the POC's height."""
    if p.ready == 0:
        return
    turns(p)
    least = 0.2 * 3.0 * p.most
    for t in range(p.turns):
        weight = prominence(p, t, least)
        if weight <= 0.0:
            continue
        price = p.low + (p.turn_bin[t] + 0.5) * p.width
        if p.turn_kind[t] > 0:
            p.hvns = insert(p.hvn, p.hvn_weight, p.hvns, price, weight)
        else:
            p.lvns = insert(p.lvn, p.lvn_weight, p.lvns, price, weight)


@step
def turns(p: Profile) -> None:
    """Local maxima and minima of the profile smoothed over 3 bins (their sum), in order."""
    bins = p.bin
    at = p.turn_bin
    kinds = p.turn_kind
    heights = p.turn_height
    last = p.bins - 1
    n = 0
    left = 0.0
    here = bins[0] + bins[1]
    for i in range(last + 1):
        right = bins[i] + bins[i + 1] + bins[i + 2] if i < last else 0.0
        kind = 0
        if here > left and here >= right:
            kind = 1
        if here < left and here <= right and i < last:
            kind = -1
        at[n] = i  # stays where it is a turn
        kinds[n] = kind
        heights[n] = here
        n += abs(kind)
        left = here
        here = right
    p.turns = n


@step
def prominence(p: Profile, t: int, least: float) -> float:
    """How far the profile falls from a peak on both sides before it is higher again (beyond its ends it is 0).

    For a trough: how far it rises on both sides before it is lower again (the ends are rims). Less than `least`: 0.
    """
    heights = p.turn_height
    count = p.turns
    sign = p.turn_kind[t]  # a trough is a peak of the profile upside down
    here = sign * heights[t]
    if sign > 0 and here < least:
        return 0.0
    weight = here if sign > 0 else 1.0e300
    for side in range(2):
        pace = 2 * side - 1
        i = t + pace
        far = here
        while 0 <= i < count and sign * heights[i] <= here:
            far = min(far, sign * heights[i])
            i += pace
        if sign > 0 and (i < 0 or i >= count):
            far = 0.0
        if here - far < least:
            return 0.0
        weight = min(weight, here - far)
    return weight


@step
def insert(price: list[float], weight: list[float], count: int, at: float, heavy: float) -> int:
    """Keep the eight most prominent, most prominent first; gives the new count."""
    if count == 8 and heavy <= weight[7]:
        return count
    place = min(count, 7)
    while place > 0 and weight[place - 1] < heavy:
        weight[place] = weight[place - 1]
        price[place] = price[place - 1]
        place -= 1
    weight[place] = heavy
    price[place] = at
    return min(count + 1, 8)
