"""The layers, and the machinery that runs them all: a ninth layer is a file and one line in LISTED.

`LayerStates` and `Readings` are records with one field a layer, named by its NAME. `update_all` and `read_all` call
every layer in order; they are unrolled from the list, so that they run as Python and compile like any other step.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.layers.base import Anchors, Reading
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

LISTED = (
    "smc",
    "cvd",
    "rsi_ema_macd",
    "structure",
    "oi",
    "funding",
    "orderflow",
    "fibo",
)
LAYERS: tuple[ModuleType, ...] = tuple(import_module(f"{__name__}.{name}") for name in LISTED)
NAMES: tuple[str, ...] = tuple(layer.NAME for layer in LAYERS)


def _unroll(name: str, arguments: str, call: str, doc: str) -> Any:
    """A step that makes `call` once a layer; `{name}` in it is the layer's NAME."""
    lines = [f"def {name}({arguments}):", f'    """{doc}"""']
    lines += ["    " + call.format(name=layer.NAME) for layer in LAYERS]
    scope: dict[str, Any] = {layer.NAME: layer for layer in LAYERS}
    scope["__name__"] = __name__
    exec(compile("\n".join(lines) + "\n", f"<{__name__}.{name}>", "exec"), scope)
    return step(scope[name])


if TYPE_CHECKING:

    class LayerStates:
        """What every layer remembers: one field a layer."""

        def __getattr__(self, name: str) -> Any: ...

    class Readings:
        """What every layer says: one Reading a layer."""

        def __getattr__(self, name: str) -> Reading: ...

    def update_all(states: LayerStates, f: Frame, x: Flow, k: Params) -> None: ...

    def read_all(states: LayerStates, readings: Readings, f: Frame, x: Flow, k: Params, a: Anchors) -> None: ...

else:
    _fields = {"__module__": __name__, "__annotations__": {layer.NAME: layer.State for layer in LAYERS}}
    LayerStates = record(type("LayerStates", (), {**_fields, "__doc__": "What every layer remembers."}))
    _fields = {"__module__": __name__, "__annotations__": {layer.NAME: Reading for layer in LAYERS}}
    Readings = record(type("Readings", (), {**_fields, "__doc__": "What every layer says."}))
    update_all = _unroll(
        "update_all",
        "states, f, x, k",
        "{name}.update(states.{name}, f, x, k)",
        "Take the setup bar that just closed into every layer.",
    )
    read_all = _unroll(
        "read_all",
        "states, readings, f, x, k, a",
        "{name}.read(states.{name}, f, x, k, readings.{name}, a)",
        "Fill every Reading and append to the anchors.",
    )
