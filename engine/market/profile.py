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
PAST = 128


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
    past_bar: Annotated[list[int], PAST]  # bars so far when the value beside it was computed
    past_poc: Annotated[list[float], PAST]
    past_vah: Annotated[list[float], PAST]
    past_val: Annotated[list[float], PAST]
    bins: int
    low: float  # lower edge of bin 0
    width: float
    total: float
    bin: Annotated[list[float], BINS]
    smooth: Annotated[list[float], BINS]


@step
def compute(p: Profile, b: Bars, atr: float, tick: float, k: Params) -> None:
    """Session and rolling profile (at most 127 bars) at the newest bar, and the rolling value a whole stretch ago."""
    value_of(p, b, atr, tick, b.n - session_bars(b), b.n, k.value_area)
    p.session_poc = p.poc
    p.session_vah = p.vah
    p.session_val = p.val
    count = min(k.profile_bars, 127)
    value_of(p, b, atr, tick, b.n - min(count, b.n), b.n, k.value_area)
    nodes(p)
    p.known_at = b.close_ts
    now = b.n & 127
    p.past_bar[now] = b.n if p.ready == 1 else 0
    p.past_poc[now] = p.poc
    p.past_vah[now] = p.vah
    p.past_val[now] = p.val
    then = (b.n - count) & 127
    known = b.n > count and p.past_bar[then] == b.n - count
    p.poc_before = p.past_poc[then] if known else 0.0
    p.vah_before = p.past_vah[then] if known else 0.0
    p.val_before = p.past_val[then] if known else 0.0


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
    """Spread the volume of the bars over the bins."""
    low = b.low[first & 255]
    high = b.high[first & 255]
    for j in range(first, last):
        low = min(low, b.low[j & 255])
        high = max(high, b.high[j & 255])
    width = max(tick, atr / 10.0)
    reach = high - low
    if width <= 0.0 or reach / width > 255.0:
        width = reach / 255.0 if reach > 0.0 else 1.0
    p.low = low
    p.width = width
    p.bins = min(256, int(reach / width) + 1)
    p.total = 0.0
    for i in range(p.bins):
        p.bin[i] = 0.0
    for j in range(first, last):
        spread(p, b.low[j & 255], b.high[j & 255], b.volume[j & 255])


@step
def spread(p: Profile, low: float, high: float, volume: float) -> None:
    """One bar's volume, evenly over [low, high]; a flat bar's into its one bin."""
    if volume <= 0.0:
        return
    p.total += volume
    first = min(p.bins - 1, int((low - p.low) / p.width))
    last = min(p.bins - 1, int((high - p.low) / p.width))
    if first == last or high <= low:
        p.bin[first] += volume
        return
    density = volume / (high - low)
    p.bin[first] += density * (p.low + (first + 1) * p.width - low)
    for i in range(first + 1, last):
        p.bin[i] += density * p.width
    p.bin[last] += density * (high - (p.low + last * p.width))


@step
def peak(p: Profile) -> int:
    """The bin with the most volume; of equals the one nearest the middle of the range."""
    best = 0
    middle = (p.bins - 1) / 2.0
    for i in range(1, p.bins):
        if p.bin[i] > p.bin[best] or (p.bin[i] == p.bin[best] and abs(i - middle) < abs(best - middle)):
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
    """High and low volume nodes of the smoothed profile."""
    if p.ready == 0:
        return
    top = 0.0
    for i in range(p.bins):
        left = p.bin[i - 1] if i > 0 else 0.0
        right = p.bin[i + 1] if i < p.bins - 1 else 0.0
        p.smooth[i] = (left + p.bin[i] + right) / 3.0
        top = max(top, p.bin[i])
    for i in range(p.bins):
        here = p.smooth[i]
        left = p.smooth[i - 1] if i > 0 else 0.0
        right = p.smooth[i + 1] if i < p.bins - 1 else 0.0
        if here > left and here >= right:
            weight = prominence(p, i, 1.0)
            if weight >= 0.2 * top:
                p.hvns = insert(p.hvn, p.hvn_weight, p.hvns, p.low + (i + 0.5) * p.width, weight)
        elif 0 < i < p.bins - 1 and here < left and here <= right:
            weight = prominence(p, i, -1.0)
            if weight >= 0.2 * top:
                p.lvns = insert(p.lvn, p.lvn_weight, p.lvns, p.low + (i + 0.5) * p.width, weight)


@step
def prominence(p: Profile, at: int, sign: float) -> float:
    """How far the profile must fall (sign 1) or rise (-1) on both sides before it is beyond bin `at` again.

    Beyond the ends of the range the profile is 0 for a peak; for a trough the end itself is the rim.
    """
    here = sign * p.smooth[at]
    left = here
    i = at - 1
    while i >= 0 and sign * p.smooth[i] <= here:
        left = min(left, sign * p.smooth[i])
        i -= 1
    if i < 0 and sign > 0.0:
        left = 0.0
    right = here
    i = at + 1
    while i < p.bins and sign * p.smooth[i] <= here:
        right = min(right, sign * p.smooth[i])
        i += 1
    if i >= p.bins and sign > 0.0:
        right = 0.0
    return here - max(left, right)


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
