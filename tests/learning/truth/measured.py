"""What one measurement of the learner found, beside what was asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Number = float | int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `least` and `most` are its target (None: reported, asked nothing)."""

    name: str
    value: Number
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the target is met (a NaN meets none)."""
        above = self.least is None or self.value >= self.least
        return above and (self.most is None or self.value <= self.most)

    @property
    def target(self) -> str:
        """The target in words, empty where none is set.

        >>> Figure("p", 0.5, least=0.4).target, Figure("p", 0.5, 0.4, 0.6).target, Figure("p", 0.5).target
        ('>= 0.4', '0.4 to 0.6', '')
        """
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        if self.least is not None:
            return f">= {self.least:g}"
        return "" if self.most is None else f"<= {self.most:g}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A test of the plan: its number (1 to 16), what it asks, and its figures."""

    number: int
    asks: str
    figures: tuple[Figure, ...]

    def missed(self) -> list[str]:
        """The figures that miss their target, in words."""
        return [f"{one.name}: {one.value:.4g}, asked {one.target}" for one in self.figures if not one.holds]


Measure = Callable[[], Measured]
