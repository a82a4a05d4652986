"""Who votes well, and what votes may move: only labels that the market itself left open.

Votes on clear ends say nothing about the market; they say how good the voter is (two-coin Dawid-Skene with gold: hit
rates on wins and on losses, each shrunk by Beta(4, 4)). What a voter is worth moves a borderline label (time limit; TP1
or SL approached within 0.05 R; touched without a trade through) a little: y = y0 + 0.15 tanh(sum of log likelihood
ratios / 2), at a sample weight of 0.3, and only where three distinct voters stand behind it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from engine.learning.labels import DAY
from engine.learning.table import Floats

SHRINK = 4.0
LEAST_GOLD = 10.0
LEAST_AGE = 7 * DAY
AFTERWARDS = 0.25
MOST_MOVE, MOST_WEIGHT = 0.15, 0.3
LEAST_RATERS = 3
MOST_SHARE, MOST_CLUSTER_SHARE = 0.05, 0.20
ALIKE, LEAST_SHARED = 0.95, 15
BLOCK = 256  # voters that are compared with all at once
BURST = 5.0
HOUR = DAY // 24
MARGIN_BP, WIDE_MARGIN_BP, MOST_REPORTED, LEAST_FILLED = 1.0, 3.0, 0.20, 30


@dataclass(frozen=True, slots=True)
class Vote:
    """One voter's word on one signal: `win` 1 or 0, when (ms UTC), and whether the end had been shown by then.

    `account_since` (ms UTC): when the voter was first seen. Of several votes on a signal the last one counts.
    """

    rater: str
    signal: str
    ts: int
    win: int
    afterwards: bool
    account_since: int


@dataclass(frozen=True, slots=True)
class Rater:
    """What a voter's record is worth: `gold` votes on clear ends (those cast afterwards count a quarter).

    `for_win` and `for_loss` are the log likelihood ratios of a vote for a win and for a loss.
    """

    gold: float
    sensitivity: float
    specificity: float

    @property
    def for_win(self) -> float:
        """What a vote for a win says.

        >>> round(Rater(30.0, 0.7, 0.6).for_win, 4), round(Rater(30.0, 0.7, 0.6).for_loss, 4)
        (0.5596, -0.6931)
        """
        return math.log(self.sensitivity / (1.0 - self.specificity))

    @property
    def for_loss(self) -> float:
        """What a vote for a loss says."""
        return math.log((1.0 - self.sensitivity) / self.specificity)


@dataclass(frozen=True, slots=True)
class Nudge:
    """What votes do to one borderline label: its soft value, its sample weight, and how many stand behind it."""

    y: float
    weight: float
    raters: int


def counted(votes: Sequence[Vote]) -> list[Vote]:
    """One vote a voter and signal (the last), without voters too new, and without an hour's burst on one signal.

    A burst is more than five times the signals' usual votes an hour (and more than five votes): all of that hour's
    votes on that signal are set aside.
    """
    last: dict[tuple[str, str], Vote] = {}
    for vote in sorted(votes, key=lambda vote: (vote.ts, vote.rater, vote.signal, vote.win)):
        last[vote.rater, vote.signal] = vote
    hours: dict[tuple[str, int], int] = {}
    for vote in last.values():
        hours[vote.signal, vote.ts // HOUR] = hours.get((vote.signal, vote.ts // HOUR), 0) + 1
    usual = float(np.median(list(hours.values()))) if hours else 0.0
    quiet = {hour for hour, count in hours.items() if count <= BURST * max(1.0, usual)}
    kept = [vote for vote in last.values() if vote.ts - vote.account_since >= LEAST_AGE]
    return [vote for vote in kept if (vote.signal, vote.ts // HOUR) in quiet]


def rate(votes: Sequence[Vote], gold: Mapping[str, int]) -> dict[str, Rater]:
    """Every voter's record over `counted` votes; `gold` holds the clear ends (1 or 0) by signal.

    >>> rate([Vote("a", "s", 0, 1, False, 0)], {"s": 1})["a"].sensitivity
    0.5555555555555556
    """
    seen: dict[str, list[float]] = {}  # right and all on wins, right and all on losses
    for vote in votes:
        row = seen.setdefault(vote.rater, [0.0, 0.0, 0.0, 0.0])
        if vote.signal in gold:
            at, mass = (0 if gold[vote.signal] else 2), _mass(vote)
            row[at] += mass if vote.win == gold[vote.signal] else 0.0
            row[at + 1] += mass
    shrunk = 2.0 * SHRINK
    return {
        rater: Rater(row[1] + row[3], (row[0] + SHRINK) / (row[1] + shrunk), (row[2] + SHRINK) / (row[3] + shrunk))
        for rater, row in sorted(seen.items())
    }


def nudges(votes: Sequence[Vote], raters: Mapping[str, Rater], open_labels: Mapping[str, float]) -> dict[str, Nudge]:
    """What `counted` votes do to borderline labels (`open_labels`: y0 by signal, from the market).

    Voters with fewer than ten gold votes weigh nothing; one voter bears at most 5 % of all weight, a cluster of
    voters who all but always agree at most 20 %.
    """
    told = [vote for vote in votes if vote.signal in open_labels and raters[vote.rater].gold >= LEAST_GOLD]
    share = _shares(told, clusters(votes))
    cast: dict[str, list[Vote]] = {}
    for vote in told:
        cast.setdefault(vote.signal, []).append(vote)
    found: dict[str, Nudge] = {}
    for signal, here in sorted(cast.items()):
        if len(here) < LEAST_RATERS:
            continue
        total = sum(share[vote.rater] * _mass(vote) * _ratio(raters[vote.rater], vote) for vote in here)
        moved = min(1.0, max(0.0, open_labels[signal] + MOST_MOVE * math.tanh(total / 2.0)))
        found[signal] = Nudge(moved, MOST_WEIGHT, len(here))
    return found


def clusters(votes: Sequence[Vote]) -> list[list[str]]:
    """Groups of voters who agree on more than 95 % of at least 15 signals that both voted on (linked in chains).

    Only who voted that often can be in one. Time grows with the votes times how many there are on a signal, memory with
    the votes.
    """
    often = Counter(vote.rater for vote in votes)
    raters = sorted(rater for rater, count in often.items() if count >= LEAST_SHARED)
    said = _said(votes, raters)
    voted, group = abs(said), np.arange(len(raters))
    for start in range(0, len(raters), BLOCK):
        shared = (voted[start : start + BLOCK] @ voted.T).toarray()
        agreed = (shared + (said[start : start + BLOCK] @ said.T).toarray()) / 2.0
        for at, other in np.argwhere((shared >= LEAST_SHARED) & (agreed > ALIKE * shared)).tolist():
            if group[other] != group[start + at]:
                group[group == group[other]] = group[start + at]
    members = [np.flatnonzero(group == name).tolist() for name in np.unique(group)]
    return [[raters[at] for at in one] for one in members if len(one) > 1]


def _said(votes: Sequence[Vote], raters: Sequence[str]) -> csr_array:
    """A row a voter, a column a signal: 1 for a win, -1 for a loss; most of it is empty."""
    number = {rater: at for at, rater in enumerate(raters)}
    words = {(number[vote.rater], vote.signal): 1 if vote.win else -1 for vote in votes if vote.rater in number}
    signals = {signal: at for at, signal in enumerate(sorted({signal for _, signal in words}))}
    places = [at for at, _ in words], [signals[signal] for _, signal in words]
    return csr_array((list(words.values()), places), shape=(len(raters), len(signals)), dtype=np.int64)


def _shares(votes: Sequence[Vote], groups: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much of each voter's weight counts, so that none bears more than 5 % of all and no cluster more than 20 %."""
    mass: dict[str, float] = {}
    for vote in votes:
        mass[vote.rater] = mass.get(vote.rater, 0.0) + _mass(vote)
    share = dict(zip(mass, _capped(np.array(list(mass.values())), MOST_SHARE).tolist()))
    for group in groups:
        inside = [rater for rater in group if rater in mass]
        borne = sum(mass[rater] * share[rater] for rater in inside)
        outside = sum(mass[rater] * share[rater] for rater in mass) - borne
        most = MOST_CLUSTER_SHARE / (1.0 - MOST_CLUSTER_SHARE) * outside
        if borne > most:
            share.update({rater: share[rater] * most / borne for rater in inside})
    return share


def _capped(mass: Floats, most: float) -> Floats:
    """The factor of each mass so that none is more than `most` of the whole; too few to share it: all alike.

    >>> round(float((_capped(np.array([1.0] * 30 + [10.0]), 0.05) * 10.0)[-1]), 4)  # 5 % of 30 + 1.5789
    1.5789
    """
    kept = np.sort(mass)
    for above in range(len(mass)):
        below, room = kept[: len(mass) - above], 1.0 - most * above
        bound = most * float(below.sum()) / room if room > 1e-9 else 0.0
        if bound >= below[-1]:
            return np.minimum(1.0, bound / mass)
    return np.asarray(kept[:1] / mass, dtype=np.float64)


def through_margin_bp(reported: int, filled: int) -> float:
    """How far (bp) a trade must go through a limit to fill it where `reported` of `filled` people got no fill.

    >>> through_margin_bp(5, 29), through_margin_bp(6, 30), through_margin_bp(7, 30)
    (1.0, 1.0, 3.0)
    """
    return WIDE_MARGIN_BP if filled >= LEAST_FILLED and reported > MOST_REPORTED * filled else MARGIN_BP


def _mass(vote: Vote) -> float:
    return AFTERWARDS if vote.afterwards else 1.0


def _ratio(rater: Rater, vote: Vote) -> float:
    return rater.for_win if vote.win else rater.for_loss
