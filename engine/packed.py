"""Many pairs in the living process: packed records, read and judged by the same steps compiled.

Python reads and writes a packed pair like a plain one; only `on_candle` and `judge` are compiled, called through C
pointers (an ordinary call of a compiled function spends most of its time on finding out what it was given). Importing
this imports the compiler.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numba
from numba import types
from numba.np import numpy_support

from engine import readings
from engine.decision.confluence import BOOKS
from engine.decision.judge import Judge, judge
from engine.decision.levels import Areas
from engine.decision.verdict import Contract, Verdict
from engine.params import Params
from engine.readings import WIDTH, Pair
from engine.records import dtype_of, mapped, prepare, to_array
from engine.stage import Stage

DONE = 4  # a compiled step that failed says why on stderr and returns 0
WEIGHTS = len(BOOKS) * len(readings.PRIOR_WEIGHTS)
WHOLE, REAL = (types.int64, ctypes.c_int64), (types.float64, ctypes.c_double)
carray: Any = numpy_support.carray
Pointer: Any = types.CPointer
FLOATS = (Pointer(types.float64), ctypes.c_void_p)


def _on_candle(
    pair: Any, params: Any, ts: int, o: float, h: float, l: float, c: float, v: float, taker: float, has: int
) -> int:
    """`on_candle` over two addresses."""
    return DONE | readings.on_candle(carray(pair, 1)[0], ts, o, h, l, c, v, taker, has, carray(params, 1)[0])


def _judge(
    verdict: Any, row: Any, side: int, contract: Any, weights: Any, least: float, areas: Any, params: Any
) -> int:
    """`judge` over addresses."""
    v, c, a, k = carray(verdict, 1)[0], carray(contract, 1)[0], carray(areas, 1)[0], carray(params, 1)[0]
    return DONE | judge(v, carray(row, WIDTH), side, c, carray(weights, WEIGHTS), least, a, k)


def packed_stage(params: Params, cache_dir: str) -> Stage:
    """The stage whose pairs are packed; compiles for a minute where `cache_dir` does not hold the steps yet.

    Raises RuntimeError where `cache_dir` cannot be written.
    """
    prepare(cache_dir)
    k = _pinned(params)
    make: Any = mapped(Pair)
    call = _callable(_on_candle, cache_dir, _at(Pair), _at(Params), WHOLE, *[REAL] * 6, WHOLE)

    def on_candle(p: Any, ts: int, o: float, h: float, l: float, c: float, v: float, taker: float, has: int) -> int:
        return _done(call(ctypes.byref(p), k, ts, o, h, l, c, v, taker, has))

    return Stage(partial(readings.new_pair, make=make), on_candle, _packed_judge(params, cache_dir))


def _packed_judge(params: Params, cache_dir: str) -> Judge:
    kinds = _at(Verdict), FLOATS, WHOLE, _at(Contract), FLOATS, REAL, _at(Areas), _at(Params)
    call = _callable(_judge, cache_dir, *kinds)
    k, areas, contracts = _pinned(params), _pinned(Areas()), dict[Contract, Any]()
    make: Any = mapped(Verdict)

    def of(row: Sequence[float], side: int, contract: Contract, weights: Sequence[float], least: float) -> Any:
        c = contracts.get(contract)
        if c is None:
            c = contracts[contract] = _pinned(contract)
        verdict, values, voices = make(), array("d", row), array("d", weights)
        rows, books = values.buffer_info()[0], voices.buffer_info()[0]
        found = _done(call(ctypes.byref(verdict), rows, side, c, books, least, areas, k))
        return verdict if found else None

    return of


def _at(cls: type) -> tuple[Any, Any]:
    """The address of a record: how numba and ctypes name it."""
    return Pointer(numba.from_dtype(dtype_of(cls))), ctypes.c_void_p


def _pinned(value: Any) -> Any:
    """The address of a packed copy, which lives as long as it."""
    packed: Any = to_array(value)
    return ctypes.byref((ctypes.c_char * packed.nbytes).from_buffer(packed))


def _callable(driver: Callable[..., int], cache_dir: str, *kinds: tuple[Any, Any]) -> Any:
    """The driver compiled, called with the interpreter's lock held: it is done in microseconds."""
    compiled = numba.cfunc(types.int64(*[kind for kind, _ in kinds]), cache=bool(cache_dir))(driver)
    address: Any = compiled.address
    call: Any = ctypes.PYFUNCTYPE(ctypes.c_int64, *[kind for _, kind in kinds])(address)
    call.compiled = compiled  # its code lives as long as it
    return call


def _done(result: int) -> int:
    """What the driver returned. Raises RuntimeError where it failed on the way."""
    if result & DONE == 0:
        raise RuntimeError("a compiled step failed; its error was printed")
    return result & ~DONE
