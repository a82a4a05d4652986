"""Packed pairs in the living process: records of one layout, read and judged by the same steps compiled.

Python reads and writes a packed pair like a plain one; only `on_candle` and `judge` are compiled, and called where the
record lies (engine/native.py).
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from engine import native, readings
from engine.decision.judge import Judge, judge
from engine.decision.levels import Areas
from engine.decision.verdict import Contract, Verdict
from engine.native import REAL, WHOLE, Kind, Many, caller, lent, lent_at
from engine.params import Params
from engine.readings import Pair
from engine.records import dtype_of, mapped, to_array
from engine.stage import Stage

FLOATS = Many(np.dtype(np.float64), 1, True)


def _one(cls: type) -> Many:
    """The kind of an array of one record."""
    return Many(dtype_of(cls), 1, True)


ON_CANDLE: tuple[Kind, ...] = (_one(Pair), _one(Params), WHOLE, *[REAL] * 6, WHOLE)
JUDGE: tuple[Kind, ...] = (_one(Verdict), FLOATS, WHOLE, _one(Contract), FLOATS, REAL, _one(Areas), _one(Params))


def _on_candle(
    pair: Any, params: Any, ts: int, o: float, h: float, l: float, c: float, v: float, taker: float, has: int
) -> int:
    """`on_candle` over packed records."""
    return readings.on_candle(pair[0], ts, o, h, l, c, v, taker, has, params[0])


def _judge(
    verdict: Any, row: Any, side: int, contract: Any, weights: Any, least: float, areas: Any, params: Any
) -> int:
    """`judge` over packed records."""
    return judge(verdict[0], row, side, contract[0], weights, least, areas[0], params[0])


def is_kept(cache_dir: str) -> bool:
    """Whether the steps are in `cache_dir`, for this processor."""
    return native.is_kept(_on_candle, ON_CANDLE, cache_dir) and native.is_kept(_judge, JUDGE, cache_dir)


def packed_stage(params: Params, cache_dir: str) -> Stage:
    """The stage whose pairs are packed; compiles for a minute where `cache_dir` does not hold the steps yet.

    Raises OSError where `cache_dir` cannot be written.
    """
    k = lent(to_array(params))
    make: Any = mapped(Pair)
    call = caller(_on_candle, ON_CANDLE, cache_dir)
    size = ctypes.sizeof(make)
    address = ctypes.addressof

    def on_candle(p: Any, ts: int, o: float, h: float, l: float, c: float, v: float, taker: float, has: int) -> int:
        return call(*lent_at(address(p), 1, size), *k, ts, o, h, l, c, v, taker, has)

    return Stage(partial(readings.new_pair, make=make), on_candle, _packed_judge(params, cache_dir))


def _packed_judge(params: Params, cache_dir: str) -> Judge:
    call = caller(_judge, JUDGE, cache_dir)
    areas, k, contracts = lent(to_array(Areas())), lent(to_array(params)), dict[Contract, Any]()
    make: Any = mapped(Verdict)
    size = ctypes.sizeof(make)
    seen: list[Any] = [None, None, ()]  # both sides of a row are judged after each other

    def of(row: Sequence[float], side: int, contract: Contract, weights: Sequence[float], least: float) -> Any:
        packed = contracts.get(contract)
        if packed is None:
            packed = contracts[contract] = lent(to_array(contract))
        if seen[0] is not row:
            seen[:] = row, *_floats(row)
        verdict, (_voices, books) = make(), _floats(weights)
        found = call(*lent_at(ctypes.addressof(verdict), 1, size), *seen[2], side, *packed, *books, least, *areas, *k)
        return verdict if found else None

    return of


def _floats(values: Sequence[float]) -> tuple[Any, tuple[Any, ...]]:
    """The values (a copy where they do not lie together) as compiled code takes them, and what keeps them alive."""
    kept = values if isinstance(values, array) else array("d", values)
    address, n = kept.buffer_info()
    return kept, lent_at(address, n, kept.itemsize)
