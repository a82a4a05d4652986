"""What judging over columns takes and gives: the tape that plans are walked over, packed verdicts, their terms."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.decision.judge import expiry_of
from engine.decision.signal import LIMIT_MINUTES
from engine.decision.terms import Terms, set_clocks, set_costs, set_prices
from engine.decision.verdict import Contract, Verdict
from engine.decision.walk import NEVER_SILENT
from engine.params import Params
from engine.records import dtype_of, step

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Packed = NDArray[np.void]
VERDICT = dtype_of(Verdict)
LIMIT_15M, LIMIT_1H, LIMIT_SCALP = (LIMIT_MINUTES[name] * 60_000 for name in ("15m", "1h", "scalp"))


@dataclass(frozen=True, slots=True)
class Tape:
    """What a plan's life is walked over: base bars (open times, and open, high, low, close a row) and settlements.

    `silences` as in engine/columns/silences.py.
    """

    base_ms: int
    ts: Ints
    candles: Floats
    funding_ts: Ints
    funding_rate: Floats
    silences: Ints = field(default_factory=NEVER_SILENT.copy)


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
