"""Champion against challenger: both judge the same setups, and only evidence that holds however often one looks counts.

Two bets on the same blocks. One on money: what the challenger's choices earned more than the champion's where they
differ. One on forecasts: how much nearer its probabilities came (Brier). E is the mean of both; a challenger is
promoted where E reaches 20 for each of the challengers alive, and every gate is passed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.learning.betting import block_length, by_block, interleaved, interleaved_path, over, streams_of
from engine.learning.gates import Gate, Sample, failed, gates
from engine.learning.table import Floats, Ints, Mask

MONEY, FORECAST = (1 / 32, 1 / 12), (0.4, 1.0)
NEEDED = 20.0
GAP = 0.5  # R that a stop may slip beyond its price, in the worst case
SHIFTS = np.round(np.arange(-1.0, 1.0001, 0.02), 4)  # R a setup, where the interval is looked for
ALPHA = 0.10
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Paired:
    """Setups that both judged, whose market is over. `y` NaN and `net` 0 where nothing was filled.

    `most` is the largest gross R that was possible (both targets), `cost` in R; `takes_*` are 1 where the rule would
    have published, `p_*` what was forecast. `pending`: when the oldest market still open began (ms, 0: unknown).
    `entered`: net R of the challenger where it enters by another way than the champion, NaN where both enter alike.
    """

    opened: Ints
    closed: Ints
    y: Floats
    net: Floats
    cost: Floats
    most: Floats
    takes_champion: Floats
    takes_challenger: Floats
    p_champion: Floats
    p_challenger: Floats
    pending: int = 0
    entered: Floats | None = None

    def take(self, at: Ints) -> Paired:
        """Some rows."""
        names = (name for name in self.__slots__ if name not in ("pending", "entered"))
        entered = None if self.entered is None else self.entered[at]
        return replace(self, **{name: getattr(self, name)[at] for name in names}, entered=entered)

    @property
    def net_challenger(self) -> Floats:
        """Net R of the challenger's way."""
        return self.net if self.entered is None else np.where(np.isnan(self.entered), self.net, self.entered)

    @property
    def differ(self) -> Mask:
        """Where both do not do the same: one takes what the other leaves, or both take it by other ways."""
        other: Mask = self.takes_challenger != self.takes_champion
        if self.entered is None:
            return other
        otherwise: Mask = (self.takes_challenger == 1.0) & ~np.isnan(self.entered)
        return np.asarray(other | otherwise, dtype=np.bool_)

    def reversed(self) -> Paired:
        """The same setups with champion and challenger in each other's place."""
        return replace(
            self,
            takes_champion=self.takes_challenger,
            takes_challenger=self.takes_champion,
            p_champion=self.p_challenger,
            p_challenger=self.p_champion,
            net=self.net_challenger,
            entered=None if self.entered is None else np.where(np.isnan(self.entered), np.nan, self.net),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What whole blocks say: `blocks` (their numbers, `block` ms each) and E after each of them, by either bet."""

    block: int
    blocks: Ints
    money: Floats
    forecast: Floats
    streams: int

    @property
    def path(self) -> Floats:
        """E after each block."""
        return (self.money + self.forecast) / 2

    @property
    def last(self) -> tuple[float, float]:
        """E by money and by forecasts after all blocks; 1 and 1 before the first."""
        return (float(self.money[-1]), float(self.forecast[-1])) if len(self.blocks) else (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contest stands. `low` and `high`: R a setup that the challenger earns more, 90 % however often one looks.

    `days_left`: how long at this pace until E is enough; None where it does not grow.
    """

    verdict: Literal["promote", "wait"]
    e: float
    e_money: float
    e_forecast: float
    needed: float
    setups: int
    disagreements: int
    days: float
    difference: float
    low: float
    high: float
    days_left: float | None
    gates: tuple[Gate, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """What is missing: `evidence`, and the names of gates."""
        return (*(() if self.e >= self.needed else ("evidence",)), *failed(self.gates))


def standing(paired: Paired, cut: int, rivals: int) -> Standing:
    """The contest at `cut` (ms) among `rivals` challengers alive. Only whole blocks whose markets are over count."""
    paired = whole_blocks(paired, cut)
    found, passed = evidence(paired), judged(paired)
    e_money, e_forecast = found.last
    e = (e_money + e_forecast) / 2
    needed = NEEDED * max(1, rivals)
    difference = _gained(paired)
    low, high = _interval(paired, found)
    return Standing(
        verdict="promote" if e >= needed and not failed(passed) else "wait",
        e=e,
        e_money=e_money,
        e_forecast=e_forecast,
        needed=needed,
        setups=len(paired.opened),
        disagreements=int(np.sum(paired.differ)),
        days=_days(paired),
        difference=float(difference.mean()) if len(difference) else 0.0,
        low=low,
        high=high,
        days_left=days_left(e, needed, _days(paired)),
        gates=passed,
    )


def whole_blocks(paired: Paired, cut: int) -> Paired:
    """The setups of blocks of which every market must be over at `cut` (ms)."""
    hold = int(np.max(paired.closed - paired.opened)) if len(paired.opened) else 0
    return paired.take(over(paired.opened, paired.closed, block_length(hold), cut, paired.pending))


def evidence(paired: Paired) -> Evidence:
    """Both bets on the setups of whole blocks, block by block."""
    hold = int(np.max(paired.closed - paired.opened)) if len(paired.opened) else 0
    block = block_length(hold)
    number = paired.opened // block
    blocks = np.unique(number)
    streams = streams_of(paired.opened, paired.closed, block)
    money = interleaved_path(blocks, *_money(paired, number, blocks), MONEY, streams)
    forecast = interleaved_path(blocks, *_forecast(paired, number, blocks), FORECAST, streams)
    return Evidence(block, blocks, money, forecast, streams)


def judged(paired: Paired) -> tuple[Gate, ...]:
    """The gates on all setups of whole blocks."""
    return gates(
        Sample(
            paired.y, paired.net, paired.takes_champion, paired.takes_challenger, paired.p_champion,
            paired.p_challenger, _days(paired), paired.net_challenger, paired.differ,
        )
    )  # fmt: skip


def _days(paired: Paired) -> float:
    return (float(paired.opened.max() - paired.opened.min()) / DAY) if len(paired.opened) else 0.0


def days_left(e: float, needed: float, days: float) -> float | None:
    """Days until E is enough if its logarithm goes on growing as it did; None where it did not.

    >>> days_left(4.0, 16.0, 10.0), days_left(0.5, 20.0, 10.0), days_left(32.0, 20.0, 10.0)
    (10.0, None, 0.0)
    """
    if e >= needed:
        return 0.0
    if e <= 1.0 or days <= 0.0:
        return None
    return days * math.log(needed / e) / math.log(e)


def _money(p: Paired, number: Ints, blocks: Ints) -> tuple[Floats, Floats]:
    """Sums of what the challenger earned more, and the worst that was possible."""
    loss = np.where(p.takes_challenger > 0, 1.0 + p.cost + GAP, 0.0)
    missed = np.where(p.takes_champion > 0, np.maximum(p.most - p.cost, 0.0), 0.0)
    worst = np.where(p.differ, loss + missed, 0.0)
    return by_block(number, _gained(p), blocks), by_block(number, worst, blocks)


def _gained(p: Paired) -> Floats:
    """What the challenger earned more, setup by setup: R of what it does less R of what the champion does."""
    if p.entered is None:
        return p.net * (p.takes_challenger - p.takes_champion)
    return np.where(p.differ, p.net_challenger * p.takes_challenger - p.net * p.takes_champion, 0.0)


def _forecast(p: Paired, number: Ints, blocks: Ints) -> tuple[Floats, Floats]:
    """Sums of the squared error that the challenger saved, and the worst that was possible."""
    told = ~np.isnan(p.y)
    y = np.where(told, p.y, 0.0)
    saved = np.where(told, (p.p_champion - y) ** 2 - (p.p_challenger - y) ** 2, 0.0)
    both = p.p_champion + p.p_challenger
    worst = np.abs(p.p_challenger - p.p_champion) * np.maximum(both, 2.0 - both)
    return by_block(number, saved, blocks), by_block(number, np.where(told, worst, 0.0), blocks)


def _interval(p: Paired, found: Evidence) -> tuple[float, float]:
    """The differences R a setup that the evidence does not refute at 10 %: an always-valid confidence interval.

    A difference is refuted from below where betting on more than it wins, from above where betting on less does.
    """
    low, high = _refuted_below(p, found), -_refuted_below(p.reversed(), found)
    return min(low, high), max(low, high)


def _refuted_below(p: Paired, found: Evidence) -> float:
    """The least difference that betting on more, each setup less `shift` R, does not refute.

    The larger the shift, the less is won in any block, and so is E: what is not refuted is found by halving.
    """
    number = p.opened // found.block
    sums, bounds = _money(p, number, found.blocks)
    setups = by_block(number, np.ones(len(number)), found.blocks)

    def refuted(shift: float) -> bool:
        less, worst = sums - shift * setups, bounds + max(shift, 0.0) * setups
        return interleaved(found.blocks, less, worst, MONEY, found.streams) >= 2.0 / ALPHA

    at = bisect_left(SHIFTS.tolist(), True, key=lambda shift: not refuted(shift))
    return float(SHIFTS[min(at, len(SHIFTS) - 1)])
