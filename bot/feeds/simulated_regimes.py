"""Regimes of the simulated exchange: how large its steps are, bar by bar, before anyone knows where they lead."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.feeds.simulated_venue import Listing

BARS = 288
STEPS = 20  # steps of the market factor a bar
BASE_SIGMA = 0.0024  # of a 5m bar, before regime and clustering
TAIL = 6.0  # degrees of freedom of a bar's size

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Regime:
    """What a regime means: size of steps, its unrest, hours it lasts, opening (+) or closing (-) of positions."""

    name: str
    scale: float
    unrest: float
    hours: tuple[float, float]
    building: float
    jump: float
    then: tuple[float, float, float, float]


REGIMES = (
    Regime("trend", 1.05, 0.03, (5.0, 20.0), 0.9, 0.001, (0.0, 0.45, 0.35, 0.20)),
    Regime("range", 0.85, 0.04, (4.0, 18.0), 0.1, 0.001, (0.50, 0.0, 0.20, 0.30)),
    Regime("volatile", 1.50, 0.08, (2.0, 7.0), -0.8, 0.010, (0.45, 0.45, 0.0, 0.10)),
    Regime("quiet", 0.65, 0.03, (4.0, 14.0), 0.0, 0.0005, (0.45, 0.45, 0.10, 0.0)),
)


@dataclass(slots=True)
class State:
    """What a day hands to the next."""

    fair: float
    regime: int
    left: int
    direction: int
    log_vol: float = 0.0
    mood: float = 0.0
    log_fair: float = 0.0
    mean3h: float = 0.0
    leaning: float = 0.0
    interest: float = 1.0
    premium: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Bar by bar, before prices: size of the bar, takers' mood, regime, direction."""

    sigma: Floats
    mood: Floats
    regime: Ints
    direction: Ints


def market_factor(seed: int) -> Iterator[Floats]:
    """The factor all pairs share: for each day BARS x STEPS steps of unit variance a bar on average."""
    log_vol, number = 0.0, 0
    while True:
        rng = np.random.default_rng([seed, 77, number])
        shocks = rng.standard_normal(BARS).tolist()
        heavy = np.sqrt((TAIL - 2) / rng.chisquare(TAIL, BARS))
        slow = []
        for shock in shocks:
            log_vol = 0.985 * log_vol + 0.04 * shock
            slow.append(math.exp(log_vol))
        size = np.array(slow) * heavy / math.sqrt(STEPS)
        yield (rng.standard_normal((BARS, STEPS)) * size[:, None]).ravel()
        number += 1


def draw_bars(rng: np.random.Generator, listing: Listing, edge: float, state: State) -> Bars:
    """Regimes, clustering and mood: nothing here but with an edge knows where the price will go."""
    shocks = rng.standard_normal(BARS).tolist()
    moods = rng.standard_normal(BARS).tolist()
    coins = rng.random((BARS, 3)).tolist()
    sigma, mood, regime, direction = [0.0] * BARS, [0.0] * BARS, [0] * BARS, [0] * BARS
    base = BASE_SIGMA * listing.volatility
    for bar in range(BARS):
        if state.left <= 0:
            _change(state, coins[bar])
        state.left -= 1
        kind = REGIMES[state.regime]
        state.log_vol = 0.985 * state.log_vol + kind.unrest * shocks[bar]
        hour = math.sin(math.tau * (bar / BARS - 0.35))
        sigma[bar] = base * kind.scale * math.exp(state.log_vol) * (1 + 0.18 * hour)
        lean = edge * 0.45 * state.direction if kind.name == "trend" else 0.0
        state.mood = 0.95 * state.mood + 0.05 * lean + 0.055 * moods[bar]
        mood[bar], regime[bar], direction[bar] = state.mood, state.regime, state.direction
    return Bars(np.array(sigma), np.array(mood), np.array(regime), np.array(direction))


def _change(state: State, coin: list[float]) -> None:
    """Leave the regime for the next one of the chain; a trend gets a direction (used only by an edge)."""
    total = 0.0
    for index, chance in enumerate(REGIMES[state.regime].then):
        total += chance
        if coin[0] < total:
            state.regime = index
            break
    low, high = REGIMES[state.regime].hours
    state.left = round((low + (high - low) * coin[1]) * 12)
    state.direction = 1 if coin[2] < 0.5 else -1
