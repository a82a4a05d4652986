"""A line of the table: what we need for a piece of work, what a peer needs in the same run, and what we promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEAD = ("work", "ours", "peer", "theirs", "ours is", "target", "met")


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on our own figure, or on how many times better than the peer ours is (below 1: it may be behind)."""

    bound: float
    of: Literal["ours", "ratio"] = "ours"


@dataclass(frozen=True, slots=True)
class Line:
    """Figures in `unit`; of a rate (`bars/s`) more is better, of all else less. No `theirs`: the peer is not here.

    >>> line = Line("features", "ns/bar", 1000.0, "slow", 4500.0, Target(1500.0))
    >>> line.ratio, line.met
    (4.5, True)
    >>> Line("replay", "bars/s", 200.0, "fast", 400.0, Target(1.0, of="ratio")).cells()
    ('replay', '200 bars/s', 'fast', '400 bars/s', '0.50 x', '>= 1.00 x', 'no')
    """

    work: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    target: Target | None = None

    @property
    def _rate(self) -> bool:
        return self.unit.endswith("/s")

    @property
    def ratio(self) -> float | None:
        """How many times better ours is; below 1: worse."""
        if self.theirs is None:
            return None
        return self.ours / self.theirs if self._rate else self.theirs / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none, or nothing to compare with."""
        if self.target is None:
            return None
        if self.target.of == "ratio":
            return None if self.ratio is None else self.ratio >= self.target.bound
        return self.ours >= self.target.bound if self._rate else self.ours <= self.target.bound

    def cells(self) -> tuple[str, ...]:
        """The line as text, in the order of HEAD."""
        theirs = "" if not self.peer else "not installed" if self.theirs is None else self._figure(self.theirs)
        ratio = "" if self.ratio is None else f"{short(self.ratio)} x"
        met = {None: "", True: "yes", False: "no"}[self.met]
        return self.work, self._figure(self.ours), self.peer, theirs, ratio, self._bound(), met

    def _figure(self, value: float) -> str:
        return f"{short(value)} {self.unit}"

    def _bound(self) -> str:
        if self.target is None:
            return ""
        if self.target.of == "ratio":
            return f">= {short(self.target.bound)} x"
        return f"{'>=' if self._rate else '<='} {self._figure(self.target.bound)}"


def short(value: float) -> str:
    """Three figures or more.

    >>> short(0.254), short(25.44), short(254321.4)
    ('0.25', '25.4', '254,321')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def plain(cells: tuple[str, ...]) -> str:
    """A row for a terminal."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, (44, 16, 34, 18, 8, 18, 3))).rstrip()


def markdown(cells: tuple[str, ...]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"
