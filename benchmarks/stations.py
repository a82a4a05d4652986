"""`sharpsignal run` that writes down when a signal passes each station on its way: `python -m benchmarks.stations run`.

The stamps are of the machine's one monotonic clock, so that they can be laid beside those of another process.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any

from bot.cli import main
from bot.messages.outgoing import Outgoing
from bot.outbox import OutboxSender
from bot.pipeline import Pipeline
from engine.decision.tick import Published
from engine.sharp_signal_engine import SharpSignalEngine

STATIONS = ("candle taken", "decided", "committed", "leased", "rendered")
FILE = "stations.txt"  # in the folder where the program runs: a name and the seconds a line


def passed(home: Path, start: float, end: float) -> list[float] | None:
    """When the signal whose candle was sent at `start` and that arrived at `end` passed each station (seconds)."""
    stamps: dict[str, float] = {}
    for line in (home / FILE).read_text(encoding="utf-8").splitlines():
        name, _, at = line.rpartition(" ")
        if start <= float(at) <= end:
            stamps.setdefault(name, float(at))
    return [stamps[name] for name in STATIONS] if set(STATIONS) <= set(stamps) else None


def _note(name: str, at: float) -> None:
    _LOG.write(f"{name} {at}\n")


def _process(plain: Callable[..., Any]) -> Callable[..., Any]:
    """The engine, as it is, noted where it publishes."""

    @wraps(plain)
    def process(*given: Any) -> Any:
        start = time.perf_counter()
        tick = plain(*given)
        if any(isinstance(fact, Published) for fact in tick.facts):
            end = time.perf_counter()
            _note(STATIONS[0], start)
            _note(STATIONS[1], end)
        return tick

    return process


def _noted(name: str, plain: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A step, as it is, noted when it ends with something in its hands."""

    @wraps(plain)
    async def step(*given: Any, **named: Any) -> Any:
        result = await plain(*given, **named)
        if result != []:
            _note(name, time.perf_counter())
        return result

    return step


def _watch() -> None:
    steps: tuple[tuple[type, str, Callable[..., Any]], ...] = (
        (SharpSignalEngine, "process", _process),
        (Pipeline, "_store", partial(_noted, "committed")),
        (OutboxSender, "_lease", partial(_noted, "leased")),
        (Outgoing, "__call__", partial(_noted, "rendered")),
    )
    for owner, method, noted in steps:
        setattr(owner, method, noted(getattr(owner, method)))


if __name__ == "__main__":
    with Path(FILE).open("w", encoding="utf-8", buffering=1) as _LOG:
        _watch()
        sys.exit(main())
