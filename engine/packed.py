"""Stage 1 of many pairs in the living process: packed records, advanced by the same step compiled.

Python reads and writes a packed pair like a plain one; only `on_candle` is compiled, called through a C pointer (an
ordinary call of a compiled function spends most of its time on finding out what it was given). Importing this imports
the compiler.
"""

from __future__ import annotations

import ctypes
from functools import partial
from typing import Any

import numba
from numba import carray, types

from engine import readings
from engine.params import Params
from engine.readings import Pair
from engine.records import dtype_of, mapped, prepare, to_array
from engine.stage import Stage

DONE = 4  # a compiled step that failed says so on stderr and returns 0


def _drive(
    pair: Any, params: Any, ts: int, o: float, h: float, l: float, c: float, v: float, taker: float, has: int
) -> int:
    """`on_candle` over two addresses."""
    return DONE | readings.on_candle(carray(pair, 1)[0], ts, o, h, l, c, v, taker, has, carray(params, 1)[0])


def packed_stage(params: Params, cache_dir: str) -> Stage:
    """The stage whose pairs are packed; compiles for a minute where `cache_dir` does not hold the step yet.

    Raises RuntimeError where `cache_dir` cannot be written.
    """
    prepare(cache_dir)
    whole, real = types.int64, types.float64
    addresses = [types.CPointer(numba.from_dtype(dtype_of(cls))) for cls in (Pair, Params)]
    signature = whole(*addresses, whole, *[real] * 6, whole)
    compiled = numba.cfunc(signature, cache=bool(cache_dir))(_drive)
    arguments = [ctypes.c_void_p] * 2 + [ctypes.c_int64] + [ctypes.c_double] * 6 + [ctypes.c_int64]
    call = ctypes.PYFUNCTYPE(ctypes.c_int64, *arguments)(compiled.address)
    packed = to_array(params)

    def on_candle(p: Pair, ts: int, o: float, h: float, l: float, c: float, v: float, taker: float, has: int) -> int:
        made: int = call(ctypes.byref(p), packed.ctypes.data, ts, o, h, l, c, v, taker, has)
        if made & DONE == 0:
            raise RuntimeError(f"the compiled step failed at the bar of {ts}")
        return made & ~DONE

    return Stage(partial(readings.new_pair, make=mapped(Pair)), on_candle)
