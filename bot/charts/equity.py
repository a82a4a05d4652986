"""The sum of all closed trades in R, trade by trade, with what was given back from the best."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from bot.charts.canvas import empty, sheet, steps, water
from bot.charts.frame import Frame, element
from bot.messages.reader import Reader


def equity_svg(
    points: Sequence[tuple[int, float]],
    reader: Reader,
    width: int = 640,
    height: int = 400,
    *,
    simulated: bool = False,
) -> str:
    """`points` are (closed at (ms), R) of every fill in closing order, losses too; net, followable track."""
    title = reader.plain("equity-title", count=len(points))
    if not points:
        return empty(title, reader.plain("equity-none"), width, height)
    curve = [0.0, *accumulate(r for _, r in points)]
    peaks = list(accumulate(curve, max))
    deepest = max(peak - now for peak, now in zip(peaks, curve))
    told = reader.plain("equity-sum", r=reader.r(curve[-1]), drawdown=f"{reader.number(round(deepest, 2), 2)}R")
    frame = _frame(curve, reader, width, height)
    middle = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
    parts = [
        *_grid(frame, reader),
        *water(simulated, reader, *middle, frame.right - frame.left),
        *_under(curve, peaks, frame),
        element("polyline", class_="curve", points=_path(list(enumerate(curve)), frame)),
        element("circle", class_="fill", cx=frame.x(len(points)), cy=frame.y(curve[-1]), r=4.5),
        *_days(points, frame, reader),
        element("text", told, class_="ink", x=12, y=40),
    ]
    return sheet(title, told, parts, width, height)


def _frame(curve: Sequence[float], reader: Reader, width: int, height: int) -> Frame:
    low, high = min(curve), max(curve)
    air = max(high - low, 1.0) * 0.08
    gutter = 12 + 7 * max(len(_axis(value, reader)) for value in (low, high))
    return Frame(12.0, 52.0, width - gutter, height - 30.0, 0, len(curve) - 1, low - air, high + air)


def _axis(value: float, reader: Reader) -> str:
    return f"{reader.signed(value, 1)}R"


def _grid(frame: Frame, reader: Reader) -> list[str]:
    parts = []
    for value in steps(frame.low, frame.high, 6):
        y = frame.y(value)
        kind = "zero" if abs(value) < 1e-9 else "grid"
        parts.append(element("line", class_=kind, x1=frame.left, x2=frame.right, y1=y, y2=y))
        parts.append(element("text", _axis(value, reader), class_="axis", x=frame.right + 6, y=y + 4))
    return parts


def _under(curve: Sequence[float], peaks: Sequence[float], frame: Frame) -> list[str]:
    """The area between the best so far and the curve."""
    best, back = list(enumerate(peaks)), list(enumerate(curve))
    return [element("polygon", class_="under", points=_path([*best, *reversed(back)], frame))]


def _path(points: Sequence[tuple[int, float]], frame: Frame) -> str:
    return " ".join(f"{frame.x(i):.1f},{frame.y(value):.1f}" for i, value in points)


def _days(points: Sequence[tuple[int, float]], frame: Frame, reader: Reader) -> list[str]:
    y = frame.bottom + 18
    return [
        element("text", reader.day(points[0][0]), class_="axis", x=frame.left, y=y),
        element("text", reader.day(points[-1][0]), class_="axis", x=frame.right, y=y, text_anchor="end"),
    ]
