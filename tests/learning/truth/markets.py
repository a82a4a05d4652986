"""Two rules judge the same setups of a market whose truth is known; days share a shock, and days may be tilted.

A setup has a true p = expit(level + spread * u). A rule sees a noisy u (correlation `sight` with the truth) and says
the p that is honest about its noise; it takes what is above break-even. RR 1.5, cost 0.08 R. Longs and shorts are hit
by the shock of their block with opposite signs (latent correlation rho).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from engine.learning.contest import NEEDED, Paired, evidence, judged
from engine.learning.gates import failed
from engine.learning.model import expit
from engine.learning.table import Floats, Ints

RR, COST = 1.5, 0.08
TAU = (1.0 + COST) / (1.0 + RR)
HOUR, DAY = 3_600_000, 86_400_000
MEAN_P = float(np.log(0.42 / 0.58))
SPREAD_OF_NOISE = 0.27


@dataclass(frozen=True, slots=True)
class World:
    """`sight` of champion and challenger, `alike` how much they share of their noise; `edge` False: scores are noise.

    `tilt`: how far the challenger leans to one side on a day. Blocks of `hours`, `a_block` setups in each.
    """

    champion: float
    challenger: float
    alike: float
    spread: float = 0.45
    edge: bool = True
    rho: float = 0.2
    tilt: float = 0.0
    hours: int = 24
    a_block: int = 30


EQUAL = World(0.6, 0.6, 0.8)
NO_EDGE = World(0.6, 0.6, 0.8, edge=False)
TILTED = World(0.6, 0.6, 0.8, rho=0.5, tilt=0.8)
WORSE = World(0.6, 0.45, 0.8)
MUCH_BETTER = World(0.3, 0.85, 0.3, spread=0.55)
BETTER_4H = World(0.45, 0.75, 0.5, hours=4, a_block=33)


def setups(world: World, blocks: int, seed: int) -> Paired:
    """What both rules judged in `blocks` blocks of time, each closed within its block."""
    rng = np.random.default_rng(seed)
    rows = blocks * world.a_block
    block = np.repeat(np.arange(blocks), world.a_block)
    u, own, other = rng.standard_normal((3, rows))
    noise = world.alike * own + np.sqrt(1.0 - world.alike**2) * other
    side = np.where(rng.random(rows) < rng.beta(1.2, 1.2, blocks)[block], 1.0, -1.0)
    champion, challenger = (
        _said(world, sight, sight * u + np.sqrt(1.0 - sight**2) * seen)
        for sight, seen in ((world.champion, own), (world.challenger, noise))
    )
    challenger = challenger + world.tilt * SPREAD_OF_NOISE * side * rng.standard_normal(blocks)[block]
    p = expit(MEAN_P + world.spread * u) if world.edge else np.full(rows, 0.40)
    won = shocked(p, side, block, world.rho, rng)
    opened = block * world.hours * HOUR
    ours, theirs = expit(champion), expit(challenger)
    return Paired(
        opened=opened,
        closed=opened + world.hours * HOUR - 1,
        y=won,
        net=np.where(won > 0.5, RR - COST, -1.0 - COST),
        cost=np.full(rows, COST),
        most=np.full(rows, RR),
        takes_champion=(ours > TAU).astype(np.float64),
        takes_challenger=(theirs > TAU).astype(np.float64),
        p_champion=ours,
        p_challenger=theirs,
    )


def shocked(p: Floats, side: Floats, block: Ints, rho: float, rng: np.random.Generator) -> Floats:
    """Who won (1 or 0) when each side of a block is hit by the same shock."""
    shock = rng.standard_normal(int(block[-1]) + 1)[block]
    latent = np.sqrt(rho) * side * shock + np.sqrt(1.0 - rho) * rng.standard_normal(len(p))
    return np.asarray(latent < ndtri(p), dtype=np.float64)


def _said(world: World, sight: float, seen: Floats) -> Floats:
    """The log odds that a rule tells: honest about its noise, or made of nothing but noise."""
    if not world.edge:
        return MEAN_P + SPREAD_OF_NOISE * seen
    blur = np.sqrt(1.0 + np.pi * world.spread**2 * (1.0 - sight**2) / 8.0)
    return np.asarray((MEAN_P + world.spread * sight * seen) / blur, dtype=np.float64)


def promoted_on(paired: Paired) -> float | None:
    """The day on which the product promotes the challenger, looking every night; None where it never does."""
    found = evidence(paired)
    ends = (found.blocks + 1) * found.block
    for end in ends[(found.path >= NEEDED) & (ends % DAY == 0)]:
        seen = paired.take(np.flatnonzero(paired.opened < end))
        if not failed(judged(seen)):
            return float(end) / DAY
    return None


def share_promoted(world: World, blocks: int, runs: int, seed: int, by: float | None = None) -> float:
    """Share of runs in which the challenger is promoted (by day `by`)."""
    days = [promoted_on(setups(world, blocks, seed + run)) for run in range(runs)]
    return sum(day is not None and (by is None or day <= by) for day in days) / runs
