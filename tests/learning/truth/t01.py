"""T1: labels from 1m bars against labels from a trade every five seconds, through the product's own walk of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.decision.lifecycle import Life
from engine.decision.signal import Costs, Outcome, Plan
from engine.learning.labels import resolution_weights, trusted
from engine.learning.table import Floats
from engine.market.events import MINUTE
from tests.learning.truth.measured import Figure, Measured

HOUR, STEP = 60 * MINUTE, 5000
START = 1_767_225_600_000  # 2026-01-01T00:00Z
PRICE, HOURLY = 100.0, 1.0  # the hour's standard deviation in units of price, times a factor of its own each life
ATR = 1.596 * HOURLY  # expected range of an hour of Brownian motion
STOPS = (0.25, 0.5)  # x ATR14 of the hour
TARGET = 1.5  # x the stop
LIVES, HOURS, COARSE_LIVES = 4000, 4, 600
FREE = Costs(taker=0.0, maker=0.0, slippage=0.0, stop_slippage=0.0)


def measure() -> Measured:
    """Win rates of the followable track over plans that ended on both tapes; ambiguous bars; what 60m bars weigh."""
    figures = []
    for stop in STOPS:
        found = _pairs(stop, 1, LIVES, STEP, MINUTE)
        told = [(a, b) for a, b in found if a.followable.result in ENDS and b.followable.result in ENDS]
        bias = np.mean([_won(b) - _won(a) for a, b in told])
        doubtful = np.mean([b.ambiguous for _, b in told])
        figures += [
            Figure(
                f"SL {stop} ATR: win rate from 1m less truth (points, absolute)", 100.0 * abs(float(bias)), most=0.5
            ),
            Figure(f"SL {stop} ATR: ambiguous 1m labels (%)", 100.0 * float(doubtful), most=0.1),
            Figure(f"SL {stop} ATR: lives compared", len(told)),
        ]
    coarse = [b for _, b in _pairs(STOPS[0], 2, COARSE_LIVES, MINUTE, HOUR)]
    trust = np.array([trusted(one.label_resolution) for one in coarse])
    weight = resolution_weights(trust, np.full(len(coarse), STOPS[0]))
    wide = resolution_weights(np.array([trusted("1h"), trusted("1m")]), np.array([0.6, 0.25]))
    figures += [
        Figure(
            "60m labels flagged low-res (share)", float(np.mean([one.label_resolution == "1h" for one in coarse])), 1
        ),
        Figure("what a 60m label with SL 0.25 ATR weighs", float(weight.max()), most=0.0),
        Figure("what a 60m label with SL 0.6 ATR weighs", float(wide[0]), most=0.3),
        Figure("60m ambiguous labels (%)", 100.0 * float(np.mean([one.ambiguous for one in coarse]))),
    ]
    return Measured(1, "labels from bars against the truth of trades", tuple(figures))


ENDS = ("win", "lose")


def _won(outcome: Outcome) -> float:
    return float(outcome.followable.result == "win")


@dataclass(frozen=True, slots=True)
class _Path:
    """Prices at steps of `step` ms from the plan's instant on, and the life's own scale of movement."""

    price: Floats
    scale: float


def _paths(seed: int, count: int) -> Iterator[_Path]:
    """Fat-tailed walks (t with 4 degrees of freedom) of four hours in steps of five seconds."""
    rng = np.random.default_rng(100 + seed)
    steps = HOURS * HOUR // STEP
    for _ in range(count):
        scale = float(np.exp(0.5 * rng.standard_normal() - 0.125))
        moves = rng.standard_t(4, steps - 1) / np.sqrt(2.0) * HOURLY * scale * np.sqrt(STEP / HOUR)
        yield _Path(PRICE + np.concatenate([[0.0], np.cumsum(moves)]), scale)


def _plan(stop: float, scale: float) -> Plan:
    """A zone around the price at the instant of the decision, its stop `stop` ATR away, one target."""
    risk = stop * ATR * scale
    return Plan(
        pair="SOL-USDT-SWAP", side=1, timeframe="15m", ts=START, entry_low=PRICE - 0.1 * risk,
        entry_high=PRICE + 0.1 * risk, sl=PRICE - risk, tp1=PRICE + TARGET * risk, tp2=PRICE + TARGET * risk,
        expiry_minutes=30, limit_minutes=720, invalidation_timeframe="15m", invalidation_price=PRICE - risk,
        tick=0.001, costs=FREE,
    )  # fmt: skip


def _pairs(stop: float, seed: int, count: int, fine: int, coarse: int) -> list[tuple[Outcome, Outcome]]:
    """Outcomes of the same plans on two tapes (trades where `fine` is the step itself); those that ended on both."""
    found = []
    for path in _paths(seed, count):
        plan = _plan(stop, path.scale)
        true = _by_trades(plan, path.price) if fine == STEP else _by_bars(plan, path.price, fine)
        seen = _by_bars(plan, path.price, coarse)
        if true is not None and seen is not None:
            found.append((true, seen))
    return found


def _by_trades(plan: Plan, price: Floats) -> Outcome | None:
    life, each = Life(plan, MINUTE), MINUTE // STEP
    rows = price.tolist()
    for at in range(0, len(rows), each):
        part, opened = rows[at : at + each], START + at * STEP
        life.on_trades(range(opened, opened + MINUTE, STEP), part)
        life.on_bar(opened, part[0], max(part), min(part), part[-1], MINUTE, covered=True)
        if life.ended:
            break
    return life.outcome("", 0)


def _by_bars(plan: Plan, price: Floats, bar: int) -> Outcome | None:
    life, rows = Life(plan, bar), price.reshape(-1, bar // STEP)
    columns = (one.tolist() for one in (rows[:, 0], rows.max(axis=1), rows.min(axis=1), rows[:, -1]))
    for at, (open, high, low, close) in enumerate(zip(*columns)):
        life.on_bar(START + at * bar, open, high, low, close, bar)
        if life.ended:
            break
    return life.outcome("", 0)
