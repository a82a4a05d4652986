"""Drivers as machine code: compiled once by numba into an object file, called ever after without numba.

A driver is a function of arrays and numbers that calls steps (engine/records.py). Its object file needs nothing but
LLVM's loader (llvmlite): it is there in milliseconds, where importing the compiler takes half a second and 100 MB.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from engine.records import register

OK, NOTHING = 0, -2  # statuses of a compiled function that went well: it returned a number, or nothing
WHOLE, REAL = "int64", "float64"
SEALED = 64  # characters of the hash before the code
FREES = re.compile(r"^declare void @NRT_MemInfo_call_dtor\(.*$", re.MULTILINE)
NEVER_FREED = "define linkonce_odr void @NRT_MemInfo_call_dtor(ptr %0) {\n  ret void\n}"
OUTSIDE = re.compile(r"^declare [^\n]*?@\"?([\w.$]+)", re.MULTILINE)
KNOWN = re.compile(r"llvm\.|(sqrt|memcpy|memset|memmove)$")
_LOCK = threading.RLock()


class StepFailed(RuntimeError):
    """A compiled step failed on the way (a division by zero, say); run it as plain Python to see where."""


@dataclass(frozen=True, slots=True)
class Many:
    """A kind of argument: an array in C order."""

    dtype: np.dtype[Any]
    ndim: int
    writeable: bool


Kind = str | Many | tuple[Any, ...]


def native(driver: Callable[..., Any], cache_dir: str) -> Callable[..., int]:
    """The driver over arrays, tuples of arrays, ints and floats; it runs without the interpreter's lock.

    Its object files are kept in `cache_dir` (one folder for one state of the engine's source; "" keeps nothing), one
    for each set of argument kinds; what is not there is compiled, which takes a while. Raises StepFailed, and OSError
    where `cache_dir` cannot be written.
    """

    def call(*values: Any) -> int:
        function = _load(driver, tuple(map(_kind, values)), cache_dir, held=False)
        result, error = ctypes.c_int64(), ctypes.c_void_p()
        return _done(function(ctypes.byref(result), ctypes.byref(error), *_flat(values)), result)

    return call


def caller(driver: Callable[..., Any], kinds: tuple[Kind, ...], cache_dir: str) -> Callable[..., int]:
    """The driver for one thread and work of microseconds: it takes its arguments flat (`lent`), and keeps the lock."""
    function = _load(driver, kinds, cache_dir, held=True)
    result, error = ctypes.c_int64(), ctypes.c_void_p()
    places = ctypes.byref(result), ctypes.byref(error)

    def call(*flat: Any) -> int:
        status = function(*places, *flat)
        return result.value if status == OK else _done(status, result)

    return call


def lent(value: np.ndarray[Any, Any]) -> tuple[Any, ...]:
    """An array, kept alive, as compiled code takes it: owner, parent, items, bytes an item, data, shape, strides."""
    data = value.ctypes.data_as(ctypes.c_void_p)
    return (None, None, value.size, value.itemsize, data, *value.shape, *value.strides)


def lent_at(address: int, count: int, itemsize: int) -> tuple[Any, ...]:
    """What lies at an address, one dimension of it, as compiled code takes it; the caller keeps it alive."""
    return (None, None, count, itemsize, address, count, itemsize)


def _done(status: int, result: ctypes.c_int64) -> int:
    if status != OK and status != NOTHING:
        raise StepFailed(f"a compiled step failed (status {status}): run it as plain Python to see where")
    return result.value


def _load(driver: Callable[..., Any], kinds: tuple[Kind, ...], cache_dir: str, held: bool) -> Any:
    """The compiled driver as a C function of (result*, error*, every argument flat), which returns a status."""
    with _LOCK:
        return _loaded(driver, kinds, cache_dir, held)


@cache
def _loaded(driver: Callable[..., Any], kinds: tuple[Kind, ...], cache_dir: str, held: bool) -> Any:
    path = _path(driver, kinds, cache_dir) if cache_dir else None
    found = _kept(path) if path else None
    symbol, code = found or _compiled(driver, kinds)
    if path and not found:
        _keep(path, symbol, code)
    engine = _linked(code)
    make = ctypes.PYFUNCTYPE if held else ctypes.CFUNCTYPE
    flat = [place for kind in kinds for place in _places(kind)]
    function: Any = make(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *flat)(engine.get_function_address(symbol))
    function.engine = engine  # the code lives as long as it
    return function


# --- files


def is_kept(driver: Callable[..., Any], kinds: tuple[Kind, ...], cache_dir: str) -> bool:
    """Whether the driver is there for this processor and need not be compiled."""
    return _kept(_path(driver, kinds, cache_dir)) is not None


def _path(driver: Callable[..., Any], kinds: tuple[Kind, ...], cache_dir: str) -> Path:
    """Names what the code was made for: the driver, its arguments and the processor."""
    made_for = hashlib.sha256(f"{kinds} {_processor()}".encode()).hexdigest()[:16]
    return Path(cache_dir) / f"{driver.__module__}.{driver.__qualname__}-{made_for}.o"


def _kept(path: Path) -> tuple[str, bytes] | None:
    """Symbol and code of a whole file; None where there is none, or a damaged one (which is removed)."""
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        return None
    seal, content = sealed[:SEALED], sealed[SEALED:]
    if hashlib.sha256(content).hexdigest().encode() != seal:
        path.unlink(missing_ok=True)
        return None
    symbol, code = content.split(b"\n", 1)
    return symbol.decode(), code


def _keep(path: Path, symbol: str, code: bytes) -> None:
    """The file appears whole or not at all, whoever else writes it."""
    content = symbol.encode() + b"\n" + code
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(hashlib.sha256(content).hexdigest().encode() + content)
    part.replace(path)


# --- arguments


def _kind(value: Any) -> Kind:
    if isinstance(value, np.ndarray):
        if not value.flags.c_contiguous:
            raise ValueError("a compiled driver reads arrays in C order only")
        return Many(value.dtype, value.ndim, value.flags.writeable)
    if isinstance(value, tuple):
        return tuple(map(_kind, value))
    return REAL if isinstance(value, float) else WHOLE


def _flat(values: Sequence[Any]) -> Iterator[Any]:
    """Arguments as a compiled function takes them."""
    for value in values:
        if isinstance(value, np.ndarray):
            yield from lent(value)
        elif isinstance(value, tuple):
            yield from _flat(value)
        else:
            yield value


def _places(kind: Kind) -> Iterator[Any]:
    """The C types of an argument, in the order of `_flat`."""
    if isinstance(kind, tuple):
        for one in kind:
            yield from _places(one)
    elif isinstance(kind, Many):
        yield from (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
        yield from (ctypes.c_int64,) * (2 * kind.ndim)
    else:
        yield ctypes.c_double if kind == REAL else ctypes.c_int64


# --- compiler and loader


def _numba_type(kind: Kind) -> Any:
    import numba
    from numba import types

    if isinstance(kind, tuple):
        together: Any = types.BaseTuple
        return together.from_types([_numba_type(one) for one in kind])
    if isinstance(kind, Many):
        return types.Array(numba.from_dtype(kind.dtype), kind.ndim, "C", readonly=not kind.writeable)
    return types.float64 if kind == REAL else types.int64


def _compiled(driver: Callable[..., Any], kinds: Sequence[Kind]) -> tuple[str, bytes]:
    """Symbol and object code. Raises StepFailed where the code would need more than a loader gives."""
    import numba

    register()
    wanted = tuple(map(_numba_type, kinds))
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    made: Any = numba.njit(wanted, **options)(driver)
    (signature,) = made.signatures
    if str(made.overloads[signature].signature.return_type) not in ("int64", "none"):
        raise TypeError(f"{driver.__qualname__} must return an int or nothing")
    text = FREES.sub(NEVER_FREED, made.inspect_llvm(signature))  # nothing is counted: arrays are lent for the call
    foreign = sorted({name for name in OUTSIDE.findall(text) if not KNOWN.match(name)})
    if foreign:
        raise TypeError(f"{driver.__qualname__} calls what only the compiler has: {', '.join(foreign)}")
    module = llvm.parse_assembly(text)
    return made.overloads[signature].fndesc.llvm_func_name, _machine(opt=3).emit_object(module)


def _linked(code: bytes) -> Any:
    """The code in memory, ready to be called."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


def _machine(opt: int = 0) -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    name, features = _processor()
    target: Any = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=name, features=features, opt=opt, reloc="static", codemodel="jitdefault", jit=True
    )


@cache
def _processor() -> tuple[str, str]:
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
