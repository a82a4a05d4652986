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
    unknown). `session_*`: value of the newest bar's UTC day."""

    ready: int
    known_at: int
    poc: float
    vah: float
    val: float
    hvns: int
    lvns: int
    hvn: Annotated[list[float], NODES]  # most prominent first
    lvn: Annotated[list[float], NODES]
    hvn_weight: Annotated[list[float], NODES]  # prominence, volume
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
    bin: Annotated[list[float], BINS]
    step: Annotated[list[float], BINS]  # change of the volume that whole bins get, from each bin on
    turns: int  # turning points of the smoothed profile
    turn_bin: Annotated[list[int], BINS]
    turn_kind: Annotated[list[int], BINS]  # 1 maximum, -1 minimum
    turn_height: Annotated[list[float], BINS]


@step
def compute(p: Profile, b: Bars, atr: float, tick: float, k: Params) -> None:
    """Session and rolling profile (at most 127 bars) at the newest bar, and the value of the stretch before it."""
    value_of(p, b, atr, tick, b.n - session_bars(b), b.n, k.value_area)
    p.session_poc = p.poc
    p.session_vah = p.vah
    p.session_val = p.val
    count = min(k.profile_bars, 127)
    p.poc_before = 0.0
    p.vah_before = 0.0
    p.val_before = 0.0
    if b.n >= 2 * count:
        value_of(p, b, atr, tick, b.n - 2 * count, b.n - count, k.value_area)
        p.poc_before = p.poc
        p.vah_before = p.vah
        p.val_before = p.val
    value_of(p, b, atr, tick, b.n - min(count, b.n), b.n, k.value_area)
    nodes(p)
    p.known_at = b.close_ts


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
    low = b.low[first & 255]
    high = b.high[first & 255]
    for j in range(first + 1, last):
        if b.low[j & 255] < low:
            low = b.low[j & 255]
        if b.high[j & 255] > high:
            high = b.high[j & 255]
    width = max(tick, atr / 10.0)
    reach = high - low
    if width <= 0.0 or reach / width > 255.0:
        width = reach / 255.0 if reach > 0.0 else 1.0
    p.low = low
    p.width = width
    p.bins = min(256, int(reach / width) + 1)
    for i in range(p.bins):
        p.bin[i] = 0.0
        p.step[i] = 0.0
    spread(p, b, first, last)
    running = 0.0
    for i in range(p.bins):
        running += p.step[i]
        if running > 0.0:
            p.bin[i] += running


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
    most = 0.0
    for i in range(p.bins):
        if p.bin[i] > most:
            most = p.bin[i]
    best = -1
    middle = (p.bins - 1) / 2.0
    for i in range(p.bins):
        if p.bin[i] >= most * 0.999999999 and (best < 0 or abs(i - middle) < abs(best - middle)):
            best = i
    return best


@step
def value_area(p: Profile, poc: int, share: float) -> None:
    """Dalton's two-bin rule outward from the POC."""
    lowest = poc
    highest = poc
    inside = p.bin[poc]
    while inside < share * p.total and (lowest > 0 or highest < p.bins - 1):
        above = 0.0
        below = 0.0
        for out in range(1, 3):
            if highest + out < p.bins:
                above += p.bin[highest + out]
            if lowest - out >= 0:
                below += p.bin[lowest - out]
        if highest < p.bins - 1 and (above >= below or lowest == 0):
            highest = min(p.bins - 1, highest + 2)
            inside += above
        else:
            lowest = max(0, lowest - 2)
            inside += below
    p.vah = p.low + (highest + 1) * p.width
    p.val = p.low + lowest * p.width


@step
def nodes(p: Profile) -> None:
    """High and low volume nodes: turns of the smoothed profile that stand out by a fifth of the POC's height."""
    if p.ready == 0:
        return
    least = 0.2 * turns(p)
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
def turns(p: Profile) -> float:
    """Local maxima and minima of the profile smoothed over 3 bins, in order; gives the height of the POC."""
    bins = p.bin
    count = p.bins
    p.turns = 0
    top = 0.0
    left = 0.0
    here = 0.0
    right = (bins[0] + (bins[1] if count > 1 else 0.0)) / 3.0
    for i in range(count):
        if bins[i] > top:
            top = bins[i]
        left = here
        here = right
        right = 0.0
        if i + 1 < count:
            right = (bins[i] + bins[i + 1] + (bins[i + 2] if i + 2 < count else 0.0)) / 3.0
        if here > left and here >= right:
            turn(p, i, 1, here)
        elif 0 < i < count - 1 and here < left and here <= right:
            turn(p, i, -1, here)
    return top


@step
def turn(p: Profile, at: int, kind: int, height: float) -> None:
    """Note a turn."""
    p.turn_bin[p.turns] = at
    p.turn_kind[p.turns] = kind
    p.turn_height[p.turns] = height
    p.turns += 1


@step
def prominence(p: Profile, t: int, least: float) -> float:
    """How far the profile falls from a peak on both sides before it is higher again (beyond its ends it is 0).

    For a trough: how far it rises on both sides before it is lower again (the ends are rims). Less than `least`: 0.
    """
    heights = p.turn_height
    here = heights[t]
    is_peak = p.turn_kind[t] > 0
    if is_peak and here < least:
        return 0.0
    weight = here if is_peak else 1.0e300
    for side in range(2):
        pace = -1 if side == 0 else 1
        i = t + pace
        far = here
        while 0 <= i < p.turns and (heights[i] <= here if is_peak else heights[i] >= here):
            if heights[i] < far if is_peak else heights[i] > far:
                far = heights[i]
            i += pace
        if is_peak and (i < 0 or i >= p.turns):
            far = 0.0
        if abs(here - far) < least:
            return 0.0
        weight = min(weight, abs(here - far))
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
