"""Many rows of one pair judged at once, compiled: verdicts, and how the plan of each ends on the columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.decision.judge import MINUTES, TS, expiry_of, judge
from engine.decision.levels import Areas
from engine.decision.signal import LIMIT_MINUTES
from engine.decision.terms import Terms, set_clocks, set_costs, set_prices
from engine.decision.verdict import Contract, Verdict
from engine.decision.walk import END, NEVER_SILENT, PLAN, walk
from engine.params import Params
from engine.records import compiled, dtype_of, step, to_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Packed = NDArray[np.void]
VERDICT = dtype_of(Verdict)
LIMIT_15M, LIMIT_1H, LIMIT_SCALP = (LIMIT_MINUTES[name] * 60_000 for name in ("15m", "1h", "scalp"))


@dataclass(frozen=True, slots=True)
class Tape:
    """What a plan's life is walked over: base bars (open times, and open, high, low, close a row) and settlements.

    `silences` as in engine/silences.py.
    """

    base_ms: int
    ts: Ints
    candles: Floats
    funding_ts: Ints
    funding_rate: Floats
    silences: Ints = field(default_factory=NEVER_SILENT.copy)


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """Verdicts (VERDICT rows) in order, the row each is of, and the END row of its plan (`seen_at` -1: none yet)."""

    verdicts: Packed
    row_of: Ints
    ends: Packed


@step
def set_terms(terms: Terms, v: Verdict, c: Contract, base_ms: int, k: Params) -> None:
    """The terms of a verdict's plan, as `terms_of` makes them of the plan itself."""
    limit = LIMIT_SCALP if v.scalp == 1 else LIMIT_1H if v.minutes == 60 else LIMIT_15M
    set_clocks(terms, v.ts, v.side, expiry_of(v), limit, v.minutes * 60_000, base_ms)
    low = v.zone_low if v.side > 0 else -v.zone_high
    high = v.zone_high if v.side > 0 else -v.zone_low
    at, s = terms.at, v.side
    set_prices(at, s, low, high, v.sl * s, v.tp1 * s, v.tp2 * s, v.invalidation * s, c.tick)
    set_costs(at, k.maker_fee, k.taker_fee, c.slippage, c.slippage * k.stop_slippage_factor)


def _drive(
    rows: Any,
    contract: Any,
    weights: Any,
    least: float,
    since: int,
    base_ms: int,
    areas: Any,
    params: Any,
    verdicts: Any,
    plans: Any,
    row_of: Any,
) -> int:
    """Judge both sides of every row whose bar opened at or after `since`; returns the number of verdicts."""
    c, a, k = contract[0], areas[0], params[0]
    n = 0
    for r in range(rows.shape[0]):
        row = rows[r]
        if row[TS] - row[MINUTES] * 60000 < since:
            continue
        for side in (1, -1):
            v = verdicts[n]
            if judge(v, row, side, c, weights, least, a, k) == 1:
                row_of[n] = r
                if v.anchored == 1:
                    set_terms(plans[n], v, c, base_ms, k)
                n += 1
    return n


class Judging:
    """Judges the rows of one pair."""

    def __init__(
        self, contract: Contract, tape: Tape, least: float, since: int, params: Params, cache_dir: str
    ) -> None:
        self._contract = to_array(contract)
        self._params = to_array(params)
        self._areas = to_array(Areas())
        self._tape = tape
        self._least = least
        self._since = since
        self._cache_dir = cache_dir
        self._run = compiled(_drive, cache_dir)

    def __call__(self, rows: Floats, weights: Floats) -> JudgedRows:
        """Rows (n, WIDTH) in order; `weights` of the layers in every book."""
        most = 2 * len(rows) + 1
        verdicts, plans = np.zeros(most, dtype=VERDICT), np.zeros(most, dtype=PLAN)
        row_of = np.zeros(most, dtype=np.int64)
        t = self._tape
        n = self._run(
            rows, self._contract, weights, self._least, self._since, t.base_ms, self._areas, self._params,
            verdicts, plans, row_of,
        )  # fmt: skip
        ends = np.zeros(n, dtype=END)
        ends["seen_at"] = -1
        hung = np.flatnonzero(verdicts["anchored"][:n])
        ends[hung] = walk(
            plans[hung], t.base_ms, t.ts, t.candles, t.funding_ts, t.funding_rate, self._cache_dir, t.silences
        )
        return JudgedRows(verdicts[:n], row_of[:n], ends)
