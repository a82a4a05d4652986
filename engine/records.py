"""State that lives in two places with one source: plain Python objects live, packed numpy records in the batch path.

A class decorated with `@record` declares its fields by annotation: `float`, `int`, another record, or a fixed array
`Annotated[list[float], 256]` / `Annotated[list[list[float]], (32, 6)]`. Calling the class gives a plain object with
everything zero; `dtype_of(cls)` is the same layout as a numpy dtype. A function decorated with `@step` uses only
attribute access, indexing with integers and + - * / comparisons, abs, min, max and math.sqrt, so that run as Python
on the object and compiled by numba on the record it gives the same bits.
"""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

C = TypeVar("C")
F = TypeVar("F", bound=Callable[..., Any])

STEPS: list[Callable[..., Any]] = []
INLINED: set[Callable[..., Any]] = set()


def step(function: F) -> F:
    """Mark a function of the step: plain Python here, compiled where engine/native.py is asked for it."""
    STEPS.append(function)
    return function


def inlined(function: F) -> F:
    """A step of every bar: compiled it is written into its caller, so that no arguments are handed over."""
    INLINED.add(function)
    return step(function)


_REGISTERED: set[Callable[..., Any]] = set()


def register() -> None:
    """Tell the compiler of every step known by now."""
    from numba.extending import register_jitable

    for one in STEPS:
        if one not in _REGISTERED:
            register_jitable(forceinline=one in INLINED)(one)
            _REGISTERED.add(one)


def record(cls: type[C]) -> type[C]:
    """Give a class of annotations slots, zero values and a numpy layout.

    >>> @record
    ... class Point:
    ...     x: float
    ...     path: Annotated[list[float], 3]
    >>> p = Point(); p.path[1] = 2.0; (p.x, p.path)
    (0.0, [0.0, 2.0, 0.0])
    >>> to_array(p)["path"].tolist()
    [[0.0, 2.0, 0.0]]
    """
    names = tuple(cls.__annotations__)

    def __init__(self: Any) -> None:
        made: Any = type(self)
        made.__init__ = _zeroing(made)  # written out once the classes of its fields are known: it is called often
        made.__init__(self)

    namespace: dict[str, Any] = {
        "__slots__": names,
        "__init__": __init__,
        "__annotations__": dict(cls.__annotations__),
        "__doc__": cls.__doc__,
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "_layout": None,
    }
    return type(cls.__name__, (), namespace)


_LAYOUTS: dict[type, tuple[tuple[str, Any], ...]] = {}


def _layout(cls: type) -> tuple[tuple[str, Any], ...]:
    """The fields of a record: (name, "f8" | "i8" | record class | (item, shape))."""
    known = _LAYOUTS.get(cls)
    if known is None:
        hints = get_type_hints(cls, localns={"Annotated": Annotated}, include_extras=True)
        known = tuple((name, _kind(hints[name])) for name in cls.__annotations__)
        _LAYOUTS[cls] = known
    return known


def _kind(hint: Any) -> Any:
    if hint is float:
        return "f8"
    if hint is int:
        return "i8"
    if get_origin(hint) is Annotated:
        base, size = get_args(hint)[:2]
        shape = size if isinstance(size, tuple) else (size,)
        item = base
        while get_origin(item) is list:
            (item,) = get_args(item)
        return (_kind(item), shape)
    if isinstance(hint, type):
        return hint
    raise TypeError(f"a record field cannot be {hint!r}")


def _zeroing(cls: type) -> Callable[[Any], None]:
    """`__init__` of a record, written out: every field zero."""
    scope: dict[str, Any] = {"zeros": _zeros}
    lines = ["def __init__(self):"]
    for n, (name, kind) in enumerate(_layout(cls)):
        scope[f"k{n}"] = kind
        lines.append(f"    self.{name} = {_written(kind, f'k{n}')}")
    exec("\n".join(lines) + "\n", scope)
    made: Callable[[Any], None] = scope["__init__"]
    return made


def _written(kind: Any, name: str) -> str:
    """The zero of a kind that is called `name`, as an expression."""
    if isinstance(kind, str):
        return "0.0" if kind == "f8" else "0"
    if not isinstance(kind, tuple):
        return f"{name}()"
    item, shape = kind
    return f"[{_written(item, '')}] * {shape[0]}" if item in ("f8", "i8") and len(shape) == 1 else f"zeros(*{name})"


def _zero(kind: Any) -> Any:
    if isinstance(kind, str):
        return 0.0 if kind == "f8" else 0
    return kind()


def _zeros(item: Any, shape: tuple[int, ...]) -> list[Any]:
    if len(shape) == 1:
        return [_zero(item) for _ in range(shape[0])]
    return [_zeros(item, shape[1:]) for _ in range(shape[0])]


_DTYPES: dict[type, np.dtype[Any]] = {}


def dtype_of(cls: type) -> np.dtype[Any]:
    """The numpy layout of a record class, or of a frozen dataclass of floats and ints (the parameters)."""
    known = _DTYPES.get(cls)
    if known is None:
        known = _DTYPES[cls] = _dtype_of(cls)
    return known


def _dtype_of(cls: type) -> np.dtype[Any]:
    if dataclasses.is_dataclass(cls):
        hints = get_type_hints(cls)
        numbers = [(f.name, _kind(hints[f.name])) for f in dataclasses.fields(cls) if hints[f.name] in (int, float)]
        return np.dtype(numbers, align=True)
    return np.dtype([_field(name, kind) for name, kind in _layout(cls)], align=True)


def _field(name: str, kind: Any) -> tuple[Any, ...]:
    if isinstance(kind, tuple):
        item, shape = kind
        return (name, item if isinstance(item, str) else dtype_of(item), shape)
    return (name, kind if isinstance(kind, str) else dtype_of(kind))


@cache
def mapped(cls: type) -> type[ctypes.Structure]:
    """A record class over the bytes of `dtype_of(cls)`: what Python reads and writes on it, a compiled step sees.

    >>> @record
    ... class Spot:
    ...     x: float
    ...     path: Annotated[list[int], 2]
    >>> spot = mapped(Spot)(); spot.path[1] = 7; (spot.x, spot.path[:])
    (0.0, [0, 7])
    """
    fields = [(name, _c_type(kind)) for name, kind in _layout(cls)]
    return type(cls.__name__, (ctypes.Structure,), {"_fields_": fields})


def _c_type(kind: Any) -> Any:
    if isinstance(kind, tuple):
        item, shape = kind
        made = _c_type(item)
        for length in reversed(shape):
            made = made * length
        return made
    return {"f8": ctypes.c_double, "i8": ctypes.c_int64}[kind] if isinstance(kind, str) else mapped(kind)


def to_array(value: Any) -> np.ndarray[Any, Any]:
    """A record object (or the parameters) as an array of one packed record."""
    dtype = dtype_of(type(value))
    array = np.zeros(1, dtype=dtype)
    _write(array[0], value)
    return array


def _write(target: Any, value: Any) -> None:
    for name in target.dtype.names:
        item = getattr(value, name)
        kind = target.dtype[name]
        if kind.names:
            _write(target[name], item)
        elif kind.subdtype is not None and kind.subdtype[0].names:
            for place, one in zip(target[name], item):
                _write(place, one)
        else:
            target[name] = item


def joined(parts: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """Arrays of packed records, one or more, after each other: as bytes, since numpy copies records field by field."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([one.view(f"V{one.itemsize}") for one in parts]).view(parts[0].dtype)


def from_array(cls: type[C], array: np.ndarray[Any, Any]) -> C:
    """The plain object of a packed record (a copy)."""
    kind: type = cls
    value: C = _reader(kind)(array[0].item())
    return value


@cache
def _reader(cls: type) -> Callable[[tuple[Any, ...]], Any]:
    """What makes the plain object of a record's values: one line of code for each field, as `__init__` has them."""
    scope: dict[str, Any] = {"new": cls.__new__, "cls": cls}
    taken, made = [], []
    for n, (name, kind) in enumerate(_layout(cls)):
        plain = isinstance(kind, str)
        taken.append(f"self.{name}" if plain else f"v{n}")
        if isinstance(kind, tuple):
            item, _ = kind
            if not isinstance(item, str):
                scope[f"read{n}"] = _reader(item)
            read = f"v{n}.tolist()" if isinstance(item, str) else f"[read{n}(one.item()) for one in v{n}]"
            made.append(f"    self.{name} = {read}")
        elif not plain:
            scope[f"read{n}"] = _reader(kind)
            made.append(f"    self.{name} = read{n}(v{n})")
    lines = ["def read(values):", "    self = new(cls)", f"    {', '.join(taken)}, = values", *made, "    return self"]
    exec("\n".join(lines) + "\n", scope)
    reader: Callable[[tuple[Any, ...]], Any] = scope["read"]
    return reader
