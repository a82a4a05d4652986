"""Has a program write down when a signal passes each station on its way.

The stamps are of the machine's one monotonic clock, so that they can be laid beside those of another process, with what
the program has computed until then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any, NamedTuple

from bot.channels.telegram.channel import TelegramChannel
from bot.people import People
from engine.decision.tick import Published
from engine.sharp_signal_engine import SharpSignalEngine

STATIONS = ("candle taken", "decided", "committed", "turn taken")
FILE = "stations.txt"  # in the folder where the program runs: a name, the seconds, and those of computing, a line


class Stamp(NamedTuple):
    """Seconds: the clock's, and those that the program has computed."""

    at: float
    computed: float


def now() -> Stamp:
    """This moment."""
    return Stamp(time.perf_counter(), time.process_time())


def passed(home: Path, start: float, end: float) -> list[Stamp]:
    """When the signal whose candle was sent at `start` and that arrived at `end` passed each station."""
    stamps: dict[str, Stamp] = {}
    for line in (home / FILE).read_text(encoding="utf-8").splitlines():
        name, at, computed = line.rsplit(" ", 2)
        if start <= float(at) <= end:
            stamps.setdefault(name, Stamp(float(at), float(computed)))
    return [stamps[name] for name in STATIONS]


@contextmanager
def watching() -> Iterator[None]:
    """What runs inside writes down where its signals are."""
    with Path(FILE).open("w", encoding="utf-8", buffering=1) as log:

        def note(name: str, stamp: Stamp) -> None:
            log.write(f"{name} {stamp.at} {stamp.computed}\n")

        steps: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (SharpSignalEngine, "process", partial(_process, note)),
            (People, "nudge", partial(_begun, note, STATIONS[2])),
            (TelegramChannel, "send", partial(_begun, note, STATIONS[3])),
        )
        for owner, method, noted in steps:
            setattr(owner, method, noted(getattr(owner, method)))
        yield


Note = Callable[[str, Stamp], None]


def _process(note: Note, plain: Callable[..., Any]) -> Callable[..., Any]:
    """The engine, as it is, noted where it publishes."""

    @wraps(plain)
    def process(*given: Any) -> Any:
        start = now()
        tick = plain(*given)
        if any(isinstance(fact, Published) for fact in tick.facts):
            end = now()
            note(STATIONS[0], start)
            note(STATIONS[1], end)
        return tick

    return process


def _begun(note: Note, name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """A step, as it is, noted when it begins."""

    @wraps(plain)
    def step(*given: Any, **named: Any) -> Any:
        note(name, now())
        return plain(*given, **named)

    return step
