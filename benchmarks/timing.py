"""How the time of a piece of work is taken."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def seconds(work: Callable[[], object], rounds: int = 3, warm: bool = True) -> float:
    """The quickest of `rounds` runs; one before them (which may compile or fill caches) is left out.

    The quickest, as timeit has it: what else a machine does only adds to a run.
    """
    if warm:
        work()
    took = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return min(took)


def each(work: Callable[[], object], rounds: int) -> list[float]:
    """The seconds of every single run."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return took
