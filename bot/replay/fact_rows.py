"""Facts as fixed-width little-endian rows, made of one fact or of many at once: the same bytes either way.

A verdict and the end of a shadow are packed here; other facts are few (bot/replay/tick_hash.py). NaN: there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from engine.columns.block import Block
from engine.decision.candidate import setup_model
from engine.decision.guardrails import ORDER
from engine.decision.judging import Ints, Packed
from engine.decision.row import MINUTE_NAMES
from engine.decision.signal import Plan
from engine.decision.tick import Decided, ShadowClosed
from engine.decision.track_rules import LOSE, REASONS, RESULTS, WIN
from engine.decision.verdict import FEATURES
from engine.market.regime import NAMES as REGIMES
from engine.market.state import BALANCED

Rows = NDArray[np.void]
NAN = float("nan")
_NO_PRICES = [NAN] * 6
MINUTES = {name: minutes for minutes, name in MINUTE_NAMES.items()}
_SETUP = [("ts", "<i8"), ("pair", "<i4"), ("minutes", "<i4"), ("side", "<i4")]
DECIDED = np.dtype(
    [
        *_SETUP,
        ("model", "<u4"),
        ("verdict", "<u4"),
        ("regime", "<u4"),
        ("reasons", "<i8"),
        ("prices", "<f8", 6),
        ("features", "<f8", len(FEATURES)),
    ]
)
_TRACK = [("result", "<i4"), ("reason", "<i4"), ("fill", "<f8"), ("r", "<f8")]
SHADOW = np.dtype(
    [*_SETUP, ("closed_at", "<i8"), ("theory", _TRACK), ("follow", _TRACK), ("mfe", "<f8"), ("mae", "<f8")]
)


@cache
def code(word: str) -> int:
    """A word as a number of 32 bits, the same everywhere."""
    return crc32(word.encode())


def decided_rows(facts: Sequence[Decided], numbers: Mapping[str, int]) -> Rows:
    """Verdicts (n,) in their order; `numbers` are the pairs'."""
    rows = np.zeros(len(facts), dtype=DECIDED)
    rows["ts"] = [fact.ts for fact in facts]
    rows["pair"] = [numbers[fact.pair] for fact in facts]
    rows["side"] = [fact.side for fact in facts]
    rows["minutes"] = [MINUTES[fact.timeframe] for fact in facts]
    rows["model"] = [code(fact.setup_model) for fact in facts]
    rows["verdict"] = [code(fact.verdict) for fact in facts]
    rows["regime"] = [code(fact.regime) for fact in facts]
    rows["reasons"] = [_bits(fact.reasons) for fact in facts]
    rows["prices"] = [_NO_PRICES if fact.plan is None else _prices(fact.plan) for fact in facts]
    rows["features"] = [list(map(fact.features.get, FEATURES)) for fact in facts]  # None becomes NaN
    return rows


@cache
def _bits(reasons: tuple[str, ...]) -> int:
    return sum(1 << ORDER.index(reason) for reason in reasons)


def refused_rows(block: Block, numbers: Mapping[str, int]) -> Rows:
    """The refused setups of a block, as `decided_rows` has them."""
    v = block.refused.verdicts
    rows = np.zeros(len(v), dtype=DECIDED)
    _name_setups(rows, v, block, block.refused.pair, numbers)
    balanced, moving = code(setup_model(BALANCED)), code(setup_model(1))
    rows["model"] = np.where(v["state"] == BALANCED, balanced, moving)
    rows["verdict"], rows["reasons"] = code("refuse"), block.refused.reasons
    rows["regime"] = np.array([code(name) for name in REGIMES], dtype=np.uint32)[v["regime"]]
    side = v["side"]
    low, high = v["zone_low"] * side, v["zone_high"] * side
    prices = [np.minimum(low, high), np.maximum(low, high)]
    prices += [v[name] * side for name in ("sl", "tp1", "tp2", "invalidation")]
    rows["prices"] = np.where(v["anchored"][:, None] == 1, np.stack(prices, axis=1), NAN)
    rows["features"] = v["features"]
    return rows


def shadow_row(fact: ShadowClosed, number: int) -> Rows:
    """One end of a shadow; `number` is the pair's."""
    row, plan, outcome = np.zeros(1, dtype=SHADOW), fact.plan, fact.outcome
    row["ts"], row["pair"], row["side"], row["minutes"] = plan.ts, number, plan.side, MINUTES[plan.timeframe]
    row["closed_at"] = outcome.closed_at
    for name, end in (("theory", outcome.theoretical), ("follow", outcome.followable)):
        row[name]["result"], row[name]["reason"] = RESULTS.index(end.result), REASONS.index(end.exit_reason)
        row[name]["fill"], row[name]["r"] = _or_nan(end.fill_price), _or_nan(end.rr)
    row["mfe"], row["mae"] = _or_nan(outcome.mfe), _or_nan(outcome.mae)
    return row


def shadow_rows(block: Block, numbers: Mapping[str, int]) -> Rows:
    """The ends of shadows of a block, as `shadow_row` has them one by one."""
    v, ends = block.ended.verdicts, block.ended.ends
    rows = np.zeros(len(v), dtype=SHADOW)
    _name_setups(rows, v, block, block.ended.pair, numbers)
    rows["closed_at"] = np.maximum(ends["theory"]["closed_at"], ends["follow"]["closed_at"])
    for name in ("theory", "follow"):
        track = ends[name]
        filled = track["filled_at"] >= 0
        priced = (track["result"] == WIN) | (track["result"] == LOSE)
        rows[name]["result"], rows[name]["reason"] = track["result"], track["reason"]
        rows[name]["fill"] = np.where(filled, track["fill"] * v["side"], NAN)
        rows[name]["r"] = np.where(priced, track["rr"], NAN)
    filled = ends["theory"]["filled_at"] >= 0
    rows["mfe"] = np.where(filled, ends["theory"]["mfe"], NAN)
    rows["mae"] = np.where(filled, ends["theory"]["mae"], NAN)
    return rows


def _name_setups(rows: Rows, v: Packed, block: Block, pair: Ints, numbers: Mapping[str, int]) -> None:
    rows["ts"], rows["side"], rows["minutes"] = v["ts"], v["side"], v["minutes"]
    rows["pair"] = np.array([numbers[name] for name in block.pairs.names], dtype=np.int32)[pair]


def _prices(plan: Plan) -> list[float]:
    return [plan.entry_low, plan.entry_high, plan.sl, plan.tp1, plan.tp2, plan.invalidation_price]


def _or_nan(value: float | None) -> float:
    return NAN if value is None else value
