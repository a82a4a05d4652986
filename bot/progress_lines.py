"""How far long work came, on stderr: in place on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self


class ProgressLine:
    """How far a long run came: in place, with the time left, on a terminal; a line a month of tape elsewhere.

    Leaving the `with` block ends the line, and says so where the run was stopped by a signal.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._month = ""
        self._terminal = sys.stderr.isatty()
        self._began = 0.0
        self._first = 0
        self._nights = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            print(file=sys.stderr)
        if kind is not None and issubclass(kind, KeyboardInterrupt | SystemExit):
            print(f"{self._what}: stopped before its end; nothing was written", file=sys.stderr)

    def __call__(self, ms: int, last: int) -> None:
        from engine.decision.signal import iso

        moment = iso(ms)
        if not self._first:  # what came before, compiling above all, says nothing about the pace
            self._first, self._began = ms, time.perf_counter()
        if self._terminal:
            text = f"{self._what}: {moment[:16]}{self._nights}{self._left(ms, last)}"
            print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)
        elif moment[:7] != self._month:
            self._month = moment[:7]
            left = self._left(ms, last) if self._nights else ""
            print(f"{self._what}: {self._month}{self._nights}{left}", file=sys.stderr, flush=True)

    def learned(self, nights: int) -> None:
        """How many nights of a run that learns are over: told with what comes next."""
        self._nights = f"  {nights:,} nights learned"

    def _left(self, ms: int, last: int) -> str:
        """How much is done and how long the rest may take, judged by what it took so far."""
        if not self._first < ms <= last:
            return ""
        done = (ms - self._first) / (last - self._first)
        seconds = round((time.perf_counter() - self._began) * (1 - done) / done)
        return f"  {done:.0%}, {seconds // 60}:{seconds % 60:02d} left"


class ShareLine:
    """The share of long work that is done, and how long the rest will take: in place, elsewhere a line a tenth."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.perf_counter()
        self._told = 0
        self._terminal = sys.stderr.isatty()

    def __call__(self, now: str, share: float) -> None:
        left = (time.perf_counter() - self._begun) * (1.0 - share) / share
        words = f"{self._what}: {share:4.0%} {now}, about {left:,.0f} s left"
        if self._terminal:
            print(f"\r{words:<79}", end="", file=sys.stderr, flush=True)
        elif int(10 * share) > self._told:
            self._told = int(10 * share)
            print(words, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._terminal:
            print(file=sys.stderr)
