"""A layer reads its frame and its flow and changes neither; `read` changes not even its own memory.

Looked at in plain Python on the memory of a walk, layer by layer: this names the layer that rewrites history where
engine/audit/history.py only sees that somebody did. And what a layer's steps may name at all: numbers, records and
steps of the engine. An array or a clock in a module would be a way around the tape.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from engine.audit.faults import Fault
from engine.layers import LAYERS
from engine.layers.base import Anchors, Reading
from engine.market import frame
from engine.market.bars import MASK
from engine.market.events import MINUTE
from engine.market.frame import Frame
from engine.params import Params
from engine.readings import Pair
from engine.records import STEPS, to_array

CHECK = "changes what it only may read"
FOREIGN = "reads what no tape gave it"
BUILTINS = {"abs", "min", "max", "int", "float", "range", "len", "bool"}


def impure(pair: Pair, params: Params, name: str) -> Iterator[Fault]:
    """The layers that change something they were given to read, at one more bar like the newest; `pair` is used up."""
    for setup, f in ((pair.fast, pair.m15), (pair.slow, pair.h1)):
        if f.bars.n == 0:
            continue
        one_more(f, params)
        for layer in LAYERS:
            state = getattr(setup.states, layer.NAME)
            kept = {"frame": f, "flow": pair.flow}
            before = {what: to_array(value) for what, value in kept.items()}
            layer.update(state, f, pair.flow, params)
            yield from _differing(before, kept, name, layer.NAME, f)
            kept["state"] = state
            before = {what: to_array(value) for what, value in kept.items()}
            layer.read(state, f, pair.flow, params, Reading(), Anchors())
            yield from _differing(before, kept, name, layer.NAME, f)


def one_more(f: Frame, params: Params) -> None:
    """The newest bar once more."""
    b = f.bars
    i = (b.n - 1) & MASK
    values = (b.open[i], b.high[i], b.low[i], b.close[i], b.volume[i], b.delta[i], b.known[i])
    frame.close_bar(f, *values, b.close_ts + b.minutes * MINUTE, params)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], pair: str, layer: str, f: Frame) -> Iterator[Fault]:
    for what, value in after.items():
        changed = _changed(before[what][0], to_array(value)[0], what)
        if changed is not None:
            yield Fault(CHECK, pair, layer, f.bars.close_ts, f.bars.minutes, *changed)


def _changed(before: Any, after: Any, path: str) -> tuple[str, float, float] | None:
    """The first number that differs: where it is, before and after."""
    for name in before.dtype.names:
        one, other = before[name], after[name]
        if one.dtype.names:
            found = _changed(one, other, f"{path}.{name}")
            if found is not None:
                return found
        elif one.tobytes() != other.tobytes():
            differ = np.flatnonzero(np.atleast_1d(one != other))[0]
            return f"{path}.{name}", float(np.ravel(one)[differ]), float(np.ravel(other)[differ])
    return None


def foreign(layer: ModuleType) -> list[str]:
    """What the layer's steps name beyond numbers, the engine's modules, records and steps."""
    steps = [f for f in STEPS if isinstance(f, FunctionType) and f.__module__ == layer.__name__]
    names = {i.argval for f in steps for i in dis.get_instructions(f) if i.opname == "LOAD_GLOBAL"}
    return sorted(name for name in names if not _ours(vars(layer), name))


def _ours(scope: dict[str, Any], name: str) -> bool:
    if name not in scope:
        return name in BUILTINS
    value = scope[name]
    if isinstance(value, ModuleType):
        return value.__name__ == "math" or value.__name__.split(".")[0] == "engine"
    return isinstance(value, (int, float, str)) or value in STEPS
