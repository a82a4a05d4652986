"""What the signals of a store came to: counts and R on the followable track, as everyone who followed could have it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one regime, side or mode. Rates and means are None without fills."""

    signals: int
    filled: int
    win: int
    win_rate: float | None
    expectancy_r: float | None


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of signals. signals = open + win + lose + expire + no_fill + void; filled = win + lose.

    `win_rate` = win / filled; `expectancy_r` the mean followable R of the fills and its 90 % interval (None below two
    fills); `profit_factor` R won / R lost (None when nothing was lost); `max_drawdown_r` the deepest fall of the sum of
    R in closing order, from a start of 0 (None without fills). Only `expectancy_r_theoretical` is of the other track.
    `ambiguous` counts outcomes with a bar that held two levels; `hold_s` is the mean of the seconds from fill to close;
    `by` has the groups of every dimension. None and no groups where they were not asked for.
    """

    signals: int
    open: int
    filled: int
    win: int
    lose: int
    expire: int
    no_fill: int
    void: int
    win_rate: float | None
    expectancy_r: float | None
    expectancy_r_low: float | None
    expectancy_r_high: float | None
    expectancy_r_theoretical: float | None
    profit_factor: float | None
    max_drawdown_r: float | None
    by_regime: dict[str, Group] = field(default_factory=dict)
    by_side: dict[str, Group] = field(default_factory=dict)
    by_mode: dict[str, Group] = field(default_factory=dict)
    ambiguous: int | None = None
    hold_s: float | None = None
    by: dict[str, dict[str, Group]] = field(default_factory=dict)
