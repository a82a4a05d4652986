"""Has a program write down when a signal passes each station on its way.

The stamps are of the machine's one monotonic clock, so that they can be laid beside those of another process. They are
written when the signal is gone: a write, or asking how much was computed, takes its share of the milliseconds measured.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any

from bot.channels.telegram.channel import TelegramChannel
from bot.people import People
from engine.decision.tick import Published
from engine.sharp_signal_engine import SharpSignalEngine

STATIONS = ("candle taken", "decided", "committed", "turn taken")
FILE = "stations.txt"  # in the folder where the program runs: a name and the seconds, a line
GONE_S = 0.05  # so long after the first station


def now() -> float:
    """This moment, in seconds of the machine's clock."""
    return time.perf_counter()


async def passed(home: Path, start: float, end: float) -> list[float]:
    """When the signal whose candle was sent at `start` and that arrived at `end` passed each station."""
    times: dict[str, float] = {}
    async with asyncio.timeout(5.0):
        while len(times) < len(STATIONS):
            await asyncio.sleep(GONE_S)
            for line in (home / FILE).read_text(encoding="utf-8").splitlines():
                name, at = line.rsplit(" ", 1)
                if start <= float(at) <= end:
                    times.setdefault(name, float(at))
    return [times[name] for name in STATIONS]


@contextmanager
def watching() -> Iterator[None]:
    """What runs inside writes down where its signals are."""
    with Path(FILE).open("w", encoding="utf-8") as log:
        noted: list[tuple[str, float]] = []

        def write() -> None:
            log.writelines(f"{name} {at}\n" for name, at in noted)
            log.flush()
            noted.clear()

        def note(name: str, at: float) -> None:
            if not noted:
                asyncio.get_running_loop().call_later(GONE_S, write)
            noted.append((name, at))

        steps: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (SharpSignalEngine, "process", partial(_process, note)),
            (People, "nudge", partial(_begun, note, STATIONS[2])),
            (TelegramChannel, "send", partial(_begun, note, STATIONS[3])),
        )
        for owner, method, noting in steps:
            setattr(owner, method, noting(getattr(owner, method)))
        yield


Note = Callable[[str, float], None]


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
