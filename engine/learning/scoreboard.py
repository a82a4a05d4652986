"""What second opinions were worth: by prompt, against the model alone, and whether any of it is shown.

One prompt acts, others are asked for the record. After 300 paired outcomes the acting one has either earned a say
(the lower 10 % of its weight is above 0) or is ignored until it has. Another prompt takes over where betting on its
forecasts against the acting one's has won 20 times the number of challengers. `uplift` is the same bet on the pooled p
against the model alone: it is told, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.decision.pool import LEAST_PAIRS, Pool
from engine.learning.betting import DAY, by_block, interleaved, over, streams_of
from engine.learning.pool import Opinions, fit_pool
from engine.learning.scores import day_block_interval
from engine.learning.table import Floats, Ints

NEEDED = 20.0
WEEK = 7 * DAY
STAKES = (0.4, 1.0)
AGREES = {1: "BUY", -1: "SELL"}


class Said(Protocol):
    """One opinion and how its setup ended, as the store keeps it (storage/opinions.py)."""

    @property
    def decision_id(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def side(self) -> int: ...
    @property
    def ts(self) -> int: ...
    @property
    def decision(self) -> str: ...
    @property
    def p(self) -> float | None: ...
    @property
    def p_win(self) -> float | None: ...
    @property
    def win(self) -> int | None: ...
    @property
    def rr(self) -> float | None: ...
    @property
    def closed_at(self) -> int | None: ...
    @property
    def latency_ms(self) -> int: ...
    @property
    def tokens_in(self) -> int: ...
    @property
    def tokens_out(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Board:
    """The scoreboard: which prompt acts, its pool, and the document that people and programs read."""

    acting: str
    pool: Pool
    document: Mapping[str, Any]

    @property
    def state(self) -> str:
        """`learning` below 300 pairs, then `earned` or `ignored`."""
        return state_of(self.pool)


def state_of(pool: Pool) -> str:
    """What a record of pairs says of the opinion."""
    if pool.pairs < LEAST_PAIRS:
        return "learning"
    return "earned" if pool.earned else "ignored"


def board_of(said: Sequence[Said], prompts: Sequence[str], model: str) -> Board:
    """The scoreboard of one model's opinions, in any order; `prompts`: those in use, the one to begin with first."""
    by_prompt = {name: sorted((one for one in said if one.prompt == name), key=lambda one: one.ts) for name in prompts}
    rivals = len(prompts) - 1
    bets = {name: _bet(by_prompt[prompts[0]], by_prompt[name]) for name in prompts[1:]}
    best = max(bets, key=lambda name: bets[name], default=prompts[0])
    acting = best if bets.get(best, 0.0) >= NEEDED * rivals else prompts[0]
    pools = {name: fit_pool(_paired(rows)) for name, rows in by_prompt.items()}
    document = {
        "model": model,
        "acting": acting,
        "state": state_of(pools[acting]),
        "prompts": {name: _record(rows, pools[name], bets.get(name)) for name, rows in by_prompt.items()},
        "needed": NEEDED * max(1, rivals),
    }
    return Board(acting, pools[acting], document)


def _record(rows: Sequence[Said], pool: Pool, e: float | None) -> dict[str, Any]:
    """What one prompt did; `e`: what betting on it against the one to begin with has won (None: it is that one)."""
    heard = [one for one in rows if one.decision]
    return {
        "asked": len(rows),
        "answered": len(heard),
        "latency_ms": None if not heard else int(np.median([one.latency_ms for one in heard])),
        "tokens": sum(one.tokens_in + one.tokens_out for one in rows),
        "agreed": _earned([one for one in heard if one.decision == AGREES[one.side]]),
        "against": _earned([one for one in heard if one.decision != AGREES[one.side]]),
        "pairs": pool.pairs,
        "state": state_of(pool),
        "weight": round(pool.weight, 4),
        "weight_low": round(pool.weight_low, 4),
        "uplift": float(f"{_uplift(rows):.4g}"),
        "e": None if e is None else float(f"{e:.4g}"),
    }


def _earned(rows: Sequence[Said]) -> dict[str, Any]:
    """Setups and those of them that were filled, their mean net R and its 90 % interval (days drawn)."""
    days = [one.ts // DAY for one in rows if one.rr is not None]
    values = [one.rr for one in rows if one.rr is not None]
    interval = day_block_interval(days, values)
    return {
        "n": len(rows),
        "filled": len(values),
        "mean_r": None if not values else round(float(np.mean(values)), 4),
        "low": None if interval is None else round(interval[0], 4),
        "high": None if interval is None else round(interval[1], 4),
    }


def _paired(rows: Sequence[Said]) -> Opinions:
    """The rows in which both gave a p and the market an answer."""
    columns = np.array([found for one in rows if (found := _pair(one)) is not None], dtype=np.float64).reshape(-1, 3)
    return Opinions(columns[:, 0], columns[:, 1], columns[:, 2])


def _pair(one: Said) -> tuple[float, float, float] | None:
    if one.p_win is None or one.p is None or one.win is None:
        return None
    return one.p_win, one.p, float(one.win)


def _uplift(rows: Sequence[Said]) -> float:
    """E of the bet that the pooled p forecasts better than the model's own. Each week's pool knows what had ended."""
    pairs = [(one.ts, one.closed_at) for one in rows if _pair(one) is not None and one.closed_at is not None]
    if len(pairs) <= LEAST_PAIRS:
        return 1.0
    told = _paired([one for one in rows if one.closed_at is not None])
    opened, closed = (np.array([row[at] for row in pairs], dtype=np.int64) for at in (0, 1))
    pooled = told.p_ml.copy()
    for week in np.unique(opened // WEEK).tolist():
        known, here = closed < week * WEEK, np.flatnonzero(opened // WEEK == week)
        pool = fit_pool(Opinions(told.p_ml[known], told.said[known], told.won[known]))
        pooled[here] = [pool.apply(float(told.p_ml[at]), float(told.said[at])) for at in here]
    return _wealth(opened, closed, told.p_ml, pooled, told.won)


def _bet(acting: Sequence[Said], challenger: Sequence[Said]) -> float:
    """E of the bet that the challenger forecasts better, over setups on which both spoke; a bet a day (UTC)."""
    known = {one.decision_id: one.p for one in acting if one.p is not None}
    both = [
        (one.ts, one.closed_at, known[one.decision_id], one.p, one.win)
        for one in challenger
        if one.decision_id in known and one.p is not None and one.win is not None and one.closed_at is not None
    ]
    if not both:
        return 1.0
    opened, closed = (np.array([row[at] for row in both], dtype=np.int64) for at in (0, 1))
    was, new, won = (np.array([row[at] for row in both], dtype=np.float64) for at in (2, 3, 4))
    return _wealth(opened, closed, was, new, won)


def _wealth(opened: Ints, closed: Ints, was: Floats, new: Floats, won: Floats) -> float:
    """What betting on the smaller squared error has won; `was` and `new` are forecasts, `won` the outcomes.

    Only whole days count: none of their markets may still be open.
    """
    whole = over(opened, closed, DAY, int(closed.max()), 0)
    opened, closed = opened[whole], closed[whole]
    was, new, won = was[whole], new[whole], won[whole]
    block = opened // DAY
    blocks = np.unique(block)
    sums = by_block(block, (was - won) ** 2 - (new - won) ** 2, blocks)
    bounds = by_block(block, np.abs(new - was) * np.maximum(was + new, 2.0 - was - new), blocks)
    return interleaved(blocks, sums, bounds, STAKES, streams_of(opened, closed, DAY))
