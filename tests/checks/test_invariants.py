"""What must not matter: which way up the tape lies, the unit of price, the unit of volume, and the week.

Seeded random tapes on a dyadic grid (1/64), so that mirroring and scaling by powers of two are exact. The same walk is
taken over the tape and over its image, and everything that is read at every bar is compared: scores, states, facts,
anchors, zones, regime, volume profile, 5m triggers.

    mirror   p -> 2048 - p, buyers <-> sellers    scores and sides negate, support <-> resistance, prices mirror
    price    p -> 4 p                             prices times 4, nothing else
    volume   v -> 8 v                             sizes times 8, nothing else
    time     t -> t + 3 weeks                     stamps three weeks later, nothing else
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import pytest

from engine.layers import LAYERS
from engine.layers.base import KINDS
from engine.market import profile, sniper
from engine.market.anchors import Anchors
from engine.market.indicators import Indicators
from engine.market.profile import Profile
from engine.market.regime import Regime
from engine.market.sniper import TRIGGER_BITS, Sniper
from tests.checks.room import START, Room, Row, Said, random_rows, with_trades
from tests.checks.tapes import MIRROR, mirror

WEEKS = 3 * 7 * 86_400_000
TICK = 1 / 64
OPPOSITE = {"swing_high": "swing_low", "equal_highs": "equal_lows", "vah": "val"}
OPPOSITE |= {low: high for high, low in OPPOSITE.items()}
PRICES = {"ema20", "ema50", "ema200", "macd_histogram", "gap_midpoint", "equilibrium", "weighted_mid"}
PRICES |= {"origin", "extreme", "ote_low", "ote_high"}
SIZES = {"cvd_open", "cvd_high", "cvd_low", "cvd_close", "delta_sigma"}
SAME = {"block_fresh", "gap_filled", "bars_since_sweep", "sweep_equal", "bars_since_divergence", "segment_bars"}
SAME |= {"delta_sigma", "agreement", "bars_since_break", "displaced", "oi_change", "noise_band", "age_minutes"}
SAME |= {"open_interest", "oi_percentile", "oi_known", "settlements", "delta_known", "big_known", "book_known"}
SAME |= {"delta_rank", "retracement", "deepest_retracement"}
UNMIRRORED = {"spread", "big_prints"}  # a part of price, and notionals: both change with the price
SWAPPED = {"blocks_below": "blocks_above", "ote_low": "ote_high", "higher_highs": "higher_lows"}
SWAPPED |= {above: below for below, above in SWAPPED.items()}
QUADRANTS = {0.0: 0.0, 1.0: 2.0, 2.0: 1.0, 3.0: 4.0, 4.0: 3.0}

Area = tuple[str, int, int, float, float]


@dataclass
class Seen:
    """All that is read at one bar."""

    said: dict[str, Said]
    facts: dict[str, dict[str, float]]
    areas: list[Area]
    value: dict[str, float]
    nodes: list[float]
    regime: tuple[int, int, float, float]  # name, direction, efficiency, percentile
    adx: float
    triggers: int


@dataclass
class Watch:
    """A room whose regime, profile and triggers are watched, too."""

    room: Room = field(default_factory=Room)
    profile: Profile = field(default_factory=Profile)
    sniper: Sniper = field(default_factory=Sniper)
    tick: float = TICK

    def __post_init__(self) -> None:
        self.room.f.setup = 1
        self.sniper.swept_low = self.sniper.swept_high = sniper.NONE

    def see(self, row: Row) -> Seen:
        room, p = self.room, self.profile
        said = room.step(row)
        profile.compute(p, room.f.bars, room.f.indicators.atr, self.tick, room.k)
        sniper.mark(self.sniper, room.f)
        sniper.look_back(self.sniper, room.f, room.k)
        facts = {layer.NAME: dict(zip(layer.FACTS, said[layer.NAME].facts)) for layer in LAYERS}
        value = {name: getattr(p, name) for name in ("poc", "vah", "val", "session_poc", "session_vah", "session_val")}
        m: Indicators = room.f.indicators
        g: Regime = room.f.regime
        regime = (g.name, g.direction, g.efficiency, g.percentile)
        nodes = [*p.hvn[: p.hvns], *p.lvn[: p.lvns]]
        return Seen(said, facts, areas(room.a), value, nodes, regime, m.adx, self.sniper.seen)


def areas(a: Anchors) -> list[Area]:
    return [(KINDS[a.kind[i]], a.side[i], a.known_at[i], a.low[i], a.high[i]) for i in range(a.n)]


def seen(rows: Sequence[Row], tick: float = TICK, ts: int = START) -> list[Seen]:
    watch = Watch(room=Room(ts=ts), tick=tick)
    return [watch.see(row) for row in rows]


@cache
def tape(seed: int) -> tuple[Row, ...]:
    """700 bars with every stream; a loss, a gap, and a hundred bars told by their trades."""
    rows = [
        dataclasses.replace(row, funding=0.0003 * (n * 7919 % 97 / 48.0 - 1.0) ** 3 if n % 8 == 7 else None)
        for n, row in enumerate(random_rows(700, seed, middle=MIRROR))
    ]
    rows[300] = dataclasses.replace(rows[300], skip=5)
    rows[430] = dataclasses.replace(rows[430], taker_buy=None)
    return (*rows[:500], *with_trades(rows[500:600], seed), *rows[600:])


@cache
def plain(seed: int) -> list[Seen]:
    return seen(tape(seed))


@dataclass(frozen=True)
class Image:
    """Prices `price` times as high, sizes `volume` times as large, stamps `later`."""

    price: float = 1.0
    volume: float = 1.0
    later: int = 0

    def walked(self, rows: Sequence[Row]) -> list[Seen]:
        return seen([scaled(row, self) for row in rows], TICK * self.price, START + self.later)

    def of(self, one: Seen) -> Seen:
        """What must be seen in the image of a bar."""
        facts = {
            layer: {name: value * self.unit(name) for name, value in named.items()}
            for layer, named in one.facts.items()
        }
        said = {
            name: dataclasses.replace(was, facts=[*facts[name].values(), *was.facts[len(facts[name]) :]])
            for name, was in one.said.items()
        }
        by = self.price
        return dataclasses.replace(
            one,
            said=said,
            facts=facts,
            areas=[(kind, side, known + self.later, low * by, high * by) for kind, side, known, low, high in one.areas],
            value={name: at * by for name, at in one.value.items()},
            nodes=[at * by for at in one.nodes],
        )

    def unit(self, fact: str) -> float:
        return self.price if fact in PRICES else self.volume if fact in SIZES else 1.0


def scaled(row: Row, by: Image) -> Row:
    book = row.book
    return dataclasses.replace(
        row,
        open=row.open * by.price,
        high=row.high * by.price,
        low=row.low * by.price,
        close=row.close * by.price,
        volume=row.volume * by.volume,
        taker_buy=None if row.taker_buy is None else row.taker_buy * by.volume,
        book=None
        if book is None
        else (book[0] * by.price, book[1] * by.price, book[2] * by.volume, book[3] * by.volume),
        trades=[(ts, at * by.price, size * by.volume, side) for ts, at, size, side in row.trades],
    )


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("image", [Image(price=4.0), Image(price=2.0**-20), Image(volume=8.0), Image(later=WEEKS)])
def test_units_and_weeks_do_not_matter(image: Image, seed: int) -> None:
    """Bit for bit."""
    for n, (one, other) in enumerate(zip(plain(seed), image.walked(tape(seed)), strict=True)):
        assert other == image.of(one), f"bar {n}"


def flipped(layer: str, name: str, facts: dict[str, float]) -> float:
    """What the mirrored tape must say for a fact."""
    if name in ("cvd_high", "cvd_low"):
        return -facts["cvd_low" if name == "cvd_high" else "cvd_high"]
    value = facts[SWAPPED.get(name, name)]
    match name:
        case "quadrant":
            return QUADRANTS[value]
        case "place_in_range":
            return 1.0 - value
        case "rsi":
            return 100.0 - value
        case "blocks_below" | "blocks_above":
            return value
        case "macd_histogram":
            return -value
    if name in PRICES:
        return 2.0 * MIRROR - value if value else 0.0
    return value if name in SAME else -value


@pytest.mark.parametrize("seed", [3, 4])
def test_a_tape_upside_down_is_read_upside_down(seed: int) -> None:
    for n, (one, other) in enumerate(zip(plain(seed), seen(mirror(tape(seed))), strict=True)):
        for layer in LAYERS:
            before, after = one.said[layer.NAME], other.said[layer.NAME]
            assert after.state == before.state
            if not one.facts["orderflow"]["big_known"] or layer.NAME != "orderflow":
                assert after.score == pytest.approx(-before.score, abs=1e-9)
            if before.state == 0:
                continue
            for name, value in other.facts[layer.NAME].items():
                if name not in UNMIRRORED:
                    wanted = flipped(layer.NAME, name, one.facts[layer.NAME])
                    assert value == pytest.approx(wanted, abs=1e-6), f"bar {n}: {layer.NAME} {name}"
        turned = sorted(
            (OPPOSITE.get(kind, kind), -side, known, 2 * MIRROR - high, 2 * MIRROR - low)
            for kind, side, known, low, high in one.areas
        )
        found = sorted(other.areas)
        assert [area[:3] for area in found] == [area[:3] for area in turned]
        for side in (3, 4):
            assert [area[side] for area in found] == pytest.approx([area[side] for area in turned], abs=1e-6)


@pytest.mark.parametrize("seed", [3, 4])
def test_regime_and_triggers_of_a_tape_upside_down(seed: int) -> None:
    """The volatility percentile is left out: ATR as a part of price has no mirror image."""
    named = set()
    for one, other in zip(plain(seed), seen(mirror(tape(seed))), strict=True):
        assert other.regime[1] == -one.regime[1]
        assert other.regime[2] == pytest.approx(one.regime[2], abs=1e-12)
        assert other.adx == pytest.approx(one.adx, abs=1e-9)
        shown = {name for name, bit in TRIGGER_BITS.items() if one.triggers & bit}
        turned = {name for name, bit in TRIGGER_BITS.items() if other.triggers & bit}
        assert turned == {upside_down(name) for name in shown}
        named |= shown
    assert named == set(TRIGGER_BITS)


def upside_down(name: str) -> str:
    """long <-> short in the name of a trigger bit."""
    return name.replace("long", "*").replace("short", "long").replace("*", "short")


def test_the_random_tapes_hold_every_kind_of_area_and_both_sides_of_every_score() -> None:
    """Otherwise the comparisons above would say little."""
    everything = [*plain(3), *plain(4)]
    kinds = {area[0] for one in everything for area in one.areas}
    assert kinds == {"order_block", "breaker_block", "fair_value_gap", "swing_high", "swing_low", "equal_highs",
                     "equal_lows", "ote", "extension", "swept_level"}  # fmt: skip
    for layer in LAYERS:
        scores = [one.said[layer.NAME].score for one in everything]
        assert min(scores) < -0.1 and max(scores) > 0.1, layer.NAME
    assert {one.regime[0] for one in everything} == {0, 1, 2, 3}
    assert all(any(one.nodes) for one in everything[100:])
