"""Whether a win chance means what it says: what was promised against what came, with how many trades speak for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.charts.canvas import empty, sheet, water
from bot.charts.frame import Frame, element
from bot.messages.reader import Reader

MOST = 8
LEAST = 5  # trades in a bin
_Z = 1.645


@dataclass(frozen=True, slots=True)
class Bin:
    """`count` trades that were promised `said` on average, and won a share of `came` (90 % range `low` to `high`)."""

    said: float
    came: float
    low: float
    high: float
    count: int


def bins(forecasts: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Forecasts (win chance, won) in bins of equal size, at least LEAST each; none below that.

    >>> [(b.said, b.came, b.count) for b in bins([(0.4, False), (0.4, True)] * 5)]
    [(0.4, 0.4, 5), (0.4, 0.6, 5)]
    """
    count = min(MOST, len(forecasts) // LEAST)
    ordered = sorted(forecasts, key=lambda one: one[0])
    found = []
    for i in range(count):
        part = ordered[len(ordered) * i // count : len(ordered) * (i + 1) // count]
        n, won = len(part), sum(hit for _, hit in part)
        low, high = wilson(won, n)
        found.append(Bin(math.fsum(p for p, _ in part) / n, won / n, low, high, n))
    return found


def wilson(won: int, n: int) -> tuple[float, float]:
    """The 90 % range of a share (Wilson's score interval).

    >>> low, high = wilson(5, 10)
    >>> round(low, 3), round(high, 3)
    (0.269, 0.731)
    """
    p, z2 = won / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def calibration_svg(
    forecasts: Sequence[tuple[float, bool]],
    reader: Reader,
    width: int = 640,
    height: int = 400,
    *,
    simulated: bool = False,
) -> str:
    """The reliability of the win chances; with too few trades it says so instead."""
    found = bins(forecasts)
    title = reader.plain("calibration-title", count=len(forecasts))
    if not found:
        return empty(title, reader.plain("calibration-few", least=str(LEAST)), width, height)
    brier = math.fsum((p - won) ** 2 for p, won in forecasts) / len(forecasts)
    base = sum(won for _, won in forecasts) / len(forecasts)
    return _drawn(found, title, _told(brier, base * (1 - base), reader), reader, (width, height), simulated)


def learned_svg(
    found: Mapping[str, Any], reader: Reader, width: int = 640, height: int = 400, *, simulated: bool = False
) -> str:
    """The reliability that a night measured of every setup (engine/learning/reliability.py), its bins as they are."""
    parts = [Bin(one["said"], one["happened"], one["low"], one["high"], one["count"]) for one in found["bins"]]
    title = reader.plain("calibration-title", count=found["rows"])
    won = sum(one.came * one.count for one in parts) / sum(one.count for one in parts)
    base = won * (1 - won) if found["brier_base_rate"] is None else found["brier_base_rate"]
    told = _told(found["brier"], base, reader)
    return _drawn(parts, title, told, reader, (width, height), simulated)


def _told(brier: float, base: float, reader: Reader) -> str:
    return reader.plain("calibration-brier", brier=reader.number(brier, 3), base=reader.number(base, 3))


def _drawn(found: Sequence[Bin], title: str, told: str, reader: Reader, size: tuple[int, int], simulated: bool) -> str:
    width, height = size
    frame = Frame(44.0, 50.0, width - 16.0, height - 44.0, 0, 100, 0.0, 1.0)
    parts = [
        *_grid(frame, reader),
        *water(simulated, reader, (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, width),
        element("line", class_="ideal", x1=frame.left, y1=frame.bottom, x2=frame.right, y2=frame.top),
        *(piece for i, one in enumerate(found) for piece in _bin(i, one, frame, max(b.count for b in found))),
        element("text", told, class_="ink", x=12, y=40),
        element("text", reader.plain("calibration-said"), class_="axis", x=frame.right, y=height - 10,
                text_anchor="end"),
    ]  # fmt: skip
    return sheet(title, told, parts, width, height)


def _grid(frame: Frame, reader: Reader) -> list[str]:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y, name = frame.x(round(share * 100)), frame.y(share), reader.percent(share)
        parts += [
            element("line", class_="grid", x1=frame.left, x2=frame.right, y1=y, y2=y),
            element("line", class_="grid", x1=x, x2=x, y1=frame.top, y2=frame.bottom),
            element("text", name, class_="axis", x=frame.left - 6, y=y + 4, text_anchor="end"),
        ]
        if 0.0 < share < 1.0:
            parts.append(element("text", name, class_="axis", x=x, y=frame.bottom + 15, text_anchor="middle"))
    return parts


def _bin(place: int, one: Bin, frame: Frame, most: int) -> list[str]:
    """A dot as large as its trades are many, its range, and their count at the foot, in two rows by turns."""
    x = frame.left + (frame.right - frame.left) * one.said
    y, radius = frame.y(one.came), 4 + 5 * math.sqrt(one.count / most)
    foot = frame.bottom - 5 - 13 * (place % 2)
    return [
        element("line", class_="span", x1=x, x2=x, y1=frame.y(one.low), y2=frame.y(one.high)),
        element("circle", class_="bin", cx=x, cy=y, r=radius),
        element("text", str(one.count), class_="ink halo", x=x, y=foot, font_size="11", text_anchor="middle"),
    ]
