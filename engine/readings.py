"""Stage 1: the events of one pair become rows of readings. The same step runs live and compiled.

`on_candle` advances every timeframe by one base bar and returns a bit mask: 1 a 15m setup row was written, 2 a 1h
one. A row is a flat list of floats (names in ROW): scores and states of the layers, regime, profile, flow, and the
anchors. Only setup bars with something to judge get a row: a side whose prior-weighted confluence reaches
`evaluate_confluence` while an entry anchor lies within reach.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from engine import layers
from engine.layers import LayerStates, Readings, base
from engine.layers.base import ANCHORS, EXTENSION, Anchors
from engine.market import bars, daily, flow, frame, persistence, profile, sniper
from engine.market.daily import Daily
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.market.persistence import Persistence
from engine.market.profile import Profile
from engine.market.sniper import Sniper
from engine.params import Params
from engine.records import inlined, record, step

PRIOR_WEIGHTS: dict[str, float] = {layer.NAME: layer.WEIGHT for layer in layers.LAYERS}
# The numbers of a row in order: name, and the expression over (p: Pair, s: Setup, f: Frame, sides) that fills it.
HEAD: tuple[tuple[str, str], ...] = (
    ("ts", "f.bars.close_ts"),
    ("minutes", "f.bars.minutes"),
    ("close", "f.bars.close[newest]"),
    ("open", "f.bars.open[newest]"),
    ("high", "f.bars.high[newest]"),
    ("low", "f.bars.low[newest]"),
    ("atr", "f.indicators.atr"),
    ("atr_h1", "p.h1.indicators.atr"),
    ("regime", "f.regime.name"),
    ("regime_direction", "f.regime.direction"),
    ("efficiency", "f.regime.efficiency"),
    ("percentile", "f.regime.percentile"),
    ("atr_part", "f.regime.atr_part"),
    ("adx", "f.indicators.adx"),
    ("trend", "f.breaks.trend"),
    ("last_break", "f.breaks.last"),
    ("poc", "s.profile.poc"),
    ("vah", "s.profile.vah"),
    ("val", "s.profile.val"),
    ("poc_before", "s.profile.poc_before"),
    ("vah_before", "s.profile.vah_before"),
    ("val_before", "s.profile.val_before"),
    ("session_poc", "s.profile.session_poc"),
    ("session_vah", "s.profile.session_vah"),
    ("session_val", "s.profile.session_val"),
    ("trend_h4", "p.h4.breaks.trend"),
    ("last_h4", "p.h4.breaks.last"),
    ("bars_h4", "p.h4.bars.n"),
    ("trend_d1", "p.daily.trend"),
    ("ema_d1", "p.daily.ema20"),
    ("close_d1", "p.d1.bars.close[(p.d1.bars.n - 1) & 255] if p.d1.bars.n > 0 else 0.0"),
    ("bars_d1", "p.daily.days"),
    ("bid", "p.flow.bid"),
    ("ask", "p.flow.ask"),
    ("book_ts", "p.flow.book_ts"),
    ("oi", "p.flow.oi"),
    ("oi_ts", "p.flow.oi_ts"),
    ("funding", "p.flow.funding_rate"),
    ("funding_ts", "p.flow.funding_ts"),
    ("funding_interval", "p.flow.interval_ms"),
    ("flow", "taker_flow(p)"),
    ("flow_known", "taker_flow_known(p)"),
    ("volume_quote", "bars.mean_quote_volume(f.bars, 24)"),
    ("complete", "f.bars.complete"),
    ("variance_ratio", "s.persistence.variance_ratio"),
    ("hurst", "s.persistence.hurst"),
    ("sides", "sides"),
)
ROW: dict[str, int] = {name: i for i, (name, _) in enumerate(HEAD)}
LAYER_AT = len(HEAD)
LAYER_WIDTH = 2 + base.FACT_SLOTS
ANCHOR_AT = LAYER_AT + LAYER_WIDTH * len(PRIOR_WEIGHTS) + 1
ANCHOR_WIDTH = 6
WIDTH = ANCHOR_AT + ANCHOR_WIDTH * ANCHORS
ROW_COUNT = ANCHOR_AT - 1


@record
class Setup:
    """One setup timeframe of a pair: its layers, their newest readings, profile, anchors and row."""

    states: LayerStates
    readings: Readings
    valued: int  # 1: the profile and its anchors are those of the newest closed bar (else: nobody asked for them)
    profile: Profile
    persistence: Persistence  # of the newest row
    anchors: Anchors
    row: Annotated[list[float], WIDTH]


@record
class Pair:
    """Everything stage 1 remembers of one pair."""

    base_minutes: int
    tick: float
    newest: int  # close time (ms) of the newest base bar
    sniper: Sniper  # 5m triggers
    flow: Flow
    m5: Frame
    m15: Frame
    h1: Frame
    h4: Frame
    d1: Frame
    daily: Daily
    fast: Setup  # 15m
    slow: Setup  # 1h


def new_pair(base_minutes: int, tick: float, make: Callable[[], Pair] = Pair) -> Pair:
    """A pair before its first bar; `make` gives one with everything zero."""
    p = make()
    p.base_minutes = base_minutes
    p.tick = tick
    p.sniper.swept_low = sniper.NONE
    p.sniper.swept_high = sniper.NONE
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
    known = bars.whole_delta(g, base_minutes, f.bars.minutes)
    frame.close_bar(f, g.open, g.high, g.low, g.close, g.volume, g.delta, known, g.bucket + length, k)
    f.bars.complete = 0
    g.count = 0
    return 1


@inlined
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
    known = bars.whole_delta(g, base_minutes, f.bars.minutes)
    frame.close_bar(f, g.open, g.high, g.low, g.close, g.volume, g.delta, known, close_ts, k)
    g.count = 0
    return 1


@step
def read_bar(p: Pair, s: Setup, f: Frame, k: Params) -> None:
    """A setup bar closed, on time or late: the layers take it in and say what they read."""
    layers.update_all(s.states, f, p.flow, k)
    s.anchors.n = 0
    s.valued = 0
    layers.read_all(s.states, s.readings, f, p.flow, k, s.anchors)


@step
def find_value(p: Pair, s: Setup, f: Frame, k: Params) -> None:
    """Profile of the newest closed bar and its anchors, once a bar and only where something is judged: it is dear."""
    if s.valued == 0 and f.bars.n > 0:
        profile.compute(s.profile, f.bars, f.indicators.atr, p.tick, k)
        profile.anchors(s.profile, f.bars, s.anchors)
        s.valued = 1


@step
def judge_bar(p: Pair, s: Setup, f: Frame, k: Params) -> int:
    """The row of a complete setup bar; 1 where there is something to judge."""
    if f.indicators.ready < 210 or p.h1.indicators.ready < 15:
        return 0
    sides = convinced(s.readings, k)
    if sides == 0:
        return 0
    profile.compare(s.profile, f.bars, f.indicators.atr, p.tick, k)
    find_value(p, s, f, k)
    sides &= within_reach(s.anchors, f, k)
    if sides == 0:
        return 0
    copy_readings(s.readings, s.row)
    persistence.measure(s.persistence, f.bars)
    fill_head(p, s, f, sides)
    fill_anchors(p, s, f, k)
    return 1


@step
def within_reach(a: Anchors, f: Frame, k: Params) -> int:
    """Bit 1 an anchor that could carry the entry of a long lies near enough to the close, bit 2 of a short."""
    c = f.bars.close[(f.bars.n - 1) & 255]
    reach = k.zone_reach_atr * f.indicators.atr
    near = 0
    for j in range(a.n):
        if a.kind[j] == EXTENSION:  # an extension is a target, never an entry
            continue
        if a.side[j] >= 0 and a.low[j] <= c and c - a.high[j] <= reach:
            near |= 1
        if a.side[j] <= 0 and a.high[j] >= c and a.low[j] - c <= reach:
            near |= 2
    return near


@step
def taker_flow(p: Pair) -> float:
    """Taker delta of the newest 15 minutes, in base units."""
    total = 0.0
    b = p.m15.bars if p.base_minutes == 15 else p.m5.bars
    for j in range(1 if p.base_minutes == 15 else 3):
        total += b.delta[(b.n - 1 - j) & 255]
    return total


@step
def taker_flow_known(p: Pair) -> int:
    """1 where every bar of `taker_flow` is there and has a known delta."""
    b = p.m15.bars if p.base_minutes == 15 else p.m5.bars
    count = 1 if p.base_minutes == 15 else 3
    known = 1 if b.gap <= b.n - count else 0
    for j in range(count):
        if b.known[(b.n - 1 - j) & 255] == 0:
            known = 0
    return known


@step
def fill_anchors(p: Pair, s: Setup, f: Frame, k: Params) -> None:
    """The setup's own anchors, then those of the slower setup timeframe while there is room."""
    n = 0
    for j in range(s.anchors.n):
        put_anchor(s.row, ANCHOR_AT + ANCHOR_WIDTH * n, s.anchors, j)
        n += 1
    if f.bars.minutes == 15:
        find_value(p, p.slow, p.h1, k)
        for j in range(p.slow.anchors.n):
            if n < ANCHORS:
                put_anchor(s.row, ANCHOR_AT + ANCHOR_WIDTH * n, p.slow.anchors, j)
                n += 1
    s.row[ROW_COUNT] = n


@step
def put_anchor(row: list[float], at: int, a: Anchors, j: int) -> None:
    """One anchor as six floats from place `at` on: kind, minutes, side, known_at, low, high."""
    row[at] = a.kind[j]
    row[at + 1] = a.minutes[j]
    row[at + 2] = a.side[j]
    row[at + 3] = a.known_at[j]
    row[at + 4] = a.low[j]
    row[at + 5] = a.high[j]


def _compose(name: str, arguments: str, lines: list[str], doc: str) -> Any:
    """A step of generated lines: one a name or a layer, so that no place in the row is written down twice."""
    namespace: dict[str, Any] = {}
    body = "".join(f"    {line}\n" for line in (f'"""{doc}"""', *lines))
    exec(compile(f"def {name}({arguments}):\n{body}", f"<{__name__}.{name}>", "exec"), globals(), namespace)
    return step(namespace[name])


fill_head = _compose(
    "fill_head",
    "p, s, f, sides",
    ["newest = (f.bars.n - 1) & 255", *(f"s.row[{ROW[name]}] = {expression}" for name, expression in HEAD)],
    "The numbers of HEAD.",
)
convinced = _compose(
    "convinced",
    "r, k",
    [
        "up = 0.0",
        "down = 0.0",
        "total = 0.0",
        *(
            line
            for layer in layers.LAYERS
            for line in (
                f"if r.{layer.NAME}.state == {base.LIVE} or r.{layer.NAME}.state == {base.REBUILT}:",
                f"    share = r.{layer.NAME}.score / k.full_score",
                f"    total += {layer.WEIGHT!r}",
                f"    up += {layer.WEIGHT!r} * max(0.0, min(1.0, share))",
                f"    down += {layer.WEIGHT!r} * max(0.0, min(1.0, -share))",
            )
        ),
        "sides = 0",
        "if total > 0.0 and up / total >= k.evaluate_confluence:",
        "    sides |= 1",
        "if total > 0.0 and down / total >= k.evaluate_confluence:",
        "    sides |= 2",
        "return sides",
    ],
    "Bit 1 the prior weights that vote agree enough on a long for it to be judged, bit 2 on a short.",
)
copy_readings = _compose(
    "copy_readings",
    "r, row",
    [
        line
        for j, layer in enumerate(layers.LAYERS)
        for line in (
            f"row[{LAYER_AT + j * LAYER_WIDTH}] = r.{layer.NAME}.score",
            f"row[{LAYER_AT + j * LAYER_WIDTH + 1}] = r.{layer.NAME}.state",
            f"for q in range({base.FACT_SLOTS}):",
            f"    row[{LAYER_AT + j * LAYER_WIDTH + 2} + q] = r.{layer.NAME}.facts[q]",
        )
    ],
    "Score, state and facts of every layer.",
)


@inlined
def on_candle(
    p: Pair, ts: int, o: float, h: float, l: float, c: float, v: float, taker_buy: float, has_taker: int, k: Params
) -> int:
    """A closed base bar (opening at ts). Returns 1 (a 15m row was written) + 2 (a 1h row was written)."""
    n = p.base_minutes
    flow.close_bar(p.flow, v, taker_buy, has_taker, ts + n * 60000, k)
    p.newest = ts + n * 60000
    if n <= 5:
        if overdue(p.m5, n, ts, k) == 1:
            sniper.mark(p.sniper, p.m5)
        if advance(p.m5, n, ts, o, h, l, c, v, p.flow, k) == 1:
            sniper.mark(p.sniper, p.m5)
            sniper.look_back(p.sniper, p.m5, k)
    if overdue(p.d1, n, ts, k) == 1:
        daily.read(p.daily, p.d1.bars, k)
    overdue(p.h4, n, ts, k)
    if overdue(p.h1, n, ts, k) == 1:
        read_bar(p, p.slow, p.h1, k)
    if overdue(p.m15, n, ts, k) == 1:
        read_bar(p, p.fast, p.m15, k)
    if advance(p.d1, n, ts, o, h, l, c, v, p.flow, k) == 1:
        daily.read(p.daily, p.d1.bars, k)
    advance(p.h4, n, ts, o, h, l, c, v, p.flow, k)
    rows = 0
    if advance(p.h1, n, ts, o, h, l, c, v, p.flow, k) == 1:
        read_bar(p, p.slow, p.h1, k)
        rows |= 2 * judge_bar(p, p.slow, p.h1, k)
    if advance(p.m15, n, ts, o, h, l, c, v, p.flow, k) == 1:
        read_bar(p, p.fast, p.m15, k)
        rows |= judge_bar(p, p.fast, p.m15, k)
    return rows
