"""Stage 1: the events of one pair become rows of readings. The same step runs live and compiled.

`on_candle` advances every timeframe by one base bar and returns a bit mask: 1 a 15m setup row was written, 2 a 1h
one. A row is a flat list of floats (names in ROW): scores and states of the layers, regime, profile, flow, and the
anchors. Only setup bars with something to judge get a row: a side whose prior-weighted confluence reaches
`evaluate_confluence` while an entry anchor lies within reach.
"""

from __future__ import annotations

from typing import Annotated, Any

from engine import layers
from engine.layers import LayerStates, Readings, base
from engine.layers.base import ANCHORS, Anchors
from engine.market import bars, flow, frame, profile
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.market.profile import Profile
from engine.params import Params
from engine.records import STEPS, record, step

PRIOR_WEIGHTS = {
    "smc": 0.20,
    "cvd": 0.12,
    "rsi_ema_macd": 0.15,
    "structure": 0.20,
    "oi": 0.08,
    "funding": 0.05,
    "orderflow": 0.10,
    "fibo": 0.10,
}
_HEAD = (
    "ts",
    "minutes",
    "close",
    "open",
    "high",
    "low",
    "atr",
    "atr_h1",
    "regime",
    "regime_direction",
    "efficiency",
    "percentile",
    "atr_part",
    "adx",
    "trend",
    "last_break",
    "poc",
    "vah",
    "val",
    "poc_before",
    "vah_before",
    "val_before",
    "session_poc",
    "session_vah",
    "session_val",
    "trend_h4",
    "last_h4",
    "bars_h4",
    "trend_d1",
    "ema_d1",
    "close_d1",
    "bars_d1",
    "bid",
    "ask",
    "book_ts",
    "oi",
    "oi_ts",
    "funding",
    "funding_ts",
    "funding_interval",
    "flow",
    "flow_known",
    "volume_quote",
    "complete",
    "sides",
)
WEIGHTS = tuple(PRIOR_WEIGHTS[layer.NAME] for layer in layers.LAYERS)
ROW: dict[str, int] = {name: i for i, name in enumerate(_HEAD)}
LAYER_AT = len(_HEAD)
LAYER_WIDTH = 2 + base.FACT_SLOTS
ANCHOR_AT = LAYER_AT + LAYER_WIDTH * len(layers.LAYERS) + 1
ANCHOR_WIDTH = 6
WIDTH = ANCHOR_AT + ANCHOR_WIDTH * ANCHORS
ROW_COUNT = ANCHOR_AT - 1


@record
class Setup:
    """One setup timeframe of a pair: its layers, their newest readings, profile, anchors and row."""

    states: LayerStates
    readings: Readings
    profile: Profile
    anchors: Anchors
    row: Annotated[list[float], WIDTH]


@record
class Pair:
    """Everything stage 1 remembers of one pair."""

    base_minutes: int
    tick: float
    newest: int  # close time (ms) of the newest base bar
    trigger: int  # TRIGGER_BITS seen in the newest six closed 5m bars
    recent: Annotated[list[int], 8]  # bits of the newest eight 5m bars
    swept_low: int  # 5m bar number of the newest sweep of a low, of a high (-1: none), and their extremes
    swept_high: int
    swept_low_at: float
    swept_high_at: float
    mean_before: float  # EMA50 of 5m one bar ago
    flow: Flow
    m5: Frame
    m15: Frame
    h1: Frame
    h4: Frame
    d1: Frame
    fast: Setup  # 15m
    slow: Setup  # 1h


TRIGGER_BITS = {
    "structure_long": 1,
    "structure_short": 2,
    "reclaim_long": 4,
    "reclaim_short": 8,
    "delta_long": 16,
    "delta_short": 32,
    "delta_known": 64,
    "ready": 128,
}


def new_pair(base_minutes: int, tick: float) -> Pair:
    """A pair before its first bar."""
    p = Pair()
    p.base_minutes = base_minutes
    p.tick = tick
    p.swept_low = -1
    p.swept_high = -1
    p.flow.base_minutes = base_minutes
    for f, minutes, strength in ((p.m5, 5, 2), (p.m15, 15, 3), (p.h1, 60, 3), (p.h4, 240, 2), (p.d1, 1440, 2)):
        f.bars.minutes = minutes
        f.swings.strength = strength
        f.setup = 1 if minutes in (15, 60) else 0
    return p


@step
def overdue(f: Frame, base_minutes: int, ts: int, k: Params) -> int:
    """A bar whose last base bar never came is closed by the first base bar (opening at ts) after it; 1 where so."""
    g = f.building
    length = f.bars.minutes * 60000
    if g.count == 0 or g.bucket == ts - ts % length:
        return 0
    frame.close_bar(f, g.open, g.high, g.low, g.close, g.volume, g.delta, g.known, g.bucket + length, k)
    f.bars.complete = 0
    g.count = 0
    return 1


@step
def advance(
    f: Frame, base_minutes: int, ts: int, o: float, h: float, l: float, c: float, v: float, x: Flow, k: Params
) -> int:
    """Give a base bar (opening at ts) to a timeframe; 1 where that closed a bar."""
    close_ts = ts + base_minutes * 60000
    if f.bars.minutes == base_minutes:
        frame.close_bar(f, o, h, l, c, v, x.delta, x.delta_known, close_ts, k)
        return 1
    length = f.bars.minutes * 60000
    g = f.building
    bars.add(g, ts - ts % length, o, h, l, c, v, x.delta, x.delta_known)
    if close_ts % length != 0:
        return 0
    frame.close_bar(f, g.open, g.high, g.low, g.close, g.volume, g.delta, g.known, close_ts, k)
    g.count = 0
    return 1


@step
def mark_triggers(p: Pair) -> None:
    """Bits of the 5m bar that just closed.

    structure: CHOCH with the side, or a sweep of the opposite extreme and, within twelve bars, a confirmed higher low
    (lower high). reclaim: a close back beyond EMA50. delta: taker delta with the side.
    """
    b = p.m5.bars
    w = p.m5.swings
    i = (b.n - 1) & 255
    c = b.close[i]
    bits = 0
    if w.lows > 0 and b.low[i] < w.low[(w.lows - 1) & 15] and c > w.low[(w.lows - 1) & 15]:
        p.swept_low = b.n - 1
        p.swept_low_at = b.low[i]
    if w.highs > 0 and b.high[i] > w.high[(w.highs - 1) & 15] and c < w.high[(w.highs - 1) & 15]:
        p.swept_high = b.n - 1
        p.swept_high_at = b.high[i]
    if p.m5.breaks.event == 2:
        bits |= 1
    if p.m5.breaks.event == -2:
        bits |= 2
    if w.new_low == 1 and p.swept_low >= 0 and b.n - 1 - p.swept_low <= 12:
        last = (w.lows - 1) & 15
        if w.low_bar[last] > p.swept_low and w.low[last] > p.swept_low_at:
            bits |= 1
    if w.new_high == 1 and p.swept_high >= 0 and b.n - 1 - p.swept_high <= 12:
        last = (w.highs - 1) & 15
        if w.high_bar[last] > p.swept_high and w.high[last] < p.swept_high_at:
            bits |= 2
    mean = p.m5.indicators.ema50.value
    if b.n > 51:
        before = b.close[(b.n - 2) & 255]
        if c > mean and before <= p.mean_before:
            bits |= 4
        if c < mean and before >= p.mean_before:
            bits |= 8
        bits |= 128
    p.mean_before = mean
    if b.known[i] == 1:
        bits |= 64
        if b.delta[i] > 0.0:
            bits |= 16
        if b.delta[i] < 0.0:
            bits |= 32
    p.recent[(b.n - 1) & 7] = bits


@step
def trigger_window(p: Pair, k: Params) -> int:
    """Bits seen in the newest six closed 5m bars."""
    bits = 0
    for j in range(k.trigger_bars):
        if p.m5.bars.n > j:
            bits |= p.recent[(p.m5.bars.n - 1 - j) & 7]
    return bits


@step
def learn_bar(p: Pair, s: Setup, f: Frame, k: Params) -> None:
    """A setup bar closed, on time or late: the layers take it in."""
    layers.update_all(s.states, f, p.flow, k)


@step
def read_setup(p: Pair, s: Setup, f: Frame, k: Params) -> int:
    """Readings, profile and row at a complete setup bar; 1 where there is something to judge."""
    s.anchors.n = 0
    layers.read_all(s.states, s.readings, f, p.flow, k, s.anchors)
    profile.compute(s.profile, f.bars, f.indicators.atr, p.tick, k)
    profile.anchors(s.profile, f.bars, s.anchors)
    if f.indicators.ready < 210 or p.h1.indicators.ready < 15:
        return 0
    copy_readings(s.readings, s.row)
    sides = candidates(s, f, k)
    if sides == 0:
        return 0
    fill_head(p, s, f, sides)
    fill_anchors(p, s, f)
    return 1


@step
def candidates(s: Setup, f: Frame, k: Params) -> int:
    """Bit 1 a long, bit 2 a short is worth judging: enough confluence and an entry anchor within reach."""
    up = 0.0
    down = 0.0
    total = 0.0
    for j in range(8):
        at = LAYER_AT + j * LAYER_WIDTH
        if s.row[at + 1] == 1.0 or s.row[at + 1] == 3.0:
            weight = WEIGHTS[j]
            total += weight
            up += weight * max(0.0, min(1.0, s.row[at] / k.full_score))
            down += weight * max(0.0, min(1.0, -s.row[at] / k.full_score))
    sides = 0
    if total > 0.0 and up / total >= k.evaluate_confluence:
        sides |= 1
    if total > 0.0 and down / total >= k.evaluate_confluence:
        sides |= 2
    if sides == 0:
        return 0
    c = f.bars.close[(f.bars.n - 1) & 255]
    reach = k.zone_reach_atr * f.indicators.atr
    near = 0
    a = s.anchors
    for j in range(a.n):
        if a.kind[j] == 8:  # an extension is a target, never an entry
            continue
        if a.side[j] >= 0 and a.low[j] <= c and c - a.high[j] <= reach:
            near |= 1
        if a.side[j] <= 0 and a.high[j] >= c and a.low[j] - c <= reach:
            near |= 2
    return sides & near


@step
def fill_head(p: Pair, s: Setup, f: Frame, sides: int) -> None:
    """The numbers of ROW."""
    r = s.row
    b = f.bars
    i = (b.n - 1) & 255
    m = f.indicators
    x = p.flow
    values = 0.0
    seen = min(b.n, 24)
    for j in range(seen):
        q = (b.n - 1 - j) & 255
        values += b.close[q] * b.volume[q]
    flow_sum = 0.0
    flow_known = 1
    t = p.m15.bars if p.base_minutes == 15 else p.m5.bars
    span = 1 if p.base_minutes == 15 else 3
    for j in range(span):
        q = (t.n - 1 - j) & 255
        flow_sum += t.delta[q]
        if t.known[q] == 0:
            flow_known = 0
    d = p.d1
    last_d1 = d.bars.close[(d.bars.n - 1) & 255] if d.bars.n > 0 else 0.0
    r[0] = b.close_ts  # ts
    r[1] = b.minutes  # minutes
    r[2] = b.close[i]  # close
    r[3] = b.open[i]  # open
    r[4] = b.high[i]  # high
    r[5] = b.low[i]  # low
    r[6] = m.atr  # atr
    r[7] = p.h1.indicators.atr  # atr_h1
    r[8] = f.regime.name  # regime
    r[9] = f.regime.direction  # regime_direction
    r[10] = f.regime.efficiency  # efficiency
    r[11] = f.regime.percentile  # percentile
    r[12] = f.regime.atr_part  # atr_part
    r[13] = m.adx  # adx
    r[14] = f.breaks.trend  # trend
    r[15] = f.breaks.last  # last_break
    r[16] = s.profile.poc  # poc
    r[17] = s.profile.vah  # vah
    r[18] = s.profile.val  # val
    r[19] = s.profile.poc_before  # poc_before
    r[20] = s.profile.vah_before  # vah_before
    r[21] = s.profile.val_before  # val_before
    r[22] = s.profile.session_poc  # session_poc
    r[23] = s.profile.session_vah  # session_vah
    r[24] = s.profile.session_val  # session_val
    r[25] = p.h4.breaks.trend  # trend_h4
    r[26] = p.h4.breaks.last  # last_h4
    r[27] = p.h4.bars.n  # bars_h4
    r[28] = d.breaks.trend  # trend_d1
    r[29] = d.indicators.ema20.value if d.indicators.ema20.count >= 20 else 0.0  # ema_d1
    r[30] = last_d1  # close_d1
    r[31] = d.bars.n  # bars_d1
    r[32] = x.bid  # bid
    r[33] = x.ask  # ask
    r[34] = x.book_ts  # book_ts
    r[35] = x.oi  # oi
    r[36] = x.oi_ts  # oi_ts
    r[37] = x.funding_rate  # funding
    r[38] = x.funding_ts  # funding_ts
    r[39] = x.interval_ms  # funding_interval
    r[40] = flow_sum  # flow
    r[41] = flow_known  # flow_known
    r[42] = values / seen if seen > 0 else 0.0  # volume_quote
    r[43] = b.complete  # complete
    r[44] = sides  # sides


@step
def fill_anchors(p: Pair, s: Setup, f: Frame) -> None:
    """The setup's own anchors, then those of the slower setup timeframe while there is room."""
    n = 0
    for j in range(s.anchors.n):
        put_anchor(s.row, n, s.anchors, j)
        n += 1
    if f.bars.minutes == 15:
        for j in range(p.slow.anchors.n):
            if n < 96:
                put_anchor(s.row, n, p.slow.anchors, j)
                n += 1
    s.row[ROW_COUNT] = n


@step
def put_anchor(row: list[float], n: int, a: Anchors, j: int) -> None:
    """One anchor as six floats: kind, minutes, side, known_at, low, high."""
    at = ANCHOR_AT + 6 * n
    row[at] = a.kind[j]
    row[at + 1] = a.minutes[j]
    row[at + 2] = a.side[j]
    row[at + 3] = a.known_at[j]
    row[at + 4] = a.low[j]
    row[at + 5] = a.high[j]


@step
def on_candle(
    p: Pair, ts: int, o: float, h: float, l: float, c: float, v: float, taker_buy: float, has_taker: int, k: Params
) -> int:
    """A closed base bar (opening at ts). Returns 1 (a 15m row was written) + 2 (a 1h row was written)."""
    n = p.base_minutes
    flow.close_bar(p.flow, v, taker_buy, has_taker, ts + n * 60000, k)
    p.newest = ts + n * 60000
    if n <= 5:
        if overdue(p.m5, n, ts, k) == 1:
            mark_triggers(p)
        if advance(p.m5, n, ts, o, h, l, c, v, p.flow, k) == 1:
            mark_triggers(p)
            p.trigger = trigger_window(p, k)
    overdue(p.d1, n, ts, k)
    overdue(p.h4, n, ts, k)
    if overdue(p.h1, n, ts, k) == 1:
        learn_bar(p, p.slow, p.h1, k)
    if overdue(p.m15, n, ts, k) == 1:
        learn_bar(p, p.fast, p.m15, k)
    advance(p.d1, n, ts, o, h, l, c, v, p.flow, k)
    advance(p.h4, n, ts, o, h, l, c, v, p.flow, k)
    rows = 0
    if advance(p.h1, n, ts, o, h, l, c, v, p.flow, k) == 1:
        learn_bar(p, p.slow, p.h1, k)
        rows |= 2 * read_setup(p, p.slow, p.h1, k)
    if advance(p.m15, n, ts, o, h, l, c, v, p.flow, k) == 1:
        learn_bar(p, p.fast, p.m15, k)
        rows |= read_setup(p, p.fast, p.m15, k)
    return rows


def _compose(name: str, source: str) -> Any:
    """A step function from generated text: the same lines once for every layer or name."""
    namespace: dict[str, Any] = {}
    exec(compile(source, f"<{name}>", "exec"), globals(), namespace)
    STEPS.append(namespace[name])
    globals()[name] = namespace[name]
    return namespace[name]


_COPY = "".join(
    f"    row[{LAYER_AT + j * LAYER_WIDTH}] = r.{layer.NAME}.score\n"
    f"    row[{LAYER_AT + j * LAYER_WIDTH + 1}] = r.{layer.NAME}.state\n"
    f"    for q in range({base.FACT_SLOTS}):\n"
    f"        row[{LAYER_AT + j * LAYER_WIDTH + 2} + q] = r.{layer.NAME}.facts[q]\n"
    for j, layer in enumerate(layers.LAYERS)
)
copy_readings = _compose("copy_readings", "def copy_readings(r, row):\n" + _COPY)
