"""How the time of a piece of work is taken."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object], rounds: int = 3, warm: bool = True) -> float:
    """The median of `rounds` runs; one before them (which may compile or fill caches) is left out."""
    if warm:
        work()
    took = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def each(work: Callable[[], object], rounds: int) -> list[float]:
    """The seconds of every single run."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return took
