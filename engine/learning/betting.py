"""Evidence by betting: a gambler who starts with 1 and cannot win in the long run, unless the claim is false.

Each block of time is one bet on the sum of what happened in it; stakes are bounded by the worst that was possible,
known before the outcomes. The wealth E is a test supermartingale: under the null it reaches 1/alpha with probability at
most alpha, however often one looks (Ville 1939; Waudby-Smith and Ramdas 2024, "Estimating means of bounded random
variables by betting"). Bets are placed once per block and never per trade: trades of one block share one market.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.learning.table import Floats, Ints

MOST = 0.9  # the largest share of the worst case that is staked
HOURS_4 = 4 * 3_600_000
DAY = 86_400_000


def block_length(hold: int) -> int:
    """How long a block is (ms): 4 h where every market is over within 4 h, else a UTC day."""
    return HOURS_4 if hold <= HOURS_4 else DAY


def over(opened: Ints, closed: Ints, block: int, cut: int, pending: int) -> Ints:
    """Places of the setups in blocks that are whole at `cut` (ms): no market of theirs can still be open.

    `pending`: when the oldest market that is still open began; 0 where it is not known, then what lasted longest so far
    is waited for.

    >>> day = np.arange(4) * DAY
    >>> over(day, day + 1, DAY, 4 * DAY, 2 * DAY + 5).tolist(), over(day, day + 1, DAY, 4 * DAY, 0).tolist()
    ([0, 1], [0, 1, 2])
    """
    ends = (opened // block + 1) * block
    if pending:
        return np.flatnonzero((ends <= cut) & (ends <= pending))
    hold = int(np.max(closed - opened)) if len(opened) else 0
    return np.flatnonzero(ends + hold <= cut)


def streams_of(opened: Ints, closed: Ints, block: int) -> int:
    """How many interleaved streams keep two bets of one stream from sharing a market: 1 where none outlives its block.

    >>> hours = 3_600_000
    >>> streams_of(np.array([0]), np.array([3 * hours]), HOURS_4)
    1
    >>> streams_of(np.array([0]), np.array([48 * hours]), DAY)
    3
    """
    if not np.any(closed // block > opened // block):
        return 1
    return -(-int(np.max(closed - opened)) // block) + 1


def wealth(sums: Floats, bounds: Floats, lambdas: Sequence[float]) -> Floats:
    """E after each block: the mean over `lambdas` of the running product of 1 + min(l, 0.9 / bound) * sum.

    `bounds`: the most that each block could lose; 0 where nothing was at stake. A block that lost more than its bound
    breaks the bet: E is 0 from there on.

    >>> wealth(np.array([1.0, -1.0]), np.array([1.0, 1.0]), [0.5]).tolist()
    [1.5, 0.75]
    >>> wealth(np.array([-3.0, 9.0]), np.array([1.0, 1.0]), [0.5]).tolist()
    [0.0, 0.0]
    """
    if not len(sums):
        return np.zeros(0)
    stake = np.minimum(np.asarray(lambdas)[None, :], MOST / np.maximum(bounds, 1e-12)[:, None])
    grown = np.cumprod(np.maximum(0.0, 1.0 + stake * sums[:, None]), axis=0)
    broken = np.logical_or.accumulate(sums < -bounds * (1.0 + 1e-9) - 1e-12)
    return np.where(broken, 0.0, grown.mean(axis=1))


def by_block(block: Ints, values: Floats, blocks: Ints) -> Floats:
    """Sums of `values` in each of `blocks` (sorted, unique)."""
    return np.bincount(np.searchsorted(blocks, block), weights=values, minlength=len(blocks)).astype(np.float64)


def interleaved(block: Ints, sums: Floats, bounds: Floats, lambdas: Sequence[float], streams: int) -> float:
    """The least E that all the evidence supports (see `interleaved_path`); 1 before the first block.

    >>> interleaved(np.array([0, 1]), np.array([1.0, -1.0]), np.ones(2), [0.5], 2)
    1.0
    """
    path = interleaved_path(block, sums, bounds, lambdas, streams)
    return float(path[-1]) if len(path) else 1.0


def interleaved_path(block: Ints, sums: Floats, bounds: Floats, lambdas: Sequence[float], streams: int) -> Floats:
    """The least E after each block when markets outlive blocks: every `streams`-th block is one stream's.

    Each stream bets on blocks that share no market; their mean is E. Averaging streams that lag each other is valid at
    a fixed look only, so E is the least of the mean over the last `streams` - 1 blocks (Henzi and Ziegel 2022,
    Biometrika 109, correction).
    """
    paths = np.ones((streams, len(block)))
    for stream in range(streams):
        own = np.flatnonzero(block % streams == stream)
        path = wealth(sums[own], bounds[own], lambdas)
        seen = np.searchsorted(own, np.arange(len(block)), side="right")
        paths[stream] = np.concatenate([[1.0], path])[seen]
    mean: Floats = paths.mean(axis=0)
    pending = max(1, streams - 1)
    if pending == 1 or not len(mean):
        return mean
    before = np.concatenate([np.full(pending - 1, np.inf), mean])
    least: Floats = np.lib.stride_tricks.sliding_window_view(before, pending).min(axis=1)
    return least
