"""A whole replay, tape to files: a million bars, the process as a user starts it, two pairs on two cores, and peers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.backtesters import backtesters
from benchmarks.bars import CACHE, PAIRS, Bars
from benchmarks.line import Line, Target
from benchmarks.timing import seconds
from bot.compilation import compiled_folder
from bot.replay.run import ReplayRequest, replay

START = 100_000  # bars of the process that is started from nothing
STANDARD = "backtesting.py"  # beside which the targets of a replay were set
SLOW = ("nautilus_trader", "freqtrade")
EVENTS = 100_000  # bars for these: a million would take them minutes


def lines(bars: Bars) -> Iterator[Line]:
    """Base bars a second."""
    cache, out = compiled_folder(CACHE), bars.folder / "out"
    tape = bars.tapes[PAIRS[0]]
    count = len(tape.candles.ts)
    alone = bars.written("alone", tape)
    with _one_core():
        took = seconds(lambda: _replay_into(alone, out, cache))
    work = f"replay of {count:,} bars, one pair, one core, with its files"
    target = Target(300_000.0)
    yield Line(work, "bars/s", count / took, target=target)
    rule: float | None = None
    for peer, run in backtesters().items():
        some = bars.head(EVENTS).candles if peer in SLOW else tape.candles
        with _one_core():
            theirs = None if run is None else run(some)
        rule = theirs if peer == STANDARD else rule
        ratio = Target(1.15, of="ratio") if peer == STANDARD else None
        yield Line(work, "bars/s", count / took, f"{peer}, one RSI rule", theirs, ratio)
    total = sum(len(tape.candles.ts) for tape in bars.tapes.values())
    both, serial = _side_by_side(lambda: _replay_into(bars.folder / "all", out, cache))
    work = f"replay of two pairs, {len(os.sched_getaffinity(0))} cores"
    yield Line(work, "bars/s", total / both, "ours, one core", total / serial, Target(1.8, of="ratio"))
    yield from _started(bars, out, rule)


def _side_by_side(work: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """The quickest seconds on every core and on one, in turns: a machine that slows down meanwhile slows both."""
    both, serial = list[float](), list[float]()
    for _ in range(rounds):
        both.append(seconds(work, 1, warm=not both))
        with _one_core():
            serial.append(seconds(work, 1, warm=False))
    return min(both), min(serial)


@contextmanager
def _one_core() -> Iterator[None]:
    """Everything inside runs on one core: threads that libraries keep from before, too."""
    all_cores = os.sched_getaffinity(0)
    _bound({min(all_cores)})
    try:
        yield
    finally:
        _bound(all_cores)


def _bound(cores: set[int]) -> None:
    """Every thread of this process runs on `cores` from now on; new ones inherit that."""
    for thread in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.sched_setaffinity(int(thread.name), cores)


def _started(bars: Bars, out: Path, rule: float | None) -> Iterator[Line]:
    """`sharpsignal replay` as a command: imports and loading of the compiled steps included.

    Python may keep its bytecode, as it does on any machine that does not forbid it.
    """
    tape = bars.head(START)
    data = bars.written("short", tape)
    command = [sys.executable, "-m", "bot.cli", "replay", "--data", str(data), "--out", str(out)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    took = seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=environment))
    count = len(tape.candles.ts)
    work = f"the same, process and imports, {count:,} bars"
    yield Line(work, "bars/s", count / took, target=Target(80_000.0))
    yield Line(work, "bars/s", count / took, f"{STANDARD}, one RSI rule, warm", rule, Target(0.31, of="ratio"))


def _replay_into(data: Path, out: Path, cache: str) -> None:
    request = ReplayRequest(
        data=data,
        out=out,
        pairs=None,
        start=None,
        end=None,
        policy=None,
        decisions=False,
        skip_bad_rows=False,
        sensitivity="balanced",
        publish="all",
        timezone="UTC",
        cache_dir=cache,
    )
    replay(request, lambda ts, last: None)
