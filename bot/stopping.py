"""How a verb ends when it is told to: like after Ctrl+C, with what it holds cleaned up, and never with exit code 0."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and the end of the terminal raise SystemExit (128 + the signal's number), unless somebody ignores them.

    A verb with a loop of its own that listens for them, as `run` does, is told instead. Only for the main thread.
    """
    taken = [number for number in NUMBERS if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
