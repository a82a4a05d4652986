"""Forty voters on clear and on borderline signals: some know a little, some know nothing, some all vote for a win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.learning.labels import DAY
from engine.learning.raters import Vote

VOTERS, CLEAR, BORDERLINE = 40, 150, 100
VOTES, SKILLED, SKILL = 0.15, 0.6, 0.72
NOW = 400 * DAY


@dataclass(frozen=True, slots=True)
class Poll:
    """All votes, the clear ends by signal, and the truth behind the borderline ones."""

    votes: tuple[Vote, ...]
    gold: dict[str, int]
    hidden: dict[str, int]


def poll(seed: int, brigade: float) -> Poll:
    """`brigade`: the share of voters who always vote for a win. Votes of a signal are spread over its day."""
    rng = np.random.default_rng(14_000 + seed)
    truth = rng.integers(0, 2, CLEAR + BORDERLINE)
    skill = np.where(rng.random(VOTERS) < SKILLED, SKILL, 0.5)
    voted = rng.random((VOTERS, len(truth))) < VOTES
    said = np.where(rng.random(voted.shape) < skill[:, None], truth, 1 - truth)
    said[: round(brigade * VOTERS)] = 1
    at = NOW + np.arange(len(truth)) * DAY + rng.integers(0, DAY, voted.shape)
    names = [f"{'clear' if signal < CLEAR else 'open'}-{signal:03}" for signal in range(len(truth))]
    votes = tuple(
        Vote(f"voter-{voter:02}", names[signal], int(at[voter, signal]), int(said[voter, signal]), False, 0)
        for voter, signal in np.argwhere(voted).tolist()
    )
    told = dict(zip(names, truth.tolist()))
    return Poll(
        votes,
        {name: win for name, win in told.items() if name.startswith("clear")},
        {name: win for name, win in told.items() if name.startswith("open")},
    )
