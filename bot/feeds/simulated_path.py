"""How simulated prices, taker flow and open interest come about: one pair, one UTC day at a time.

What it is, plainly. Every trade moves the fair price by its own random step. Without an edge each step has mean zero
whatever happened before, so **no rule can earn from it before costs and every rule loses its costs**: the price is a
martingale. The four regimes (trend, range, volatile, quiet) then differ only in how large the steps are, how steady
that size is, how many people trade and whether they open or close positions; none has a direction, and the stretches
that look like trends are chance. Volatility clusters (slow log-volatility), bars have fat tails (a heavy-tailed size
per bar, rare jumps of either sign), the pairs share a market factor, taker sides lean with the step they cause and
with a slow mood that foretells nothing.

With `edge > 0` a real edge is planted, in the regime `trend` only. The episode has a direction d, and then
- the steps of each 5m bar get a drift of `edge` x 0.12 standard deviations of that bar towards d, and another 0.16
  while the fair price is pulled back against d (below its 3 h mean for a rise) and the taker flow of the last
  half hour already leans to d;
- the slow mood of the takers leans to d, and so do the sizes on the best bid and ask.
So flow, book, open interest and structure tell a true trend from a chance one, which a layer can see and a logistic
regression over layer scores can learn. `edge = 1` is far more than any market gives.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.feeds.simulated_regimes import (
    BARS,
    BASE_SIGMA,
    REGIMES,
    STEPS,
    TAIL,
    Bars,
    Floats,
    Ints,
    State,
    draw_bars,
    market_factor,
)
from bot.feeds.simulated_venue import Listing

BAR_MS = 300_000
DAY_MS = 86_400_000
_SHARED = 0.42  # of the variance that is the market's


@dataclass(frozen=True, slots=True)
class Day:
    """A pair's UTC day as columns. `first[b]:first[b + 1]` are the trades of bar b; `regime[b]` is the hidden truth."""

    start: int
    ts: Ints
    price: Floats
    size: Floats
    side: Ints
    first: Ints
    book_ts: Ints
    bid: Floats
    ask: Floats
    bid_size: Floats
    ask_size: Floats
    open_interest: Floats
    funding: tuple[tuple[int, float], ...]
    regime: tuple[str, ...]
    direction: tuple[int, ...]


def days(seed: int, listing: Listing, edge: float, start_ms: int) -> Iterator[Day]:
    """The pair's days from `start_ms` (a UTC midnight) without end; the same for the same seed, alone or in company."""
    name = zlib.crc32(listing.instrument.inst_id.encode())
    opening = np.random.default_rng([seed, name])
    first = int(opening.integers(0, len(REGIMES)))
    state = State(fair=listing.price * (1 + 0.05 * float(opening.uniform(-1, 1))), regime=first, left=0, direction=1)
    start = start_ms
    for factor in market_factor(seed):
        rng = np.random.default_rng([seed, name, (start - start_ms) // DAY_MS])
        yield _day(rng, listing, edge, start, state, factor)
        start += DAY_MS


def _day(rng: np.random.Generator, listing: Listing, edge: float, start: int, state: State, factor: Floats) -> Day:
    bars = draw_bars(rng, listing, edge, state)
    heavy = np.sqrt((TAIL - 2) / rng.chisquare(TAIL, BARS))
    busy = bars.sigma * heavy / (BASE_SIGMA * listing.volatility)
    counts = np.clip(rng.poisson(26 + 20 * np.minimum(busy, 3.0)), 24, 96)
    first = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    bar_of = np.repeat(np.arange(BARS), counts)
    total = int(first[-1])
    ts = start + np.sort(bar_of * BAR_MS + rng.integers(1, BAR_MS, total))
    ease = (bars.sigma * heavy)[bar_of] / np.sqrt(counts)[bar_of]
    shared = np.concatenate((np.zeros(1), np.cumsum(factor)))
    told = shared[(ts - start) // (BAR_MS // STEPS) + 1]
    market = np.diff(told, prepend=0.0) * bars.sigma[bar_of] * math.sqrt(_SHARED)
    steps = market + rng.standard_normal(total) * ease * math.sqrt(1 - _SHARED)
    steps += _jumps(rng, bars, counts, first, total)
    felt = np.clip(steps / ease, -3, 3)
    side = np.where(1.3 * felt + bars.mood[bar_of] + rng.standard_normal(total) > 0, 1, -1)
    size = _sizes(rng, listing, state.fair, busy[bar_of] * (0.25 + np.abs(felt)))
    signed = np.add.reduceat(size * side, first[:-1]) / np.add.reduceat(size, first[:-1])
    moved = np.add.reduceat(steps, first[:-1])
    drift, way = _drift(bars, moved.tolist(), signed.tolist(), edge, state)
    steps += (drift / counts)[bar_of]
    fair = state.fair * np.cumprod(1 + np.clip(steps, -0.2, 0.2))
    interest = _interest(rng, bars, moved, state)
    book = _book(rng, listing, start, ts, np.concatenate(([state.fair], fair)), edge * way)
    day = Day(
        start=start,
        ts=ts,
        price=_on_tick(listing, fair * (1 + side * _half_spread(listing, state.fair))),
        size=size,
        side=side.astype(np.int64),
        first=first,
        book_ts=book[0],
        bid=book[1],
        ask=book[2],
        bid_size=book[3],
        ask_size=book[4],
        open_interest=_lots(listing, interest * 40_000_000 / listing.price),
        funding=_funding(rng, start, moved + drift, state),
        regime=tuple(REGIMES[index].name for index in bars.regime.tolist()),
        direction=tuple(bars.direction.tolist()),
    )
    state.fair = float(fair[-1])
    return day


def _jumps(rng: np.random.Generator, bars: Bars, counts: Ints, first: Ints, total: int) -> Floats:
    """Rare single steps of 2 to 4 bar sizes, either way with the same chance."""
    chance = np.array([kind.jump for kind in REGIMES])[bars.regime]
    hit = np.flatnonzero(rng.random(BARS) < chance)
    where = first[hit] + (rng.random(len(hit)) * counts[hit]).astype(np.int64)
    size = rng.uniform(2, 4, len(hit)) * np.where(rng.random(len(hit)) < 0.5, -1, 1)
    steps = np.zeros(total)
    steps[where] = size * bars.sigma[hit]
    return steps


def _drift(bars: Bars, moved: list[float], signed: list[float], edge: float, state: State) -> tuple[Floats, Floats]:
    """The planted drift of each bar (zero without an edge), and the direction of the trends (else 0)."""
    drift, ways = [0.0] * BARS, [0.0] * BARS
    sigma, regime, direction = bars.sigma.tolist(), bars.regime.tolist(), bars.direction.tolist()
    for bar in range(BARS):
        way = direction[bar] if regime[bar] == 0 else 0
        pulled = (state.log_fair - state.mean3h) * way < 0
        agrees = state.leaning * way > 0.02
        drift[bar] = edge * sigma[bar] * way * (0.12 + (0.16 if pulled and agrees else 0.0))
        state.log_fair += moved[bar] + drift[bar]
        state.mean3h += (state.log_fair - state.mean3h) / 36
        state.leaning += (signed[bar] - state.leaning) / 6
        ways[bar] = way
    return np.array(drift), np.array(ways)


def _sizes(rng: np.random.Generator, listing: Listing, price: float, weight: Floats) -> Floats:
    """Lognormal sizes in base units on the lot grid, larger in busy bars and with large steps."""
    money = rng.lognormal(9.0, 1.1, len(weight)) * weight
    return _lots(listing, money / price)


def _interest(rng: np.random.Generator, bars: Bars, moved: Floats, state: State) -> Floats:
    """Open interest against its start: built by moves in trends, unwound by moves in storms, pulled to 1."""
    building = np.array([kind.building for kind in REGIMES])[bars.regime]
    change = (building * 0.0022 * np.abs(moved) / bars.sigma + 0.0016 * rng.standard_normal(BARS)).tolist()
    level = []
    for step in change:
        state.interest = max(0.2, state.interest * (1 + step) - 0.0012 * (state.interest - 1))
        level.append(state.interest)
    return np.array(level)


def _funding(rng: np.random.Generator, start: int, moved: Floats, state: State) -> tuple[tuple[int, float], ...]:
    """Settlements at 08, 16 and 24 h: 0.01 % plus what the last day's direction and chance add."""
    rows = []
    for part, noise in enumerate(rng.standard_normal(3).tolist()):
        state.premium = 0.6 * state.premium + 0.004 * float(moved[part * 96 : part * 96 + 96].sum())
        rate = 0.0001 + state.premium + 0.00006 * noise
        rows.append((start + (part + 1) * DAY_MS // 3, round(max(-0.0075, min(0.0075, rate)), 8)))
    return tuple(rows)


def _half_spread(listing: Listing, price: float) -> float:
    """Half the spread as a fraction of price: 0.4 bp, at least half a tick."""
    return max(0.00004, listing.instrument.tick / price / 2)


def _book(
    rng: np.random.Generator, listing: Listing, start: int, ts: Ints, fair: Floats, lean: Floats
) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """Best bid and ask at the end of each minute, around the fair price of the last trade."""
    at = start + np.arange(1, BARS * 5 + 1) * 60_000
    middle = fair[np.searchsorted(ts, at, side="right")]
    half = _half_spread(listing, float(fair[0])) * rng.lognormal(0.0, 0.35, len(at))
    tick = listing.instrument.tick
    bid = _on_tick(listing, middle * (1 - half))
    ask = np.maximum(_on_tick(listing, middle * (1 + half)), _on_tick(listing, bid + tick))
    tilt = 1 + 0.5 * np.clip(np.repeat(lean, 5), -0.9, 0.9)
    size = 60_000 / float(fair[0])
    sizes = [_lots(listing, rng.lognormal(0.0, 0.7, len(at)) * part * size) for part in (tilt, 2 - tilt)]
    return at, bid, ask, sizes[0], sizes[1]


def _lots(listing: Listing, size: Floats) -> Floats:
    """Base units on the grid of lots, at least one lot."""
    lots: Floats = np.maximum(1.0, np.rint(size / listing.unit))
    return np.round(lots * listing.unit, 8)


def _on_tick(listing: Listing, price: Floats) -> Floats:
    """The nearest price of the grid, as the same float that its decimal text would give; never below one tick."""
    instrument = listing.instrument
    ticks: Floats = np.maximum(1.0, np.rint(price / instrument.tick))
    return np.round(ticks * instrument.tick, instrument.decimals)
