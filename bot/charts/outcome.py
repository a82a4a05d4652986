"""How far a closed signal went for its entry and against it (MFE, MAE), marked on the chart of its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.charts.bars import ms_of
from bot.charts.frame import Frame, element
from bot.messages.reader import Reader
from engine.market.events import TIMEFRAMES, Candle

_ARM = 26.0
_NAME = 96.0
_LINE = 11.0


@dataclass(frozen=True, slots=True)
class Extreme:
    """The best or the worst price of a position, in R from its entry; `above`: it lies above the entry."""

    ts: int
    price: float
    r: float
    best: bool
    above: bool


def extremes(
    document: Mapping[str, Any], outcome: Mapping[str, Any] | None, bars: Sequence[Candle]
) -> tuple[Extreme, ...]:
    """MFE and MAE of the theoretical track, each on the bar that came nearest to it; none without a fill or bars."""
    if outcome is None or outcome.get("mfe") is None or outcome.get("mae") is None or outcome["filled_at"] is None:
        return ()
    start, end = ms_of(outcome["filled_at"]), ms_of(outcome["closed_at"])
    life = [bar for bar in bars if bar.known_at > start and bar.ts < end]
    if not life:
        return ()
    side, fill = (1 if document["side"] == "long" else -1), float(outcome["fill_price"])
    found = []
    for best, moved, r in ((True, outcome["mfe"], outcome["mfe_r"]), (False, outcome["mae"], outcome["mae_r"])):
        price, above = fill + side * float(moved), (side > 0) == best
        bar = min(life, key=lambda bar: abs((bar.high if above else bar.low) - price))
        found.append(Extreme(bar.ts + TIMEFRAMES[bar.timeframe] // 2, price, r, best, above))
    return tuple(found)


def marks(found: Sequence[Extreme], frame: Frame, reader: Reader, taken: tuple[float, float]) -> list[str]:
    """A short line at each with its name and R, inside the plot.

    `taken`: x and y (pixels) where another name ends; one that would lie on it goes a line further away from the entry,
    or where the plot ends there to the other side of its line.
    """
    parts = []
    for one in found:
        x, y, kind = frame.x(one.ts), frame.y(one.price), "best" if one.best else "worst"
        name = f"{'MFE' if one.best else 'MAE'} {reader.r(one.r)}"
        middle = min(max(x, frame.left + _NAME / 2), frame.right - _NAME / 2)
        over, under = max(y - 5, frame.top + 10), min(y + 14, frame.bottom - 3)
        text_y, other, line = (over, under, -_LINE) if one.above else (under, over, _LINE)
        if abs(text_y - taken[1]) < _LINE and middle - _NAME / 2 < taken[0] < middle + 1.5 * _NAME:
            further = taken[1] + line
            text_y = further if frame.top + 10 <= further <= frame.bottom - 3 else other
        parts += [
            element("line", class_=kind, x1=x - _ARM, x2=x + _ARM, y1=y, y2=y),
            element("text", name, class_=f"{kind}-name halo", x=middle, y=text_y, text_anchor="middle"),
        ]
    return parts
