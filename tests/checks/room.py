"""Tapes for layers: rows of setup bars with what else was heard during them, and the room that walks them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.layers import NAMES, LayerStates, Readings, read_all, update_all
from engine.layers.base import Anchors
from engine.market import flow, frame
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params

MINUTES = 15
SPAN = MINUTES * 60_000
START = 1_700_006_400_000  # a UTC midnight
Trade = tuple[int, float, float, int]  # ms after the bar's open, price, size, side


@dataclass(frozen=True)
class Row:
    """A setup bar (its base bar is as long), and the newest book, OI and funding told just before its close."""

    open: float
    high: float
    low: float
    close: float
    volume: float = 100.0
    taker_buy: float | None = None
    oi: float | None = None
    funding: float | None = None
    book: tuple[float, float, float, float] | None = None
    trades: Sequence[Trade] = ()
    skip: int = 0  # bars missing before this one
    lost: tuple[int, ...] = ()  # streams lost before this bar


@dataclass
class Said:
    """What a layer said at one bar."""

    score: float
    state: int
    facts: list[float]


@dataclass
class Room:
    """A frame, a flow and all layers; `walk` takes rows in and gives what every layer said."""

    k: Params = field(default_factory=Params)
    f: Frame = field(default_factory=Frame)
    x: Flow = field(default_factory=Flow)
    states: Any = field(default_factory=LayerStates)
    readings: Any = field(default_factory=Readings)
    a: Anchors = field(default_factory=Anchors)
    ts: int = START

    def __post_init__(self) -> None:
        self.f.bars.minutes = MINUTES
        self.f.swings.strength = 3
        self.f.setup = 1
        self.x.base_minutes = MINUTES

    def hear(self, row: Row) -> None:
        """Everything of a row up to its close, without asking the layers."""
        for stream in row.lost:
            flow.lost(self.x, stream)
        self.ts += row.skip * SPAN
        close = self.ts + SPAN
        for after, price, size, side in row.trades:
            flow.trade(self.x, self.ts + after, price, size, side, self.k)
        if row.funding is not None:
            flow.funding(self.x, close, row.funding)
        if row.oi is not None:
            flow.open_interest(self.x, close - 1000, row.oi)
        if row.book is not None:
            flow.book(self.x, close - 1000, *row.book)
        has = 0 if row.taker_buy is None else 1
        flow.close_bar(self.x, row.volume, row.taker_buy or 0.0, has, close, self.k)
        frame.close_bar(
            self.f, row.open, row.high, row.low, row.close, row.volume, self.x.delta, self.x.delta_known, close, self.k
        )
        self.ts = close

    def step(self, row: Row) -> dict[str, Said]:
        """One bar: hear, update, read."""
        self.hear(row)
        update_all(self.states, self.f, self.x, self.k)
        return self.read()

    def read(self) -> dict[str, Said]:
        """What every layer says now."""
        self.a.n = 0
        read_all(self.states, self.readings, self.f, self.x, self.k, self.a)
        return {name: said(getattr(self.readings, name)) for name in NAMES}

    def walk(self, rows: Iterable[Row]) -> list[dict[str, Said]]:
        """Every bar's readings."""
        return [self.step(row) for row in rows]

    def anchors(self, kind: int) -> list[tuple[int, int, float, float]]:
        """(side, known_at, low, high) of the anchors of a kind."""
        a = self.a
        return [(a.side[i], a.known_at[i], a.low[i], a.high[i]) for i in range(a.n) if a.kind[i] == kind]


def said(reading: Any) -> Said:
    """A copy of a Reading."""
    return Said(float(reading.score), int(reading.state), [float(v) for v in reading.facts])


def random_rows(count: int, seed: int, *, middle: float = 1024.0, grid: float = 1 / 64) -> list[Row]:
    """A random walk with every stream heard; prices on a dyadic grid, so that a mirror image is exact."""
    rng = np.random.default_rng(seed)
    at = round(middle / grid)
    oi, rows, heat = 50_000.0, [], 1.0
    for n in range(count):
        heat = max(0.4, min(3.0, heat * float(rng.uniform(0.9, 1.11))))
        path = [at, *(at + np.cumsum(rng.normal(0.0, 60.0 * heat, 6)).round().astype(int)).tolist()]
        at = path[-1]
        volume = float(rng.uniform(20.0, 200.0)) * heat
        lean = max(0.05, min(0.95, 0.5 + (path[-1] - path[0]) / 2500.0 + float(rng.normal(0.0, 0.12))))
        oi *= 1.0 + float(rng.normal(0.0, 0.004))
        last = path[-1] * grid
        bid_size, ask_size = (float(v) for v in rng.uniform(1.0, 9.0, 2))
        rows.append(
            Row(
                path[0] * grid,
                max(path) * grid,
                min(path) * grid,
                last,
                volume,
                volume * lean,
                oi,
                float(rng.normal(0.00008, 0.0001)) if n % 32 == 31 else None,
                (last - grid, last + grid, bid_size, ask_size),
            )
        )
    return rows


def with_trades(rows: Sequence[Row], seed: int) -> list[Row]:
    """The same bars told by their trades instead of a taker volume."""
    rng = np.random.default_rng(seed)
    return [dataclasses.replace(row, trades=_trades(row, rng), taker_buy=None) for row in rows]


def _trades(row: Row, rng: np.random.Generator) -> list[Trade]:
    bought = row.taker_buy if row.taker_buy is not None else row.volume / 2.0
    parts: list[Trade] = []
    for side, total in ((1, bought), (-1, row.volume - bought)):
        cuts = rng.pareto(1.5, 12) + 1.0
        sizes = (total * cuts / cuts.sum()).tolist()
        prices = rng.uniform(row.low, row.high, 12).tolist()
        times = rng.integers(0, SPAN, 12).tolist()
        parts += zip(times, prices, sizes, [side] * 12)
    return sorted(parts)
